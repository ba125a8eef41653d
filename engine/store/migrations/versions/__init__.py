"""The steps: a module each, named by what it brings and its number."""
