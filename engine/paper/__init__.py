"""What papers share: type, styles, numbered pages, tables; the same bytes for the same content."""
