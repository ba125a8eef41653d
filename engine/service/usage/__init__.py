"""What limits count: rows, counters, and what is redeemed or held."""
