"""Files of the inventory: what is written of codes, and read of actions, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from engine.inventory.acting import Action
from engine.inventory.lines import Line, line_of
from engine.inventory.shown_codes import ListedCode
from engine.service.csv_lines import Columns, RawLine, raw_lines, safe, unsafe, written

COLUMNS = (
    "code",
    "coupon",
    "status",
    "issued",
    "expires",
    "days_left",
    "plan",
    "features",
    "points",
    "subaccounts",
    "duration",
    "partner",
    "client",
    "project",
    "planned",
    "reference",
    "purchase",
    "account",
    "subscription",
    "begins",
    "until",
    "notes",
    "replaces",
    "replaced_by",
)


def write_head() -> str:
    """The first line of a file of codes."""
    return written([COLUMNS])


def write_rows(codes: Iterable[ListedCode]) -> str:
    """Lines of a file of codes."""
    return written(map(_fields, codes))


def _fields(code: ListedCode) -> list[str]:
    grants, subscribed = code.grants, code.subscription
    values: dict[str, object] = msgspec.structs.asdict(code)
    if grants is not None:
        values |= msgspec.structs.asdict(grants)
        values["features"] = ", ".join(grants.features)
    values["subscription"] = None
    if subscribed is not None:
        values |= msgspec.structs.asdict(subscribed)
    return ["" if values.get(name) is None else safe(str(values[name])) for name in COLUMNS]


def columns_of(action: Action) -> Columns:
    """The columns of a file of lines for an action: those that one can write in a cell."""
    fields = msgspec.structs.fields(action.line)
    names = [each.name for each in fields if each.name != "facts"]
    return Columns(("code", *(name for name in names if name != "code")), ("code",))


def read_file(data: bytes, action: Action, shared: Mapping[str, object]) -> list[Line]:
    """The lines of a file for an action, numbered as in it.

    What is shared holds where a line says nothing. Raises `RequestError` where its first line
    names no such columns.
    """
    return [_line(each, action, shared) for each in raw_lines(data, columns_of(action))]


def _line(raw: RawLine, action: Action, shared: Mapping[str, object]) -> Line:
    try:
        said = {name: unsafe(value) for name, value in raw.said().items() if value}
    except ValueError as error:
        return Line(raw.number, raw.fields.get("code", ""), None, str(error))
    return line_of(raw.number, {**shared, **said}, action.line)
