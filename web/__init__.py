"""The web: the HTTP interface and the pages over the engine."""
