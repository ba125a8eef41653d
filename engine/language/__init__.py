"""From a sentence to a checked tree, and back to text and English."""
