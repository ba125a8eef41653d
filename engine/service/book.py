"""What is in force in a space: coupons with their versions, compiled, under one vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from threading import RLock

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant
from engine.catalogue.catalogue import Space
from engine.catalogue.groups import Group
from engine.catalogue.partners import Partner
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.spellings import Spellings
from engine.language.vocabulary import Vocabulary
from engine.money import Rates, RateTable
from engine.service.compiling import Compiling, Memory
from engine.service.contexts import Context
from engine.service.errors import NoSuchSpace
from engine.service.notices import Listener
from engine.service.requests import Requests
from engine.service.versions import (
    Version,
    next_enactment,
    pending_change,
    versions_in_force,
    versions_of,
)
from engine.store.database import Transaction
from engine.store.statements import Statement
from engine.store.tables import RATES, SPACES, WEBHOOKS

_REVISION = Statement(
    select(SPACES.c.revision).where(SPACES.c.space == bindparam("space")), recurs=True
)
_SPACE = Statement(
    select(SPACES.c.context, SPACES.c.base, SPACES.c.rated).where(
        SPACES.c.space == bindparam("space")
    )
)
_RATES = Statement(
    select(RATES.c.at, RATES.c.currency, RATES.c.figure)
    .where(RATES.c.space == bindparam("space"))
    .order_by(RATES.c.at, RATES.c.currency)
)
_LISTENERS = Statement(
    select(WEBHOOKS.c.webhook, WEBHOOKS.c.url, WEBHOOKS.c.events, WEBHOOKS.c.partner)
    .where(WEBHOOKS.c.space == bindparam("space"), WEBHOOKS.c.active)
    .order_by(WEBHOOKS.c.webhook)
)

PENDING = "pending"
"""The name of a change that is not in force, where a version is asked for."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A coupon in force. `ready.policy.active` says whether codes can be redeemed now."""

    ready: ReadyCoupon
    version: int
    archived: bool
    source: Version


@dataclass(frozen=True, slots=True)
class Book:
    """What is in force at one revision of a space. Immutable; threads may share it.

    `rated` is the revision at which the rates last changed; `context` is what the space's files
    were last read with; `spellings` read codes in its formats and in those of older versions;
    `listeners` are the webhooks that are told what happens.
    """

    space: Space
    revision: int
    coupons: Mapping[str, InForce]
    types: Requests
    rates: RateTable | None
    rated: int
    next_enactment: Instant | None
    context: Context
    spellings: Spellings
    listeners: tuple[Listener, ...]

    def rates_at(self, instant: int) -> Rates | None:
        """The exchange rates in force at an instant."""
        return None if self.rates is None else self.rates.at(instant)

    @property
    def partners(self) -> Mapping[str, Partner]:
        """The partners that the space's files describe."""
        return self.context.catalogue.partners

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups that the space's files describe."""
        return self.context.catalogue.groups

    def is_due(self, now: int) -> bool:
        """Whether another version was to be in force by now."""
        return self.next_enactment is not None and self.next_enactment <= now


def revision(tx: Transaction, space: str) -> int | None:
    """How often what is in force has changed; None where there is no such space."""
    row = tx.row(_REVISION, space=space)
    return None if row is None else int(row[0])


