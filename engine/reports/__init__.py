"""Reports: what became of codes and discounts, as JSON, CSV, PDF and calendars (behaviour.md)."""
