"""A space with some policies, and its use cases under a clock that tests set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.calendar import Instant, parse_instant
from engine.service.answers import Charges, Ended, Redemption, Refusal
from engine.service.billing.charges import Charging
from engine.service.billing.evaluations import Evaluations
from engine.service.caller import Caller
from engine.service.changes.changes import Changes
from engine.service.keeping.decisions_kept import Decisions
from engine.service.keeping.erasing import Erasure
from engine.service.office import Office
from engine.service.redeeming.accounts import Accounts
from engine.service.redeeming.redemptions import Redemptions
from engine.service.redeeming.subscriptions import Subscriptions
from engine.service.usage.recount import differences
from engine.store import journal
from engine.store.database import Database
from tests.policies import right

NOW = "2026-03-01T12:00:00Z"
ME = Caller("tests")


@dataclass
class Desk:
    """Asks the use cases, in few words."""

    office: Office
    time: dict[str, Instant]
    moment: str = NOW
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.redemptions = Redemptions(self.office)
        self.charging = Charging(self.office)
        self.evaluations = Evaluations(self.office)
        self.accounts = Accounts(self.office)
        self.subscriptions = Subscriptions(self.office)
        self.decisions = Decisions(self.office)
        self.erasure = Erasure(self.office)
        self.changes = Changes(self.office)

    def push(self, text: str) -> None:
        """Read a file of policies."""
        self.changes.push(*right(text), ME)

    def at(self, moment: str) -> Desk:
        """The same at another moment."""
        self.time["now"] = parse_instant(moment)
        self.moment = moment
        return self

    def body(self, subscription: str, **more: Any) -> dict[str, Any]:
        return {"at": self.moment, "subscription": {"id": subscription}, **self.facts, **more}

    def redeem(self, code: str, subscription: str, **more: Any) -> Redemption | Refusal:
        body = self.body(subscription, code=code, **more)
        return self.redemptions.redeem(body, ME)

    def redeemed(self, code: str, subscription: str, **more: Any) -> Redemption:
        answer = self.redeem(code, subscription, **more)
        assert isinstance(answer, Redemption), answer
        return answer

    def refused(self, code: str, subscription: str, **more: Any) -> list[str]:
        """The reasons for which a code is refused."""
        return reasons(self.redeem(code, subscription, **more))

    def remove(self, redemption: Redemption) -> Ended | Refusal:
        return self.redemptions.remove(str(redemption.id), {"at": self.moment}, ME)

    def charge(self, subscription: str, *charges: dict[str, Any], **more: Any) -> Charges:
        return self.charging.charge(self.body(subscription, charges=list(charges), **more), ME)

    def discounts(self, subscription: str, *charges: dict[str, Any], **more: Any) -> list[Any]:
        """What is taken off each charge."""
        answer = self.charge(subscription, *charges, **more)
        return [getattr(line, "discount", None) for line in answer.charges]

    def reverse(self, charge: str, amount: str | None = None) -> Any:
        body = {"at": self.moment} | ({} if amount is None else {"amount": amount})
        return self.charging.reverse(charge, body, ME)

    def evaluate(self, subscription: str, *charges: dict[str, Any], **more: Any) -> list[Any]:
        """What would be taken off each charge."""
        body = self.body(subscription, charges=list(charges), **more)
        return [each.discount for each in self.evaluations.evaluate(body, ME).charges]

    def check(self) -> None:
        """Counters are what the rows say, and the journal is whole."""
        with self.office.database.read() as tx:
            for coupon in self.office.books.in_force(tx).coupons.values():
                assert differences(tx, self.office.space, coupon.ready) == []
            journal.verify(tx, self.office.space)


def fee(charge: str, amount: str = "100.00", **more: Any) -> dict[str, Any]:
    """A charge for a period."""
    return {"id": charge, "fee": "period", "amount": amount, "currency": "USD", **more}


def reasons(answer: Any) -> list[str]:
    """The names of the reasons of a refusal."""
    assert isinstance(answer, Refusal), answer
    return [each.reason for each in answer.reasons]


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A desk of the space `acme`; when a test is done its counters are counted again."""
    time = {"now": parse_instant(NOW)}
    found = Desk(Office(database, "acme", lambda: time["now"]), time)
    yield found
    found.check()
