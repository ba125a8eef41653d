"""Guessing is slowed: what wrong codes cost is counted in the store, for every process.

Counted are callers who may not see reasons: by their address, by the customer whom they name, and
by their key, which many customers may share and which is allowed more. A key that may see reasons
is a merchant's own, whose server asks for many people from one address: it is not slowed, and
slows guesses itself. A typing error costs less than a code that is well written and wrong; why
that one is refused makes no difference, so that the cost tells nothing either. Right codes cost
nothing; but who has spent the budget waits with right ones too.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, case, delete, select

from engine.calendar import SECOND, Instant
from engine.codes.formats import Misread
from engine.decisions.spellings import Spellings
from engine.service.caller import Caller, Scope
from engine.service.errors import ServiceError
from engine.store.database import Database, Transaction
from engine.store.statements import Statement
from engine.store.tables import GUESSES

TYPING_ERROR, WRONG = 1, 4
"""What a code costs that is mistyped, and one that is refused for any other reason."""
_KEY, _ADDRESS, _CUSTOMER = "key", "address", "customer"

_SPENT = Statement(
    select(GUESSES.c.who).where(
        GUESSES.c.space == bindparam("space"),
        GUESSES.c.window == bindparam("window"),
        GUESSES.c.who.in_([bindparam("one"), bindparam("two"), bindparam("three")]),
        GUESSES.c.points
        >= case(
            (GUESSES.c.who.like(f"{_KEY} %"), bindparam("key_points", type_=BigInteger)),
            else_=bindparam("most", type_=BigInteger),
        ),
    )
)
_SPEND = Statement(
    lambda insert: (
        insert(GUESSES)
        .values(
            space=bindparam("space"),
            who=bindparam("who"),
            window=bindparam("window"),
            points=bindparam("cost"),
        )
        .on_conflict_do_update(
            index_elements=["space", "who", "window"],
            set_={"points": GUESSES.c.points + bindparam("cost")},
        )
        .returning(GUESSES.c.points)
    )
)
_FORGET = Statement(
    delete(GUESSES).where(
        GUESSES.c.space == bindparam("space"), GUESSES.c.window < bindparam("before")
    )
)
_FORGET_WHO = Statement(
    delete(GUESSES).where(GUESSES.c.space == bindparam("space"), GUESSES.c.who == bindparam("who"))
)


class Budget(NamedTuple):
    """What guesses may cost within a while: of one address or customer, and of one key.

    0 is without a bound. The while is in microseconds.
    """

    points: int = 0
    key_points: int = 0
    length: int = 600 * SECOND


FREE = Budget()
"""Nobody is slowed."""


class SlowDown(ServiceError):
    """Too many wrong codes came from one place; it may ask again after some seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "too many codes were wrong", f"wait for {seconds} seconds, and check what is typed"
        )
        self.seconds = seconds


class _Guesser(NamedTuple):
    """Whoever guesses, by a name that can't be read, and what it may spend."""

    who: str
    most: int


class Guesses:
    """What guesses have cost in a space."""

    def __init__(
        self, database: Database, space: str, clock: Callable[[], Instant], budget: Budget
    ) -> None:
        self._database = database
        self._space = space
        self._clock = clock
        self._budget = budget

    def check(self, caller: Caller, customer: str | None) -> None:
        """Raise `SlowDown` where a caller has spent what there is."""
        guessers = self._guessers(caller, customer)
        if not guessers:
            return
        window = self._window()
        names = [each.who for each in guessers] * 3
        most = {"key_points": self._budget.key_points, "most": self._budget.points}
        asked = dict(zip(("one", "two", "three"), names, strict=False))
        if self._database.row(_SPENT, space=self._space, window=window, **asked, **most):
            raise self._slow_down(window)

    def count(
        self, caller: Caller, customer: str | None, wrong: Collection[str], spellings: Spellings
    ) -> SlowDown | None:
        """Count what wrong codes cost; `spellings` are best those that have read them already.

        Where it is more than was left, an answer that is about many codes is not to be given, but
        what this answers is to be raised: a request is no way to guess beyond the budget.
        """
        guessers = self._guessers(caller, customer) if wrong else []
        if not guessers:
            return None
        window, cost = self._window(), cost_of(wrong, spellings)

        def work(tx: Transaction) -> bool:
            forget_guesses(tx, self._space, window - self._budget.length)
            spent = [self._spend(tx, each, window, cost) for each in guessers]
            return any(total > each.most for total, each in zip(spent, guessers, strict=True))

        return self._slow_down(window) if self._database.write(work) else None

    def _spend(self, tx: Transaction, guesser: _Guesser, window: int, cost: int) -> int:
        values = {"space": self._space, "who": guesser.who, "window": window, "cost": cost}
        row = tx.row(_SPEND, **values)
        assert row is not None, "the statement returns its row"  # noqa: S101
        return int(row[0])

    def _guessers(self, caller: Caller, customer: str | None) -> list[_Guesser]:
        """Those whom a caller's guesses are counted for, always in one order."""
        if caller.may(Scope.REASONS):
            return []
        most = {_KEY: self._budget.key_points}
        guessers = [
            _Guesser(_hidden(kind, name), most.get(kind, self._budget.points))
            for kind, name in _named(caller, customer)
        ]
        return sorted(each for each in guessers if each.most)

    def _window(self) -> int:
        now = self._clock()
        return now - now % self._budget.length

    def _slow_down(self, window: int) -> SlowDown:
        left = window + self._budget.length - self._clock()
        return SlowDown(max(1, -(-left // SECOND)))


def forget_guesser(tx: Transaction, space: str, customer: str) -> None:
    """Forget what a customer's guesses cost, whenever they were."""
    tx.run(_FORGET_WHO, space=space, who=_hidden(_CUSTOMER, customer))


def forget_guesses(tx: Transaction, space: str, before: int) -> None:
    """Forget what was counted in a while that began before an instant."""
    tx.run(_FORGET, space=space, before=before)


def cost_of(texts: Collection[str], spellings: Spellings) -> int:
    """What codes cost that were refused: the texts alone decide it."""
    return sum(
        TYPING_ERROR if isinstance(spellings.read(each), Misread) else WRONG for each in texts
    )


def customer_in(value: object) -> str | None:
    """The customer that a request names."""
    customer: Any = value.get("customer") if isinstance(value, dict) else None
    found = customer.get("id") if isinstance(customer, dict) else None
    return found if isinstance(found, str) else None


def _named(caller: Caller, customer: str | None) -> Iterator[tuple[str, str]]:
    yield _KEY, caller.who
    if caller.address is not None:
        yield _ADDRESS, _network(caller.address)
    if customer is not None:
        yield _CUSTOMER, customer


def _network(text: str) -> str:
    """An address as it is counted: IPv6 by its /64, which is one customer's."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address.packed, 64), strict=False))


def _hidden(kind: str, name: str) -> str:
    """A name of one length that tells one guesser from another, and can't be read.

    It is no secret: the digest has no key, so that whoever has the database and a list of addresses
    or customers finds by trying which of them are counted, and what they spent. So it is personal
    still: it is erased with a customer, and forgotten soon after the while that it counts for.
    """
    return f"{kind} {blake2b(name.encode(), digest_size=16).hexdigest()}"
