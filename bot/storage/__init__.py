"""Everything that is SQL: one SQLite file through aiosqlite."""
