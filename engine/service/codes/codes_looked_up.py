"""Many codes looked up at once: their rows, and whether they are redeemed or held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BindParameter, bindparam, exists, func, or_, select

from engine.calendar import Instant
from engine.language.vocabulary import Fold
from engine.service.codes.cabinet import WHOLE
from engine.service.codes.code_rows import OWNED, Owner
from engine.service.codes.code_state import Used, assigned_since
from engine.service.usage.rows import Place
from engine.service.work import Work
from engine.store.database import Row
from engine.store.statements import Statement
from engine.store.tables import ACTIVATIONS, BATCHES, CODES, COUNTERS, REDEMPTIONS

SIZE = 250
"""So many values one statement asks for; in the place of others the empty text, which is none."""


def _any_of() -> list[BindParameter[str]]:
    return [bindparam(f"v{number}") for number in range(SIZE)]


_STANDING = (
    exists()
    .where(
        REDEMPTIONS.c.space == CODES.c.space,
        REDEMPTIONS.c.code == CODES.c.code,
        REDEMPTIONS.c.ended.is_(None),
    )
    .correlate(CODES)
)
_SINCE = (
    select(func.max(REDEMPTIONS.c.redeemed))
    .where(
        REDEMPTIONS.c.space == CODES.c.space,
        REDEMPTIONS.c.code == CODES.c.code,
        REDEMPTIONS.c.ended.is_(None),
        or_(REDEMPTIONS.c.until.is_(None), REDEMPTIONS.c.until > bindparam("now")),
    )
    .correlate(CODES)
    .scalar_subquery()
)
_ASKED = (
    select(ACTIVATIONS.c.asked)
    .where(ACTIVATIONS.c.space == CODES.c.space, ACTIVATIONS.c.code == CODES.c.code)
    .correlate(CODES)
    .scalar_subquery()
)
# The values that were given to the fields of a batch, and so are not drawn in its codes.
_FIELDS = (
    select(BATCHES.c.fields)
    .where(BATCHES.c.space == CODES.c.space, BATCHES.c.batch == CODES.c.batch)
    .correlate(CODES)
    .scalar_subquery()
)
_CODES = Statement(
    select(
        CODES.c.code,
        CODES.c.listed,
        CODES.c.given,
        _FIELDS,
        _STANDING.where(REDEMPTIONS.c.until.is_(None)),
        _STANDING.where(REDEMPTIONS.c.until > bindparam("now")),
        _STANDING.where(REDEMPTIONS.c.until.is_(None), REDEMPTIONS.c.grants.is_not(None)),
        _SINCE,
        CODES.c.client,
        CODES.c.assigned,
        _ASKED,
        CODES.c.cancelled,
        *(each.label(f"own_{each.name}") for each in WHOLE),
    ).where(CODES.c.space == bindparam("space"), CODES.c.code.in_(_any_of()))
)
_TAKEN = Statement(
    select(CODES.c.code).where(CODES.c.space == bindparam("space"), CODES.c.code.in_(_any_of()))
)
_OWNERS = Statement(
    select(CODES.c.code, *OWNED).where(
        CODES.c.space == bindparam("space"), CODES.c.code.in_(_any_of())
    )
)
_OF_PARTNER = Statement(
    select(CODES.c.code).where(
        CODES.c.space == bindparam("space"),
        CODES.c.partner == bindparam("partner"),
        CODES.c.code.in_(_any_of()),
    )
)
_COUNTERS = Statement(
    select(COUNTERS.c.key, COUNTERS.c.n).where(
        COUNTERS.c.space == bindparam("space"),
        COUNTERS.c.coupon == bindparam("coupon"),
        COUNTERS.c.basis == bindparam("basis"),
        COUNTERS.c.key.in_(_any_of()),
        COUNTERS.c.window == bindparam("window"),
    )
)


class KnownCode(NamedTuple):
    """A code of the store: what of it was drawn or sealed, where it stands, and its row.

    `is_made` says that nobody wrote it, and `given` are the names of the fields whose values
    somebody gave all the same. Of `uses` it says whether there are any, and not how many.
    """

    is_made: bool
    given: frozenset[str]
    cancelled: Instant | None
    uses: Used
    row: Row


def known_codes(work: Work, keys: Iterable[str]) -> dict[str, KnownCode]:
    """The codes that the store has under some spellings as codes are compared."""
    found: dict[str, KnownCode] = {}
    for values in _parts(keys):
        for row in work.tx.rows(_CODES, space=work.space, now=work.now, **values):
            key, listed, written, fields, *state = row
            redeemed, held, granted, since, client, assigned, asked, cancelled, *own = state
            given = frozenset() if fields is None else _names(fields)
            stands = int(redeemed), int(held), int(granted)
            uses = Used(*stands, since, assigned_since(client, assigned), asked)
            is_made = not listed and not written
            found[key] = KnownCode(is_made, given, cancelled, uses, tuple(own))
    return found


def free_codes(work: Work, codes: Iterable[str]) -> list[str]:
    """Those of some codes that the store does not have."""
    keys = {code: Fold.CODE.apply(code) for code in codes}
    taken = {
        key
        for values in _parts(keys.values())
        for (key,) in work.tx.rows(_TAKEN, space=work.space, **values)
    }
    return [code for code, key in keys.items() if key not in taken]


def owners_of(work: Work, keys: Iterable[str]) -> dict[str, Owner | None]:
    """Whose codes are, by their texts as codes are compared; None for those that are free."""
    found: dict[str, Owner | None] = dict.fromkeys(keys)
    for values in _parts(found):
        rows = work.tx.rows(_OWNERS, space=work.space, **values)
        found.update({key: Owner(*own) for key, *own in rows})
    return found


def codes_of_partner(work: Work, keys: Iterable[str], partner: str) -> set[str]:
    """Those of some codes that are in the inventory of a partner."""
    return {
        key
        for values in _parts(keys)
        for (key,) in work.tx.rows(_OF_PARTNER, space=work.space, partner=partner, **values)
    }


def counted(work: Work, coupon: str, places: Iterable[Place]) -> dict[Place, int]:
    """How many events a coupon has at some places."""
    found = dict.fromkeys(places, 0)
    for basis, window in {(each.basis, each.window) for each in found}:
        keys = [each.key for each in found if (each.basis, each.window) == (basis, window)]
        where = {"space": work.space, "coupon": coupon, "basis": basis, "window": window}
        for values in _parts(keys):
            rows = work.tx.rows(_COUNTERS, **where, **values)
            found.update({Place(basis, key, window): n for key, n in rows})
    return found


@lru_cache(64)
def _names(fields: str) -> frozenset[str]:
    return frozenset(msgspec.json.decode(fields, type=dict[str, Any]))


def _parts(values: Iterable[str]) -> Iterator[dict[str, str]]:
    """Values as the parameters of statements."""
    wanted = list(dict.fromkeys(values))
    for start in range(0, len(wanted), SIZE):
        part = wanted[start : start + SIZE]
        filled = part + [""] * (SIZE - len(part))
        yield {f"v{number}": value for number, value in enumerate(filled)}
