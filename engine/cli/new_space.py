"""Planning for a store that has no such space yet: tried in memory, so that nothing is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from engine.cli.changing import plans_text, pushed_text
from engine.cli.store_options import Desk, open_office
from engine.service.changes.changed import Plans, Pushed
from engine.service.spaces import names
from engine.store.database import BadDatabaseUrl, Database, StoreUnavailable
from engine.store.upgrade import current

_IN_MEMORY = "sqlite://"
_MADE = "its coupons are new to it, and come into force as they are when pushed (`coupon push`)"
_EMPTY = "`coupon push` makes it"


def open_to_plan(
    database: str, space: str | None, who: str | None, policies: Path
) -> tuple[Desk, bool]:
    """A space to plan in, and whether it is new to the store: then it is one in memory."""
    if not _has_tables(database):
        return open_office(_IN_MEMORY, space, who, policies), True
    desk = open_office(database, space, who, policies)
    name, store = desk.office.space, desk.office.database
    if name in names(store):
        return desk, False
    store.close()
    return open_office(_IN_MEMORY, name, who, policies), True


def _has_tables(url: str) -> bool:
    """Whether a store was made before. One that can't be used is left to who opens it."""
    try:
        with closing(Database(url)) as database:
            return not _is_missing(database) and current(database) is not None
    except (BadDatabaseUrl, StoreUnavailable):
        return True


def _is_missing(database: Database) -> bool:
    """Whether a file is not there, or empty: to ask SQLite would make it, or write its head."""
    if not database.is_file:
        return database.in_memory
    if "uri" in database.url.query:
        return False
    path = Path(database.url.database or "")
    if not path.exists():
        return path.parent.is_dir()
    return path.is_file() and path.stat().st_size == 0


def new_space_text(space: str, pushed: Pushed, plans: Plans) -> str:
    """What the first push of a space brings."""
    blocks = ["\n".join(_new(space, pushed))]
    if plans.passed:
        blocks.append(plans_text(plans))
    return "\n\n".join(blocks)


def _new(space: str, pushed: Pushed) -> Iterator[str]:
    yield f"the store has no space `{space}` yet: {_MADE if pushed.new else _EMPTY}"
    yield from (f"{name}: new" for name in pushed.new)
    rest = msgspec.structs.replace(pushed, new=())
    if rest != Pushed():
        yield pushed_text(rest)
