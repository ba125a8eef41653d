"""Taking recorded charges back, wholly or in part."""

from __future__ import annotations

from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.facts import AmountText, money_at
from engine.decisions.flaws import Flaw, RequestError
from engine.money import amount_text
from engine.service.answers import GivenBack, Refusal, Reversal
from engine.service.billing.corrections import (
    RecordedCharge,
    TakenBack,
    recorded,
    share_of,
    take_back,
    unknown_charge,
)
from engine.service.moments import fresh_id, moment_of
from engine.service.records import keep
from engine.service.requests import Reverse
from engine.service.usage import counting
from engine.service.work import Work


def reverse(work: Work, charge: str, value: object) -> tuple[Reversal | Refusal, str | None]:
    """Take a charge back, or a part of its amount; its discounts are taken back with it."""
    request = convert(value, Reverse)
    at = moment_of(request.at, work)
    found = _locked(work, charge)
    decision = fresh_id(work.now)
    reason = unknown_charge(charge) if found is None else _nothing_left(found)
    customer = None if found is None else found.customer
    if found is None or reason is not None:
        assert reason is not None, "an unknown charge has its reason"  # noqa: S101
        refusal = Refusal(decision, None, None, None, (reason,))
        keep(work, decision, "refusal", at, refusal, customer=customer)
        return refusal, customer
    taken = share_of(work, found, _amount(request.amount, found))
    answer = _answer(decision, taken)
    counting.settle(work, *take_back(work, taken, at))
    keep(work, decision, "reverse", at, answer, customer=customer)
    work.note("reversed", charge, after=answer, customer=customer)
    return answer, customer


def _locked(work: Work, charge: str) -> RecordedCharge | None:
    work.seal()
    return recorded(work, charge)


def _nothing_left(charge: RecordedCharge) -> Reason | None:
    if charge.left > 0:
        return None
    message = "a charge of zero or less has nothing to take back"
    if charge.gross > 0:
        message = "the whole charge was taken back already"
    return Reason("nothing_left", message)


def _amount(given: str | None, charge: RecordedCharge) -> int:
    if given is None:
        return charge.left
    amount = money_at(AmountText(given, charge.currency), "")
    left = amount_text(charge.left, charge.currency)
    if not 0 < amount.minor <= charge.left:
        message = f"between 0 and {left} {charge.currency} is left to take back"
        raise RequestError(Flaw("/amount", message))
    return amount.minor


def _answer(decision: str, taken: TakenBack) -> Reversal:
    charge = taken.charge
    amounts = (taken.gross, taken.discount, taken.gross - taken.discount)
    gross, discount, net = (amount_text(each, charge.currency) for each in amounts)
    back = tuple(
        GivenBack(
            each.application.code, each.application.coupon, amount_text(each.back, charge.currency)
        )
        for each in taken.shares
        if each.back
    )
    left = amount_text(charge.left - taken.gross, charge.currency)
    return Reversal(decision, charge.id, charge.currency, gross, discount, net, back, left)
