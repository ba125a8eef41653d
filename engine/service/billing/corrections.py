"""Taking charges back: reversals, and negative charges that correct others.

What is taken back is the same share of every discount, at the figures taken (behaviour.md,
Applying). Shares are of all that was taken back so far, so that parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from engine.calendar import Instant
from engine.decisions.answers import ChargeAnswer, DiscountLine
from engine.decisions.explanation import Reason
from engine.decisions.learnt import decode_as
from engine.money import Money, amount_text, round_half_up
from engine.service.billing.applications import Application, applications_of
from engine.service.redeeming.redeeming import Counted
from engine.service.usage.counting import changed
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import APPLICATIONS, CHARGES, REVERSALS

_HERE = binds("space", "charge")
_CHARGE = Statement(
    select(
        CHARGES.c.charge,
        CHARGES.c.subscription,
        CHARGES.c.customer,
        CHARGES.c.at,
        CHARGES.c.currency,
        CHARGES.c.gross,
        CHARGES.c.discount,
        CHARGES.c.reversed,
        CHARGES.c.corrects,
        CHARGES.c.content,
        CHARGES.c.answer,
    ).filter_by(**_HERE)
)
_TAKE_BACK = Statement(update(CHARGES).filter_by(**_HERE).values(reversed=bindparam("total")))
_RETURN = Statement(
    update(APPLICATIONS)
    .filter_by(**_HERE, coupon=bindparam("coupon"))
    .values(returned=bindparam("back"), reversed=bindparam("whole"))
)
_COUNT = Statement(
    select(REVERSALS.c.number).filter_by(**_HERE).order_by(REVERSALS.c.number.desc()).limit(1)
)
_NOTE = insertion(REVERSALS)


class RecordedCharge(NamedTuple):
    """A row of `charges`. Amounts are minor units of its currency."""

    id: str
    subscription: str
    customer: str | None
    at: Instant
    currency: str
    gross: int
    discount: int
    reversed: int
    corrects: str | None
    content: str
    answer: str

    @property
    def left(self) -> int:
        """How much of it was not taken back; nothing of a charge of zero or less."""
        return max(self.gross, 0) - self.reversed

    def line(self) -> ChargeAnswer:
        """The answer that was given."""
        return decode_as(self.answer, ChargeAnswer)


class Share(NamedTuple):
    """What is taken back of one discount: so much now, so much in all."""

    application: Application
    back: int
    returned: int

    def after(self, *, whole: bool) -> Application:
        """The discount once this is taken back, with the `whole` charge or a part of it."""
        return self.application._replace(returned=self.returned, reversed=whole)


class TakenBack(NamedTuple):
    """What is taken back of a charge: so much of its amount, and the shares of its discounts."""

    charge: RecordedCharge
    gross: int
    shares: tuple[Share, ...]

    @property
    def discount(self) -> int:
        """How much discount is taken back."""
        return sum(share.back for share in self.shares)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the charge is left."""
        return self.gross == self.charge.left

    def after(self) -> tuple[RecordedCharge, list[Application]]:
        """The charge and its discounts once this is taken back."""
        charge = self.charge._replace(reversed=self.charge.reversed + self.gross)
        return charge, [share.after(whole=self.is_whole) for share in self.shares]

    def counted_anew(self, work: Work) -> tuple[Counted, Counted]:
        """The places to give back, and those to take instead."""
        given: Counted = []
        instead: Counted = []
        for share in self.shares:
            before, after = share.application, share.after(whole=self.is_whole)
            meters = work.book.coupons[before.coupon].ready.application.strictest
            old, new = changed(before.counts(meters), after.counts(meters))
            given += [(before.coupon, each) for each in old]
            instead += [(before.coupon, each) for each in new]
        return given, instead

    def lines(self) -> tuple[DiscountLine, ...]:
        """The discounts taken back, as a correction shows them."""
        labels = {each.coupon: each.label for each in self.charge.line().discounts or ()}
        currency = self.charge.currency
        return tuple(
            DiscountLine(
                share.application.code,
                share.application.coupon,
                share.application.version,
                amount_text(-share.back, currency),
                amount_text(-self.gross, currency),
                labels.get(share.application.coupon, share.application.coupon),
            )
            for share in self.shares
            if share.back
        )


def unknown_charge(charge: str) -> Reason:
    """Why a charge that nobody recorded can't be taken back."""
    return Reason("charge_unknown", f"no charge `{charge}` was recorded")


def correctable(
    charge: str, found: RecordedCharge | None, subscription: str | None, currency: str
) -> RecordedCharge | Reason:
    """A charge that one of a subscription, in a currency, may correct; else why it may not."""
    if found is None:
        return unknown_charge(charge)
    if subscription is not None and found.subscription != subscription:
        message = f"`{charge}` is a charge of another subscription than its correction"
        remedy = "send the correction for the subscription of the charge"
        return Reason("charge_differs", message, remedy=remedy)
    if found.currency != currency:
        message = f"`{charge}` is in {found.currency}, its correction can't be in another"
        return Reason("charge_differs", message)
    return found


def corrected_line(charge: str, amount: Money, taken: TakenBack) -> ChargeAnswer:
    """What a negative charge that corrects another takes back of its discounts."""
    discount = -taken.discount
    return ChargeAnswer(
        charge,
        amount.currency,
        amount.amount(),
        amount_text(discount, amount.currency),
        amount_text(amount.minor - discount, amount.currency),
        taken.lines(),
        (),
    )


def recorded(work: Work, charge: str) -> RecordedCharge | None:
    """A charge that was recorded."""
    row = work.tx.row(_CHARGE, space=work.space, charge=charge)
    return None if row is None else RecordedCharge(*row)


def share_of(work: Work, charge: RecordedCharge, gross: int) -> TakenBack:
    """What taking an amount back would take of each discount; no more than what is left."""
    return shares(charge, applications_of(work, charge.id), gross)


def shares(charge: RecordedCharge, applications: Sequence[Application], gross: int) -> TakenBack:
    """The same, where the discounts of the charge are known."""
    gross = min(gross, charge.left)
    total = charge.reversed + gross
    found = []
    for application in applications:
        in_all = round_half_up(application.amount * total, charge.gross) if total else 0
        returned = max(in_all, application.returned)
        found.append(Share(application, returned - application.returned, returned))
    return TakenBack(charge, gross, tuple(found))


def take_back(
    work: Work, taken: TakenBack, at: Instant, by_charge: str | None = None
) -> tuple[Counted, Counted]:
    """Record what is taken back; the places to give back, and those to take instead."""
    charge = taken.charge
    where = {"space": work.space, "charge": charge.id}
    work.tx.run(_TAKE_BACK, **where, total=charge.reversed + taken.gross)
    row = work.tx.row(_COUNT, **where)
    work.tx.run(
        _NOTE,
        **where,
        number=1 if row is None else row[0] + 1,
        at=at,
        currency=charge.currency,
        gross=taken.gross,
        discount=taken.discount,
        by_charge=by_charge,
        invoice=None,
        recorded=work.now,
    )
    for share in taken.shares:
        coupon = share.application.coupon
        work.tx.run(_RETURN, **where, coupon=coupon, back=share.returned, whole=taken.is_whole)
    return taken.counted_anew(work)
