"""Billing the owner of a group: an ordinary charge on a subscription of the group's own."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from engine.calendar import Instant, format_instant
from engine.catalogue.groups import Group
from engine.decisions.answers import ChargeAnswer
from engine.decisions.decoding import convert, plain
from engine.decisions.facts import Id, InstantText
from engine.groups.answers import Billed
from engine.groups.known import the_group
from engine.service.answers import RefusedCharge
from engine.service.billing import invoicing
from engine.service.billing.bills import Invoice
from engine.service.billing.charges import record_charges
from engine.service.caller import Caller
from engine.service.errors import Conflict
from engine.service.office import Office
from engine.service.redeeming.stored_facts import find, store
from engine.service.requests import merged
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import CHARGES

_CHARGED = Statement(select(CHARGES.c.at, CHARGES.c.invoice).filter_by(**binds("space", "charge")))
FEE = "period"
"""What the owner is charged is the fee of a period."""


class BillOwner(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request to bill the owner of a group: the charge gets this id, and is recorded once."""

    id: Id
    at: InstantText | None = None


def owner_subscription(group: Group) -> str:
    """The subscription on which the owner of a group is billed."""
    return f"{group.name}-owner"


class Owners:
    """The use case of billing owners."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def bill(self, group: str, body: bytes | str | dict[str, Any], caller: Caller) -> Billed:
        """Charge the owner of a group, and make an invoice where it is billed by invoice.

        The same id again answers the same. Raises `NotFound`, `RequestError`, and `Conflict` where
        the group says no amount, or the id is of another charge.
        """
        value = plain(body)

        def work(task: Work) -> tuple[Billed, str]:
            found = _bill(task, the_group(task, group), convert(value, BillOwner))
            return found, found.customer

        return self.office.answer(work, caller, ["bill group", group, value], (Billed,))


def _bill(work: Work, group: Group, request: BillOwner) -> Billed:
    subscription = owner_subscription(group)
    charge = _charge(work, group, request, subscription)
    at, invoice = _charged(work, charge)
    _keep_facts(work, group, subscription)
    paper = _invoice(work, subscription, at, invoice) if _is_invoiced(group, invoice) else None
    return Billed(
        group.name,
        group.owner.customer,
        subscription,
        group.owner.billing,
        format_instant(at),
        charge,
        paper,
    )


def _charge(work: Work, group: Group, request: BillOwner, subscription: str) -> ChargeAnswer:
    """Record the charge as any other is, or find it recorded. Raises `Conflict`."""
    owner = group.owner
    if owner.amount is None:
        raise Conflict(
            f"the owner of `{group.name}` has no amount to be billed",
            "write one such as `amount: 900.00 USD` to its `owner`",
        )
    about = {"id": subscription, "product": owner.product, "plan": owner.plan}
    fee = {"id": request.id, "fee": FEE, "amount": owner.amount.amount()}
    body = {
        "customer": {"id": owner.customer},
        "subscription": about,
        "charges": [{**fee, "currency": owner.amount.currency}],
    }
    if request.at is not None:
        body["at"] = request.at.isoformat()
    (answer,) = record_charges(work, body)[0].charges
    if isinstance(answer, RefusedCharge):
        raise Conflict(_said(answer), "give a charge of the owner an id of its own")
    return answer


def _said(answer: RefusedCharge) -> str:
    """Why the charge was not recorded."""
    told = [each.message for each in answer.refused]
    return "; ".join([*told, *(f"{each.pointer}: {each.message}" for each in answer.errors)])


def _charged(work: Work, charge: ChargeAnswer) -> tuple[Instant, str | None]:
    """When a recorded charge was, and the invoice that it is on."""
    row = work.tx.row(_CHARGED, space=work.space, charge=charge.id)
    assert row is not None, "it was recorded, now or before"  # noqa: S101
    return row[0], row[1]


def _keep_facts(work: Work, group: Group, subscription: str) -> None:
    """Store whose subscription it is and of what, beside what is stored of it."""
    owner = group.owner
    own = {"id": subscription, "product": owner.product, "plan": owner.plan}
    facts = {"customer": {"id": owner.customer}, "subscription": own}
    store(work, subscription, merged(facts, find(work, subscription) or {}), owner.customer)


def _is_invoiced(group: Group, invoice: str | None) -> bool:
    return invoice is not None or group.owner.billing == "invoice"


def _invoice(work: Work, subscription: str, at: Instant, number: str | None) -> Invoice:
    """The invoice of a charge: the one that it is on, else a new one of its moment."""
    if number is not None:
        return invoicing.find(work, number)
    stretch = {"from": format_instant(at), "to": format_instant(Instant(at + 1))}
    return invoicing.make(work, subscription, stretch)[0]
