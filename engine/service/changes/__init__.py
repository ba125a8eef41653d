"""Coupons and rates: planned, changed, put in force, switched."""
