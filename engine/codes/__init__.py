"""Codes: how formats read and write them, what they prove about each other, and their seals."""
