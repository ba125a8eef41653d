"""Looking after a space: its keys, its upkeep, what is erased and kept."""
