"""Exchanging codes: one is cancelled, and another of another specification comes for it."""

from __future__ import annotations

from engine.calendar import format_instant
from engine.decisions.facts import Id
from engine.inventory.acting import Action
from engine.inventory.changing_codes import announce, change_code
from engine.inventory.code_rows import InventoryCode, the_code
from engine.inventory.extending import Because
from engine.inventory.fees import read_fee
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.standing import check_free
from engine.service.codes.batches import Order, fill, open_batch
from engine.service.codes.code_rows import Stock
from engine.service.codes.coupon_formats import issuing_coupon
from engine.service.codes.masking import masked
from engine.service.errors import Conflict
from engine.service.work import Work


class ExchangeLine(CodeLine, frozen=True, kw_only=True):
    """Exchange codes for new ones of the coupon `to`; `because` says why. The `fee` is noted.

    A new code has the client, project, purchase and reference of the old one, which is cancelled,
    and a life of its own from now on.
    """

    to: Id
    because: Because
    fee: str | None = None


def _exchange(work: Work, row: InventoryCode, line: ExchangeLine) -> DoneLine:
    fee = read_fee(line.fee)
    check_free(work, row, "exchanged")
    if issuing_coupon(work, line.to).ready.policy.grants is None:
        raise Conflict(f"`{line.to}` grants no subscription", "exchange for a coupon that does")
    new = _issue(work, row, line.to)
    if new.grants == row.grants and new.coupon == row.coupon:
        raise Conflict(
            f"`{row.spelling}` grants what `{line.to}` grants",
            "extend it, or exchange it for another coupon",
        )
    said = {"because": line.because, "fee": None if fee is None else str(fee)}
    old = change_code(
        work,
        row,
        "exchanged",
        {"cancelled": work.now, "replaced_by": new.spelling},
        **said,
    )
    carried = {"reference": row.reference, "planned": row.planned, "assigned": row.assigned}
    after = change_code(
        work, new, "came in exchange", {**carried, "replaces": old.spelling}, **said
    )
    announce(work, "code.exchanged", after, replaces=masked(old.spelling), fee=fee and str(fee))
    end = after.ends(work)
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="done",
        replaced_by=after.spelling,
        reference=after.reference,
        expires=None if end is None else format_instant(end),
    )


def _issue(work: Work, row: InventoryCode, coupon: str) -> InventoryCode:
    """A new code in the same inventory."""
    stock = Stock(row.partner, row.purchase, row.client, row.project)
    batch = open_batch(work, coupon, Order(1, customer=row.customer, stock=stock))
    _, (code,) = fill(work, batch, 1)
    return the_code(work, code)


EXCHANGE = Action("exchange", ExchangeLine, _exchange, alone=True)
