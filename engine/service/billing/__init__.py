"""Charges with their discounts: evaluated, recorded, taken back, billed."""
