"""Groups: who belongs to them, and how people come in and leave (behaviour.md, Groups)."""
