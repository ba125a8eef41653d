"""References that follow a pattern, such as `muster-roof-001` (behaviour.md, References).

The number of a pattern counts by itself for each text that the rest of it makes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from engine.calendar import local_time
from engine.catalogue.references import Blank, Part, parse_pattern
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.client_rows import short_name
from engine.inventory.code_rows import InventoryCode
from engine.inventory.days import zone_of
from engine.service.errors import Conflict
from engine.service.numbers import take_numbers
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import CODES

_TAKEN = Statement(
    select(CODES.c.code).where(
        CODES.c.space == bindparam("space"),
        CODES.c.reference == bindparam("reference"),
        CODES.c.partner.is_not_distinct_from(bindparam("partner")),
    )
)
_OF_ANOTHER = Statement(
    select(CODES.c.spelling)
    .where(
        CODES.c.space == bindparam("space"),
        CODES.c.reference == bindparam("reference"),
        CODES.c.partner.is_not_distinct_from(bindparam("partner")),
        # What is exchanged leaves its reference to what comes for it.
        CODES.c.cancelled.is_(None),
        CODES.c.code != bindparam("code"),
    )
    .limit(1)
)
_NUMBER = "number"


def pattern_of(work: Work, partner: str | None) -> str | None:
    """The pattern of references: that of the partner, else that of the space."""
    found = None if partner is None else work.book.partners.get(partner)
    own = None if found is None else found.references
    return work.book.space.references if own is None else own


def next_reference(work: Work, row: InventoryCode) -> str | None:
    """The reference of a code that has none by hand; None where no pattern can be filled.

    A pattern can't be where it names something that the code lacks, such as a project.
    """
    return next(iter(next_references(work, row, 1)), None)


def next_references(work: Work, row: InventoryCode, count: int) -> list[str]:
    """The references of so many codes that are like one; none where no pattern can be filled.

    To be called under the seal.
    """
    pattern = pattern_of(work, row.partner)
    if pattern is None or missing_parts(work, row):
        return []
    parts, values = parse_pattern(pattern), _values(work, row)
    rest = "".join(_filled(each, values, None) for each in parts)
    if not _is_numbered(parts):
        return [rest] * count
    found: list[str] = []
    while len(found) < count:
        series = f"reference {row.partner or ''} {rest}"
        for number in take_numbers(work, series, count - len(found)):
            text = "".join(_filled(each, values, number) for each in parts)
            # One that was given by hand keeps its number.
            if work.tx.row(_TAKEN, space=work.space, reference=text, partner=row.partner) is None:
                found.append(text)
    return found


def missing_parts(work: Work, row: InventoryCode) -> list[str]:
    """What the pattern of a code names and the code lacks."""
    pattern = pattern_of(work, row.partner)
    values = _values(work, row)
    names = [each.name for each in parse_pattern(pattern or "") if isinstance(each, Blank)]
    return [name for name in dict.fromkeys(names) if name != _NUMBER and values[name] is None]


def check_reference(work: Work, row: InventoryCode, text: str) -> None:
    """Raise `RequestError` for a reference by hand that does not follow the pattern.

    Raises `Conflict` for one that another code of the same partner has. A pattern without a number
    gives many codes the same. To be called under the seal.
    """
    pattern = pattern_of(work, row.partner)
    parts = [] if pattern is None else parse_pattern(pattern)
    if pattern is not None:
        _check_pattern(work, row, text, pattern)
    if not parts or _is_numbered(parts):
        _check_free(work, row, text)


def _check_free(work: Work, row: InventoryCode, text: str) -> None:
    """Raise `Conflict` for a reference that another code of the same partner has."""
    where = {"space": work.space, "partner": row.partner, "code": row.code}
    other = work.tx.row(_OF_ANOTHER, reference=text, **where)
    if other is not None:
        raise Conflict(f"`{text}` is the reference of `{other[0]}` already", "give another one")


def _is_numbered(parts: Sequence[Part]) -> bool:
    """Whether a pattern makes each reference another."""
    return any(isinstance(each, Blank) and each.name == _NUMBER for each in parts)


def _check_pattern(work: Work, row: InventoryCode, text: str, pattern: str) -> None:
    parts, values = parse_pattern(pattern), _values(work, row)
    if re.fullmatch("".join(_matching(each, values) for each in parts), text) is None:
        example = "".join(_filled(each, values, 1) for each in parts)
        message = f"`{text}` does not follow `{pattern}`: write one such as `{example}`"
        raise RequestError(Flaw("/reference", message))


def _values(work: Work, row: InventoryCode) -> dict[str, str | None]:
    year = local_time(work.now, zone_of(work)).year
    return {
        "client": None if row.client is None else short_name(row.client),
        "project": row.project,
        "partner": row.partner,
        "coupon": row.coupon,
        "purchase": row.purchase,
        "year": str(year),
    }


def _filled(part: Part, values: dict[str, str | None], number: int | None) -> str:
    if not isinstance(part, Blank):
        return part
    if part.name != _NUMBER:
        return values[part.name] or part.name
    return "{number}" if number is None else f"{number:0{part.digits}d}"


def _matching(part: Part, values: dict[str, str | None]) -> str:
    """The regular expression of a part; what the code lacks may be any text."""
    if not isinstance(part, Blank):
        return re.escape(part)
    if part.name == _NUMBER:
        return rf"[0-9]{{{part.digits},18}}"
    if part.name == "year":
        return r"[0-9]{4}"
    known = values[part.name]
    return r"\S+" if known is None else re.escape(known)
