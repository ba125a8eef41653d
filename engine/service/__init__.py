"""The use cases: decisions and state put together, one transaction each (behaviour.md)."""
