"""The stories are run by `test_stories`, each file as a catalogue of its own."""

collect_ignore_glob = ["*.yaml", "stories/*.yaml"]
