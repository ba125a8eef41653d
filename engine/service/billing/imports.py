"""Moving in: redemptions of another system, with what was discounted by them so far.

What was redeemed and discounted there did happen, so it is taken whatever limits allow; from then
on it counts like any other. Nobody says when the charges were: each counts at the moment of the
redemption, in a period of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import msgspec
from sqlalchemy import bindparam, case, func, select

from engine.calendar import Instant
from engine.decisions.explanation import Reason
from engine.decisions.session import Found
from engine.language.vocabulary import Fold
from engine.money import Money
from engine.service.billing.applications import factors_text
from engine.service.billing.import_lines import IMPORTED, BadLine, Line
from engine.service.caller import Caller
from engine.service.codes.cabinet import Cabinet
from engine.service.codes.granting import grants_something
from engine.service.office import Office
from engine.service.redeeming.activation import NO_TERMS, Activation, Terms, activation
from engine.service.redeeming.memberships import Seat, against, enter
from engine.service.redeeming.redeeming import Counted, grant_text
from engine.service.redeeming.stored_facts import stored
from engine.service.usage import counting
from engine.service.usage.holdings import holding, standing
from engine.service.usage.recount import application_event, redemption_event
from engine.service.usage.rows import Count, counts
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import APPLICATIONS, REDEMPTIONS

BATCH = 500
"""So many lines are taken in one transaction."""
_ANY = 2**62

_REDEEM, _APPLY = insertion(REDEMPTIONS), insertion(APPLICATIONS)
_STANDING = Statement(
    select(
        REDEMPTIONS.c.redemption,
        REDEMPTIONS.c.spelling,
        REDEMPTIONS.c.subscription,
        REDEMPTIONS.c.customer,
        REDEMPTIONS.c.redeemed,
        REDEMPTIONS.c.by,
    )
    .where(
        REDEMPTIONS.c.space == bindparam("space"),
        REDEMPTIONS.c.ended.is_(None),
        REDEMPTIONS.c.until.is_(None),
    )
    .order_by(REDEMPTIONS.c.redeemed, REDEMPTIONS.c.redemption)
)
_SUMS = Statement(
    select(
        APPLICATIONS.c.redemption,
        APPLICATIONS.c.currency,
        func.count(case((APPLICATIONS.c.reversed.is_(False), 1))),
        func.sum(APPLICATIONS.c.amount - APPLICATIONS.c.returned),
    )
    .where(APPLICATIONS.c.space == bindparam("space"))
    .group_by(APPLICATIONS.c.redemption, APPLICATIONS.c.currency)
    .order_by(APPLICATIONS.c.redemption, APPLICATIONS.c.currency)
)


class ImportedLine(msgspec.Struct, frozen=True):
    """What became of one line: `unchanged` where the same was imported before."""

    line: int
    outcome: Literal["imported", "unchanged", "refused"]
    redemption: str | None = None
    message: str | None = None


class Imports:
    """The use cases of moving in, and of moving out by the same file."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def take(self, lines: Sequence[Line | BadLine], caller: Caller) -> Iterator[ImportedLine]:
        """Take lines in their order, some at a time; each answer is given when it is kept.

        A line that can't be taken harms no other, and taking lines again changes nothing.
        """
        for start in range(0, len(lines), BATCH):
            batch = lines[start : start + BATCH]
            yield from self.office.write(partial(_take, batch=batch), caller)

    def export(self, caller: Caller) -> list[Line]:
        """What stands redeemed, as lines that can be taken elsewhere; holds are left out."""
        return self.office.read(lambda work: list(_lines(work)), caller)


def _take(work: Work, batch: Sequence[Line | BadLine]) -> list[ImportedLine]:
    readable = [line for line in batch if isinstance(line, Line)]
    for subscription in sorted({line.subscription for line in readable}):
        stored(work, subscription, lock=True)
    taken: Counted = []
    answers = [_answer(work, line, taken) for line in batch]
    counting.settle(work, (), taken)
    return answers


def _answer(work: Work, line: Line | BadLine, taken: Counted) -> ImportedLine:
    if isinstance(line, BadLine):
        return ImportedLine(line.number, "refused", message=line.message)
    if holding(work, line.id) is not None:
        return ImportedLine(line.number, "unchanged", line.id)
    found = Cabinet(work, line.customer, line.redeemed).find(line.code)
    wrong = found.message if isinstance(found, Reason) else _against(work, line, found)
    if isinstance(found, Reason) or wrong is not None:
        return ImportedLine(line.number, "refused", message=wrong)
    taken += _redeem(work, line, found)
    for index, share in enumerate(line.shares()):
        taken += _apply(work, line, found, index, share)
    work.note("imported", line.id, after=line.text_fields(), customer=line.customer)
    return ImportedLine(line.number, "imported", line.id)