class Books:
    """The books of a space, loaded again only when its revision has changed."""

    def __init__(self, space: str) -> None:
        self.space = space
        self._lock = RLock()
        self._book: Book | None = None
        self._memory = Memory()

    @property
    def spellings(self) -> Spellings:
        """How the book that was loaded last reads codes."""
        return Spellings() if self._book is None else self._book.spellings

    def in_force(self, tx: Transaction) -> Book:
        """The book as the transaction sees it.

        Raises `NoSuchSpace`. To be asked before the transaction changes what is in force.
        """
        now = revision(tx, self.space)
        if now is None:
            raise NoSuchSpace(
                f"the store has no space `{self.space}`",
                "make it with `coupon push`, or name another with `--space`",
            )
        book = self._book
        if book is None or book.revision != now:
            book = self._load(tx, now)
        return book

    def with_versions(self, tx: Transaction, wanted: Mapping[str, object]) -> Book:
        """A book in which some coupons are as a pending change or another version has them.

        Raises `RequestError` that points at what does not exist.
        """
        found = {
            each.coupon: self._wanted(tx, each, wanted[each.coupon])
            for each in versions_in_force(tx, self.space)
            if each.coupon in wanted
        }
        unknown = [name for name in wanted if name not in found]
        if unknown:
            message = f"no coupon in force is called `{unknown[0]}`"
            raise RequestError(Flaw(_pointer(unknown[0]), message))
        return self.trying(tx, found)

    def trying(self, tx: Transaction, instead: Mapping[str, Version]) -> Book:
        """The book with other versions of some coupons, which is not kept."""
        now = revision(tx, self.space) or 0
        versions = [instead.get(v.coupon, v) for v in versions_in_force(tx, self.space)]
        return self._made(tx, Compiling(tx, self.space, self._memory), versions, now)

    def _wanted(self, tx: Transaction, now: Version, wanted: object) -> Version:
        if wanted == PENDING:
            change = pending_change(tx, self.space, now.coupon)
            if change is not None:
                return replace(
                    now,
                    version=now.version + 1,
                    context=change.context,
                    document=change.document,
                )
            message = f"`{now.coupon}` has no pending change"
        else:
            for version in versions_of(tx, self.space, now.coupon):
                if version.version == wanted and not isinstance(wanted, bool):
                    return version
            message = f"`{now.coupon}` has no version `{wanted}`: give its number, or `pending`"
        raise RequestError(Flaw(_pointer(now.coupon), message))

    def _load(self, tx: Transaction, now: int) -> Book:
        """Load the book of a revision; several threads that find it old load it once.

        What changes while it is read makes it the book of a revision that has passed.
        """
        with self._lock:
            last = self._book
            if last is not None and last.revision == now:
                return last
            compiling = Compiling(tx, self.space, self._memory)
            book = self._made(tx, compiling, versions_in_force(tx, self.space), now)
            if last is None or last.revision < book.revision:
                self._book, self._memory = book, compiling.used
            return book

    def _made(
        self, tx: Transaction, compiling: Compiling, versions: Sequence[Version], now: int
    ) -> Book:
        """The book of some versions."""
        row = tx.row(_SPACE, space=self.space)
        assert row is not None, "asked only for a space that is there"  # noqa: S101
        key, base, rated = row
        context = compiling.context(key or "")
        vocabulary, coupons = compiling.coupons(versions, context)
        return Book(
            context.space or Space(self.space),
            now,
            {v.coupon: InForce(coupons[v.coupon], v.version, v.archived, v) for v in versions},
            _types(vocabulary, self._book),
            self._rates(tx, base, rated),
            rated,
            next_enactment(tx, self.space),
            context,
            compiling.spellings(versions, context),
            _listeners(tx, self.space),
        )

    def _rates(self, tx: Transaction, base: str | None, rated: int) -> RateTable | None:
        """The rates in force, which are many: loaded only where they have changed."""
        last = self._book
        return (
            last.rates if last is not None and last.rated == rated else _rates(tx, self.space, base)
        )


def _types(vocabulary: Vocabulary, last: Book | None) -> Requests:
    if last is not None and last.types.vocabulary == vocabulary:
        return last.types
    return Requests(vocabulary)


def _rates(tx: Transaction, space: str, base: str | None) -> RateTable | None:
    if base is None:
        return None
    rows = tx.rows(_RATES, space=space)
    return RateTable(
        base,
        [
            (at, {currency: Fraction(figure) for _, currency, figure in row})
            for at, row in groupby(rows, key=lambda row: row[0])
        ],
    )


def _listeners(tx: Transaction, space: str) -> tuple[Listener, ...]:
    rows = tx.rows(_LISTENERS, space=space)
    return tuple(
        Listener(webhook, url, frozenset(msgspec.json.decode(events)), partner)
        for webhook, url, events, partner in rows
    )


def _pointer(name: str) -> str:
    return "/versions/" + name.replace("~", "~0").replace("/", "~1")
