"""Activating codes on accounts: at once, or by asking for the approval of other people.

It is one transaction: the code is validated, redeemed, granted and linked, and who is to hear of it
is told. A code that is activated on the same account already is left as it is, so that a file of
activations that was ended half way can be sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete

from engine.calendar import format_instant
from engine.decisions.compiler import Record
from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.facts import Id
from engine.decisions.flaws import Flaw, RequestError
from engine.inventory.acting import Action
from engine.inventory.changing_codes import announce
from engine.inventory.code_rows import InventoryCode
from engine.inventory.lines import CodeLine, DoneLine
from engine.inventory.standing import WaitingRow, check_alive, check_usable, waiting
from engine.service.answers import Redemption, Refusal
from engine.service.codes.code_state import used
from engine.service.errors import Conflict
from engine.service.redeeming.activation import Terms
from engine.service.redeeming.grant_rows import GrantRow, grant_of_code, grants_of_account
from engine.service.redeeming.redemptions import ask
from engine.service.requests import Running
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import ACTIVATIONS

_WAIT = insertion(ACTIVATIONS)
FORGET = Statement(delete(ACTIVATIONS).filter_by(**binds("space", "code")))
"""Takes away what waits for approval of a code."""
_ACTIVE = "grant_active"


class ActivateLine(CodeLine, frozen=True, kw_only=True):
    """Activate codes on an `account`, which is a customer's id.

    `running` says what becomes of another subscription that the account has, and `facts` are those
    that the rules of the coupon ask for, such as `{"customer": {"segment": "business"}}`.
    """

    account: Id
    running: Running | None = None
    facts: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


def _activate(work: Work, row: InventoryCode, line: ActivateLine) -> DoneLine:
    again = _activated_before(work, row, line.account)
    if again is not None:
        return again
    check_usable(work, row, "activated")
    asked = waiting(work, row)
    if asked is not None:
        return _waits(work, row, asked, line)
    needed = work.book.space.activations
    if not needed:
        return perform(work, row, line)
    check_alive(work, row)
    refused = _refused(work, row, line, perform_tried(work, row, line))
    return _ask_for(work, row, line, needed) if refused is None else refused


def perform(
    work: Work, row: InventoryCode, line: ActivateLine, *, approved: bool = False
) -> DoneLine:
    """Activate a code, or say why not."""
    _check_replaced(work, line)
    terms = Terms(line.running, approved)
    answer, _ = ask(work, row.spelling, _event(work, line), work.now, terms=terms)
    if isinstance(answer, Refusal):
        return _refusal(work, row, line, answer)
    grant = answer.grants
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="done",
        account=line.account,
        redemption=answer.id,
        subscription=answer.subscription,
        begins=None if grant is None else grant.start,
        until=None if grant is None else grant.until,
    )


ACTIVATE = Action("activate", ActivateLine, _activate, alone=True)


def perform_tried(work: Work, row: InventoryCode, line: ActivateLine) -> Redemption | Refusal:
    """What activating a code would answer, once as many people agree as are needed."""
    _check_replaced(work, line)
    terms = Terms(line.running, approved=True)
    return ask(work, row.spelling, _event(work, line), work.now, tried=True, terms=terms)[0]


def _event(work: Work, line: ActivateLine) -> Record:
    """The event of an activation, which the merchant makes for the customer.

    Raises `RequestError` for one of a subscription: what is known of it would be told by rules.
    """
    if "id" in line.facts.get("subscription", {}):
        message = "an activation makes its own subscription: leave `subscription.id` out"
        raise RequestError(Flaw("/facts/subscription/id", message))
    types = work.book.types
    customer = {**line.facts.get("customer", {}), "id": line.account}
    value = {"by": "merchant", **line.facts, "customer": customer}
    request: Any = convert(value, types.event, "/facts")
    return types.event_record(request, work.now, work.book.rates_at(work.now))


# --- what was before ----------------------------------------------------------------------------


def _activated_before(work: Work, row: InventoryCode, account: str) -> DoneLine | None:
    """The answer where a code is activated. Raises `Conflict` where it is on another account."""
    if not used(work, row.code).redeemed:
        return None
    grant = grant_of_code(work, row.code)
    where = "" if grant is None or grant.account is None else f" on `{grant.account}`"
    since = "" if grant is None else f", with `{grant.subscription}`"
    if grant is None or grant.account != account:
        raise Conflict(
            f"`{row.spelling}` was activated before{where}{since}",
            "an activated subscription can't be moved: take another code",
        )
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="unchanged",
        message=f"it was activated before{where}{since}",
        account=account,
        redemption=grant.redemption,
        subscription=grant.subscription,
        begins=format_instant(grant.begins),
        until=None if grant.until is None else format_instant(grant.until),
    )


def _waits(work: Work, row: InventoryCode, asked: WaitingRow, line: ActivateLine) -> DoneLine:
    """The answer where somebody asked for the activation before."""
    if asked.account != line.account:
        raise Conflict(
            f"`{row.spelling}` waits for approval to be activated on `{asked.account}`",
            "decline that first",
        )
    missing = max(1, work.book.space.activations - len(asked.agreed))
    return waits(row, line.account, missing)


def waits(row: InventoryCode, account: str, missing: int) -> DoneLine:
    """The answer where so many other people have yet to agree."""
    who = "another person" if missing == 1 else f"{missing} other people"
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="waiting",
        message=f"{who} must agree to its activation",
        advice="they approve it, or decline it",
        account=account,
        missing=missing,
    )


def _ask_for(work: Work, row: InventoryCode, line: ActivateLine, needed: int) -> DoneLine:
    """Keep a request to activate a code until as many people agree as are needed."""
    work.tx.run(
        _WAIT,
        space=work.space,
        code=row.code,
        account=line.account,
        request=msgspec.json.encode(line).decode(),
        who=work.caller.who,
        asked=work.now,
        approvals="[]",
    )
    work.note("asked for activation", row.spelling, after=line, customer=line.account)
    told = {"account": line.account, "asked_by": work.caller.who, "missing": needed}
    announce(work, "approval.needed", row, to=_approvers(work, row), **told)
    return waits(row, line.account, needed)


def _approvers(work: Work, row: InventoryCode) -> tuple[str, ...]:
    """Where to write to those who can agree: the partner, for codes of its own.

    Others of the space listen by webhooks. A client can't approve what is asked for it.
    """
    partner = work.book.partners.get(row.partner or "")
    email = None if partner is None else partner.contact.email
    return () if email is None else (email,)


# --- refusals -----------------------------------------------------------------------------------


def _refused(
    work: Work, row: InventoryCode, line: ActivateLine, answer: Redemption | Refusal
) -> DoneLine | None:
    return _refusal(work, row, line, answer) if isinstance(answer, Refusal) else None


def _refusal(work: Work, row: InventoryCode, line: ActivateLine, answer: Refusal) -> DoneLine:
    reasons = tuple(_told(work, line.account, each) for each in answer.reasons)
    return DoneLine(
        line=0,
        code=row.spelling,
        outcome="refused",
        message=reasons[0].message,
        advice=reasons[0].remedy,
        reasons=reasons,
        account=line.account,
    )


def _told(work: Work, account: str, reason: Reason) -> Reason:
    """A reason; a partner learns nothing of what others have activated on an account."""
    if reason.reason != _ACTIVE or not _foreign(work, grants_of_account(work, account)):
        return reason
    message = "the account has a subscription already"
    return msgspec.structs.replace(reason, message=message, facts={})


def _foreign(work: Work, rows: Sequence[GrantRow]) -> bool:
    """Whether some of what an account has is not of the partner who asks."""
    own = work.caller.partner
    return own is not None and any(
        each.partner != own for each in rows if not each.is_over(work.now)
    )


def _check_replaced(work: Work, line: ActivateLine) -> None:
    """Raise `Conflict` where a partner would end what is not its own."""
    if line.running == "replace" and _foreign(work, grants_of_account(work, line.account)):
        raise Conflict(
            "the account has a subscription that can't be replaced here",
            "let this one begin `after` it, or `add` it",
        )