def _against(work: Work, line: Line, found: Found) -> str | None:
    """Why a redemption can't be taken."""
    if line.redeemed > work.now:
        return "`redeemed` lies in the future"
    for other in standing(work, line.subscription):
        if other.coupon == found.coupon.name and found.coupon.tiers:
            said = f"`{other.spelling}` of the same coupon is redeemed on `{line.subscription}`"
            return f"{said} already"
    inside = next(against(work, found.coupon.name, line.customer), None)
    return None if inside is None else inside.message


def _redeem(work: Work, line: Line, found: Found) -> Counted:
    coupon = found.coupon
    grants = _granting(work, line, found)
    grant = None if grants is None else grants.granted.shown(line.subscription)
    facts = _text(_facts(line, found))
    work.tx.run(
        _REDEEM,
        space=work.space,
        redemption=line.id,
        coupon=coupon.name,
        code=Fold.CODE.apply(found.code),
        spelling=found.code,
        version=found.version,
        subscription=line.subscription,
        customer=line.customer,
        by=line.by,
        redeemed=line.redeemed,
        issued=found.issued,
        until=None,
        ended=None,
        how=None,
        once=line.subscription if coupon.tiers else None,
        facts=facts,
        grants=grant_text(grant),
        recorded=work.now,
        running=None,
    )
    if grants is not None:
        grants.write(line.id, line.subscription)
    if line.customer is not None:
        seat = Seat(coupon.name, line.id, line.subscription, line.customer)
        enter(work, seat, line.redeemed)
    event = redemption_event((line.id, line.redeemed, None, facts))
    return [(coupon.name, _free(each)) for each in counts(event, coupon.redemption.strictest)]


def _granting(work: Work, line: Line, found: Found) -> Activation | None:
    """What was granted there: it went on where another of its kind ended, else it began at once."""
    if not grants_something(found):
        return None
    work.seal()
    grants = activation(work, found, line.customer, line.redeemed, NO_TERMS)
    if grants is None or not isinstance(grants.beginning, Reason):
        return grants
    return activation(work, found, line.customer, line.redeemed, Terms("add"))


def _apply(work: Work, line: Line, found: Found, index: int, share: Money) -> Counted:
    coupon = found.coupon
    rates = work.book.rates_at(line.redeemed)
    row: dict[str, Any] = {
        "charge": f"{IMPORTED}{line.id}:{index}",
        "at": line.redeemed,
        "amount": share.minor,
        "returned": 0,
        "reversed": False,
        # No charge of the subscription has a period that starts at such a moment.
        "period": line.redeemed - 1 - index,
        "facts": _text(_facts(line, found)),
        "factors": factors_text(coupon, share.currency, rates),
    }
    work.tx.run(
        _APPLY,
        **row,
        space=work.space,
        coupon=coupon.name,
        code=found.code,
        version=found.version,
        redemption=line.id,
        subscription=line.subscription,
        currency=share.currency,
    )
    event = application_event(tuple(row.values()))
    return [(coupon.name, _free(each)) for each in counts(event, coupon.application.strictest)]


def _free(count: Count) -> Count:
    """A count that no limit stops."""
    return replace(count, meter=replace(count.meter, most=_ANY))


def _facts(line: Line, found: Found) -> dict[str, str]:
    """The facts of a line that limits may count by."""
    known = {
        "code": Fold.CODE.apply(found.code),
        "subscription.id": line.subscription,
        "customer.id": line.customer,
        "by": line.by,
    }
    return {name: value for name, value in known.items() if value is not None}


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()


# --- moving out ---------------------------------------------------------------------------------


def _lines(work: Work) -> Iterator[Line]:
    sums: dict[str, list[tuple[int, Money]]] = {}
    for redemption, currency, applications, amount in work.tx.rows(_SUMS, space=work.space):
        if applications or amount:
            sums.setdefault(redemption, []).append((applications, Money(int(amount), currency)))
    rows = work.tx.rows(_STANDING, space=work.space)
    for number, (redemption, code, subscription, customer, redeemed, by) in enumerate(rows, 2):
        found = sums.get(redemption, [])
        yield Line(
            number,
            code,
            subscription,
            customer,
            Instant(redeemed),
            by,
            sum(applications for applications, _ in found),
            tuple(amount for _, amount in found),
        )
