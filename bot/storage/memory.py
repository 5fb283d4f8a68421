"""What adapters keep for themselves, over SQLite."""

from collections.abc import Mapping

from bot.storage.database import Database

_LAST = "\U0010ffff"  # sorts after every character that a name is made of

_KEEP = "INSERT INTO memory (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text"


class SqliteMemory:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, name: str) -> str | None:
        row = await self._database.fetch_one("SELECT text FROM memory WHERE name = ?", (name,))
        return row["text"] if row else None

    async def recall_all(self, prefix: str) -> Mapping[str, str]:
        rows = await self._database.fetch(
            "SELECT name, text FROM memory WHERE name BETWEEN ? AND ? ORDER BY name", (prefix, prefix + _LAST)
        )
        return {row["name"]: row["text"] for row in rows}

    async def keep(self, name: str, text: str) -> None:
        await self._database.change(_KEEP, (name, text))

    async def drop(self, name: str) -> None:
        await self._database.change("DELETE FROM memory WHERE name = ?", (name,))
