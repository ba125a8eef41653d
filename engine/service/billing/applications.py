"""What coupons took off one charge: the rows of `applications`, and what they count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import select

from engine.decisions.application import Redeemed
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.usage import Meter
from engine.language.vocabulary import AT_SLOT, RATES_SLOT
from engine.money import Money, Rates
from engine.money import convert as exchange
from engine.service.redeeming.redeeming import kept_facts
from engine.service.usage.recount import application_event
from engine.service.usage.rows import Count, counts, fraction_text
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import APPLICATIONS


class Application(NamedTuple):
    """A row of `applications`: what one coupon took off a charge."""

    coupon: str
    code: str
    version: int | None
    charge: str
    at: int
    amount: int
    returned: int
    reversed: bool
    period: int | None
    facts: str
    factors: str

    def counts(self, meters: Iterable[Meter]) -> list[Count]:
        """What it counts against some limits of its coupon."""
        return list(counts(application_event(self[3:]), meters))


_OF_CHARGE = Statement(
    select(*(APPLICATIONS.c[name] for name in Application._fields))
    .filter_by(**binds("space", "charge"))
    .order_by(APPLICATIONS.c.coupon)
)


def applications_of(work: Work, charge: str) -> list[Application]:
    """What coupons took off a charge that was recorded."""
    rows = work.tx.rows(_OF_CHARGE, space=work.space, charge=charge)
    return [Application(*row) for row in rows]


def application(
    work: Work, redeemed: Redeemed, seen: Record, charge: str, taken: Money
) -> Application:
    """What a coupon takes off a charge now; `seen` is the charge as its code sees it."""
    coupon, at = redeemed.coupon, seen[AT_SLOT]
    kept = kept_facts(work, seen, coupon.application.strictest)
    return Application(
        coupon.name,
        redeemed.code,
        redeemed.version,
        charge,
        at,
        amount=taken.minor,
        returned=0,
        reversed=False,
        period=work.book.types.fact(seen, "period.start"),
        facts=msgspec.json.encode(kept).decode(),
        factors=factors_text(coupon, taken.currency, seen[RATES_SLOT]),
    )


def factors_text(coupon: ReadyCoupon, currency: str, rates: Rates | None) -> str:
    """What a minor unit of a charge is worth in the currencies of a coupon's budgets.

    Its own currency is among them: a budget that comes later counts what was discounted in it.
    """
    bounds = (counted.meter.limit.bound for counted in coupon.application.budgets)
    names = sorted({currency, *(bound.currency for bound in bounds if isinstance(bound, Money))})
    unit = Money(1, currency)
    worth = {name: exchange(unit, name, rates) for name in names}
    found = {name: fraction_text(each) for name, each in worth.items() if each is not None}
    return msgspec.json.encode(found).decode()
