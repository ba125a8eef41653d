"""Codes: issued, brought in, written out, looked up and validated."""
