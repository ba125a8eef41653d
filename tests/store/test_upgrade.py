"""A database is brought up to date once, by whoever comes first, and then left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.store import upgrade
from engine.store.database import Database, StoreUnavailable
from engine.store.tables import METADATA

ENSURE = """
import sys
from engine.store import upgrade
from engine.store.database import Database
upgrade.ensure(Database(sys.argv[1]))
print("alembic" in sys.modules)
"""


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def test_a_new_database_gets_every_table_as_the_program_wants_it(empty: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert upgrade.current(empty) is None
    upgrade.ensure(empty)
    assert upgrade.current(empty) == upgrade.LATEST
    with empty.core() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_steps_make_the_very_tables_and_indexes_that_the_program_names() -> None:
    stepwise, at_once = Database("sqlite://"), Database("sqlite://")
    upgrade.ensure(stepwise)
    METADATA.create_all(at_once.engine)
    assert _schema(stepwise) - _schema(at_once) == {"alembic_version"}
    assert _schema(at_once) <= _schema(stepwise)


def _schema(database: Database) -> set[str]:
    """Each table and index as SQLite keeps it, without what is only spelt differently."""
    with database.core() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql <> ''"))
        return {
            name if name == "alembic_version" else "".join(sql.split()).lower()
            for name, sql in rows
        }


def test_codes_of_the_first_tables_are_kept(empty: Database) -> None:
    from alembic import command

    config = upgrade.configuration()
    with empty.core() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO codes VALUES ('acme', 'A', 'a', 'spring', true, true, 7, 'cus-1')")
        )
    upgrade.ensure(empty)
    with empty.core() as connection:
        rows = connection.execute(text("SELECT * FROM codes")).all()
    assert [tuple(row) for row in rows] == [
        ("acme", "A", "a", "spring", True, True, 7, "cus-1", *[None] * 17)
    ]


def test_what_was_granted_before_there_were_grants_is_kept(empty: Database) -> None:
    from alembic import command

    config = upgrade.configuration()
    granted = '{"subscription":"s1","start":"2026-01-01T00:00:00Z","until":null,"plan":"pro"}'
    row = (
        "INSERT INTO redemptions VALUES ('acme', :id, 'gift', 'G', 'G', 1, 's1', 'cus-1', NULL,"
        " 7, 7, :until, NULL, NULL, NULL, '{}', :granted, 7)"
    )
    with empty.core() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for redemption, until in (("r1", None), ("held", 9)):
            said = {"id": redemption, "until": until, "granted": granted}
            connection.execute(text(row), said)
    upgrade.ensure(empty)
    with empty.core() as connection:
        rows = connection.execute(text("SELECT redemption, account, begins, grants FROM grants"))
        assert [tuple(each) for each in rows] == [
            ("r1", "cus-1", 1_767_225_600_000_000, '{"plan": "pro"}')
        ]
        held = connection.execute(text("SELECT grants FROM redemptions WHERE redemption = 'held'"))
        assert held.scalar() is None


def test_the_last_step_is_the_one_that_the_program_expects() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(upgrade.configuration())
    assert script.get_heads() == [upgrade.LATEST]


def test_a_database_that_is_up_to_date_is_left_alone_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'coupon.db'}"
    said = [_process(url) for _ in range(2)]
    assert said == ["True", "False"]


def _process(url: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ENSURE, url], capture_output=True, check=True, text=True
    )
    return done.stdout.strip()


def test_several_processes_may_bring_a_database_up_to_date_at_once(
    empty: Database, database_url: str
) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(_process, [database_url] * 4))
    assert upgrade.is_current(empty)


def test_several_threads_may_bring_a_database_up_to_date_at_once(empty: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade.upgrade, [empty] * 4))
    assert upgrade.is_current(empty)


def test_a_database_of_a_later_program_is_refused_and_unchanged(empty: Database) -> None:
    upgrade.ensure(empty)
    with empty.core() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(upgrade.UnknownSchema, match=r"step `9999`.*install the version"):
        upgrade.ensure(empty)
    assert upgrade.current(empty) == "9999"


def test_a_database_with_other_tables_is_refused_and_unchanged(empty: Database) -> None:
    with empty.core() as connection:
        connection.execute(text("CREATE TABLE codes (name TEXT)"))
    with pytest.raises(StoreUnavailable, match=r"the tables can't be made: .*codes.* exists"):
        upgrade.ensure(empty)
    assert upgrade.current(empty) is None
    with empty.core() as connection:
        assert connection.execute(text("SELECT count(*) FROM codes")).scalar() == 0
