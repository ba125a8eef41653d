"""The outbox: what others are told, delivered under a lease, at least once (behaviour.md)."""
