"""Files are brought up to date step by step; a file that is not ours is left exactly as it was found."""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import NotOurFile, StoreError
from bot.storage.migrate import APPLICATION_ID, Step, migrate, shipped_steps, statements

STEPS = (
    Step(1, "0001_words", "CREATE TABLE word (word TEXT);"),
    Step(2, "0002_lengths", "ALTER TABLE word ADD COLUMN length INTEGER; UPDATE word SET length = length(word);"),
    Step(3, "0003_ideas", "CREATE TABLE idea (idea TEXT);"),
)
BROKEN = Step(2, "0002_broken", "CREATE TABLE half (half TEXT); INSERT INTO missing VALUES (1);")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "seedbed.db"


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def write(path: Path, *sql: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in sql:
            connection.execute(statement)


def version(path: Path) -> object:
    return query(path, "PRAGMA user_version")[0][0]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


# ---- our own file --------------------------------------------------------------------------------------------------


def test_a_new_file_gets_every_step_and_our_mark(path: Path) -> None:
    assert migrate(path, STEPS) is None
    assert version(path) == 3
    assert query(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert query(path, "SELECT * FROM word") == query(path, "SELECT * FROM idea") == []
    assert names(path.parent) == ["seedbed.db"]


def test_an_empty_file_is_taken_for_a_new_one(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert migrate(path, STEPS) is None
    assert version(path) == 3


def test_a_file_that_is_up_to_date_is_not_touched(path: Path) -> None:
    migrate(path, STEPS)
    before = path.read_bytes()
    assert migrate(path, STEPS) is None
    assert path.read_bytes() == before
    assert names(path.parent) == ["seedbed.db"]


def test_an_older_file_is_copied_before_it_is_changed(path: Path) -> None:
    migrate(path, STEPS[:1])
    write(path, "INSERT INTO word VALUES ('earth')")
    copy = migrate(path, STEPS)
    assert copy == path.with_name("seedbed.db.v1.bak")
    assert query(path, "SELECT * FROM word") == [("earth", 5)]
    assert version(path) == 3
    assert query(copy, "SELECT * FROM word") == [("earth",)]
    assert version(copy) == 1
    assert query(copy, "PRAGMA integrity_check") == [("ok",)]
    assert names(path.parent) == ["seedbed.db", "seedbed.db.v1.bak"]


def test_a_copy_holds_what_is_still_in_the_log(path: Path) -> None:
    migrate(path, STEPS[:1])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO word VALUES ('earth')")
        connection.commit()
        copy = migrate(path, STEPS)
    assert copy is not None
    assert query(copy, "SELECT * FROM word") == [("earth",)]


def test_a_step_that_fails_leaves_the_file_at_the_version_before(path: Path) -> None:
    migrate(path, STEPS[:1])
    write(path, "INSERT INTO word VALUES ('earth')")
    with pytest.raises(StoreError, match=r"seedbed\.db cannot be used: no such table: missing"):
        migrate(path, (STEPS[0], BROKEN))
    assert version(path) == 1
    assert query(path, "SELECT name FROM sqlite_schema WHERE name = 'half'") == []
    migrate(path, STEPS)
    assert query(path, "SELECT * FROM word") == [("earth", 5)]


def test_a_new_file_is_made_whole_or_not_at_all(path: Path) -> None:
    with pytest.raises(StoreError):
        migrate(path, (STEPS[0], BROKEN))
    assert version(path) == 0
    assert query(path, "SELECT name FROM sqlite_schema") == []


def test_several_processes_may_start_at_once(path: Path) -> None:
    migrate(path, STEPS[:1])
    with ThreadPoolExecutor(8) as threads:
        copies = list(threads.map(lambda _: migrate(path, STEPS), range(8)))
    assert version(path) == 3
    assert len(query(path, "SELECT name FROM pragma_table_info('word')")) == 2
    assert path.with_name("seedbed.db.v3.bak") not in copies
    for copy in filter(None, copies):
        assert copy.name == f"seedbed.db.v{version(copy)}.bak"  # none was taken after another had gone on


def test_several_processes_may_create_the_file_at_once(path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: migrate(path, STEPS), range(8)))
    assert version(path) == 3
    assert names(path.parent) == ["seedbed.db"]


# ---- other files ---------------------------------------------------------------------------------------------------


def refused(path: Path, said: str) -> None:
    """Refused with one sentence, and not a byte changed."""
    before = path.read_bytes()
    with pytest.raises(NotOurFile, match=said) as caught:
        migrate(path, STEPS)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before
    assert names(path.parent) == ["seedbed.db"]


def test_a_newer_file_is_refused(path: Path) -> None:
    migrate(path, (*STEPS, Step(4, "0004_later", "CREATE TABLE later (later TEXT);")))
    refused(path, r"newer version of Seedbed \(schema 4, this one knows 3\)")


@pytest.mark.parametrize(
    "marks",
    [
        ["CREATE TABLE bookmark (url TEXT)"],
        ["PRAGMA application_id = 252006674"],
        ["PRAGMA user_version = 1", "CREATE TABLE word (word TEXT)"],
        ["CREATE VIEW bookmark AS SELECT 1"],
    ],
    ids=["tables", "application", "version", "view"],
)
def test_another_programs_file_is_refused(path: Path, marks: Sequence[str]) -> None:
    write(path, *marks)
    refused(path, "another program's database")


@pytest.mark.parametrize("content", [b"# Notes\n" * 200, b"\0" * 4096, b"SQLite format 3\0" + b"x" * 2000])
def test_garbage_is_refused(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    refused(path, "is not a database")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="it is a folder, not a file"):
        migrate(tmp_path, STEPS)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=rf"cannot create the folder {tmp_path}/file/data .* as uid \d+: Not a dir"):
        migrate(tmp_path / "file" / "data" / "seedbed.db", STEPS)


# ---- the shipped steps ---------------------------------------------------------------------------------------------


def test_the_shipped_steps_make_a_sound_schema_of_strict_tables(path: Path) -> None:
    migrate(path)
    assert version(path) == len(shipped_steps())
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    tables = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
    assert {"post", "channel", "reaction", "board"} <= {str(row[0]) for row in query(path, tables)}
    assert query(path, f"{tables} AND NOT strict") == []


def test_the_shipped_steps_lead_from_every_version_to_the_same_schema(tmp_path: Path) -> None:
    steps = shipped_steps()
    schemas = []
    for begin in range(1, len(steps) + 1):
        path = tmp_path / f"from {begin}.db"
        migrate(path, steps[:begin])
        migrate(path)
        schemas.append(query(path, "SELECT name, sql FROM sqlite_schema ORDER BY name"))
    assert schemas == [schemas[0]] * len(steps)


VERSION_2 = (
    "INSERT INTO channel (name, created) VALUES ('garden', 1)",
    """
    INSERT INTO post (id, channel, kind, key, state, due, seed, lineage, round, message, message_id, posted, retry_at)
    VALUES
        (1, 'garden', 'daily', 'k1', 'posted', 0, 's1', 1, 1, '{}', 'm1', 1000000000000000, NULL),
        (2, 'garden', 'daily', 'k2', 'posted', 0, 's2', 2, 1, '{}', 'm2', 1000604800000000, NULL),
        (3, 'garden', 'daily', 'k3', 'posted', 0, 's3', 3, 1, '{}', 'm3', 1000604800000001, NULL),
        (4, 'garden', 'daily', 'k4', 'posted', 0, 's4', 4, 1, '{}', NULL, 1001209600000000, NULL),
        (5, 'garden', 'daily', 'k5', 'pending', 0, 's5', 5, 1, '{}', NULL, NULL, 7)
    """,
    "INSERT INTO post (id, channel, kind, key, state, due, why) VALUES (6, 'garden', 'daily', 'k6', 'skipped', 0, 'x')",
    """
    INSERT INTO reaction (channel, message_id, user, emoji, present, at)
    VALUES ('garden', 'm1', 'ann', 'oak', 1, 5), ('garden', 'm1', 'bob', 'oak', 0, 6)
    """,
    "INSERT INTO board (marker, channel, published) VALUES ('seedbed:1', 'garden', 1)",
    "INSERT INTO lineage (fingerprint, lineage) VALUES ('f', 1)",
)


def test_a_file_of_version_2_loses_nothing(path: Path) -> None:
    migrate(path, shipped_steps()[:2])
    write(path, *VERSION_2)
    tables = ("channel", "post", "board", "lineage")
    before = {table: query(path, f"SELECT * FROM {table} ORDER BY 1") for table in tables}
    copy = migrate(path)
    assert copy == path.with_name("seedbed.db.v2.bak")
    for table, rows in before.items():
        after = query(path, f"SELECT * FROM {table} ORDER BY 1")
        assert [row[: len(old)] for row, old in zip(after, rows, strict=True)] == rows
    assert query(path, "SELECT user, emoji, burst, present, at FROM reaction ORDER BY user") == [
        ("ann", "oak", 0, 1, 5),
        ("bob", "oak", 0, 0, 6),
    ]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA foreign_key_check") == []


def test_the_posts_of_the_last_week_are_read_once_after_an_update(path: Path) -> None:
    """Counted from the newest post, since the file may be an old one; a post whose message is not known is not read."""
    migrate(path, shipped_steps()[:2])
    write(path, *VERSION_2)
    migrate(path)
    found = query(path, "SELECT id, reconcile_at - posted FROM post WHERE reconcile_at IS NOT NULL")
    assert found == [(3, 3_600_000_000)]


# ---- splitting -----------------------------------------------------------------------------------------------------

TRIGGER = """CREATE TRIGGER count_words AFTER INSERT ON word BEGIN
    UPDATE total SET words = words + 1;
    DELETE FROM word WHERE word = ';';
END;"""


@pytest.mark.parametrize(
    ("script", "parts"),
    [
        ("", []),
        ("SELECT 1;", ["SELECT 1;"]),
        ("SELECT 1; SELECT 2;\n", ["SELECT 1;", "SELECT 2;"]),
        ("SELECT 1; SELECT 2", ["SELECT 1;", "SELECT 2"]),
        ("SELECT ';'; SELECT 2;", ["SELECT ';';", "SELECT 2;"]),
        ("-- one; two\nSELECT 1;", ["-- one; two\nSELECT 1;"]),
        ("/* one; two; */ SELECT 1;", ["/* one; two; */ SELECT 1;"]),
        (f"SELECT 1;\n{TRIGGER}\nSELECT 2;", ["SELECT 1;", TRIGGER, "SELECT 2;"]),
    ],
)
def test_a_script_is_cut_where_its_statements_end(script: str, parts: list[str]) -> None:
    assert list(statements(script)) == parts


def test_a_migration_may_end_in_a_comment(path: Path) -> None:
    migrate(path, (Step(1, "0001", "CREATE TABLE word (word TEXT); -- the end; really\n"),))
    assert query(path, "SELECT * FROM word") == []
