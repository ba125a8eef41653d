"""From a folder of YAML files to a catalogue of checked coupons."""
