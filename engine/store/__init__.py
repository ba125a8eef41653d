"""State: tables, SQLite and PostgreSQL behind one set of statements, migrations, the journal."""
