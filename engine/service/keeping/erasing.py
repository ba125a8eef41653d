"""Erasing a customer's personal facts (behaviour.md, Everywhere).

What the customer was counted as stays counted under a made-up name, so that sums stay true, and
codes that were bound to the customer stay bound to that name, which nobody has, as do what codes
granted, an account of a client and a purchase; a seat in a group stays taken. What can be read of
the person goes: stored facts, addresses, the facts of kept decisions and answers, what wrong codes
cost, what others were told, and what the journal says, whose chain holds without it.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Table, bindparam, delete, null, select, update

from engine.decisions.answers import ChargeAnswer
from engine.decisions.learnt import decode_as
from engine.service.billing.import_lines import IMPORTED
from engine.service.caller import Caller
from engine.service.errors import NotFound
from engine.service.guessing import forget_guesser
from engine.service.office import Office
from engine.service.usage.recount import recount
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import (
    ACCOUNTS,
    ACTIVATIONS,
    APPLICATIONS,
    ATTACHED,
    BATCHES,
    CHARGES,
    CODES,
    DECISIONS,
    GRANTS,
    IDEMPOTENCY,
    JOURNAL,
    MEMBERS,
    OUTBOX,
    PURCHASES,
    REDEMPTIONS,
    SUBSCRIPTIONS,
)


def _of(table: Table) -> Any:  # noqa: ANN401 - a condition
    return (table.c.space == bindparam("space")) & (table.c.customer == bindparam("old"))


_STORED = Statement(
    update(SUBSCRIPTIONS).where(_of(SUBSCRIPTIONS)).values(facts=null(), customer=null())
)
_DECIDED = Statement(update(DECISIONS).where(_of(DECISIONS)).values(body=null(), customer=null()))
_SAID = Statement(
    update(JOURNAL).where(_of(JOURNAL)).values(payload=null(), salt=null(), customer=null())
)
_RENAMED = [
    Statement(update(table).where(_of(table)).values(customer=bindparam("to")))
    for table in (REDEMPTIONS, CHARGES, GRANTS)
]
_BOUND = [
    Statement(update(table).where(_of(table)).values(customer=bindparam("to")))
    for table in (CODES, BATCHES)
]
_BELONGS = Statement(
    update(MEMBERS).where(_of(MEMBERS)).values(customer=bindparam("to"), email=null())
)
_ACCOUNTS = [
    Statement(
        update(table)
        .where(table.c.space == bindparam("space"), table.c.account == bindparam("old"))
        .values(account=bindparam("to"))
    )
    for table in (GRANTS, ACCOUNTS)
]
_BOUGHT = Statement(
    update(PURCHASES).where(_of(PURCHASES)).values(customer=bindparam("to"), email=null())
)
_PURCHASES = Statement(select(PURCHASES.c.purchase, PURCHASES.c.content).where(_of(PURCHASES)))
_CONTENT = Statement(
    update(PURCHASES).filter_by(**binds("space", "purchase")).values(content=bindparam("kept"))
)
# Who would still be told is not; of what is delivered nothing is left but that it was.
_UNTOLD = Statement(delete(OUTBOX).where(_of(OUTBOX), OUTBOX.c.delivered.is_(None)))
_TOLD = Statement(update(OUTBOX).where(_of(OUTBOX)).values(body="{}", customer=null()))
# What waits for approval holds facts of the customer: it has to be asked for anew.
_ASKED = Statement(
    delete(ACTIVATIONS).where(
        ACTIVATIONS.c.space == bindparam("space"), ACTIVATIONS.c.account == bindparam("old")
    )
)
_REDEEMED = Statement(
    select(REDEMPTIONS.c.redemption, REDEMPTIONS.c.coupon, REDEMPTIONS.c.facts).where(
        _of(REDEMPTIONS)
    )
)
_APPLIED = Statement(
    select(APPLICATIONS.c.charge, APPLICATIONS.c.coupon, APPLICATIONS.c.facts)
    .join(
        CHARGES,
        (CHARGES.c.space == APPLICATIONS.c.space) & (CHARGES.c.charge == APPLICATIONS.c.charge),
    )
    .where(_of(CHARGES))
)
# What was imported has no charges here: it belongs to the customer of its redemption.
_IMPORTED = Statement(
    select(APPLICATIONS.c.charge, APPLICATIONS.c.coupon, APPLICATIONS.c.facts)
    .join(
        REDEMPTIONS,
        (REDEMPTIONS.c.space == APPLICATIONS.c.space)
        & (REDEMPTIONS.c.redemption == APPLICATIONS.c.redemption),
    )
    .where(_of(REDEMPTIONS), APPLICATIONS.c.charge.startswith(IMPORTED))
)
_REDEEMED_FACTS = Statement(
    update(REDEMPTIONS).filter_by(**binds("space", "redemption")).values(facts=bindparam("kept"))
)
_APPLIED_FACTS = Statement(
    update(APPLICATIONS)
    .filter_by(**binds("space", "charge", "coupon"))
    .values(facts=bindparam("kept"))
)
_ANSWERED = Statement(delete(IDEMPOTENCY).where(_of(IDEMPOTENCY)))
_WAITING = Statement(
    delete(ATTACHED).where(
        ATTACHED.c.space == bindparam("space"), ATTACHED.c.account == bindparam("old")
    )
)
_LINES = Statement(select(CHARGES.c.charge, CHARGES.c.answer).where(_of(CHARGES)))
_LINE = Statement(
    update(CHARGES).filter_by(**binds("space", "charge")).values(answer=bindparam("kept"))
)


class Erased(msgspec.Struct, frozen=True):
    """How much was erased of a customer."""

    customer: str
    subscriptions: int
    decisions: int
    journal: int
    rows: int


class Erasure:
    """The use case of erasing."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def erase(self, customer: str, caller: Caller) -> Erased:
        """Erase the personal facts of a customer. Raises `NotFound` where nothing is kept."""
        return self.office.write(lambda work: _erase(work, customer), caller, alone=True)


def _erase(work: Work, customer: str) -> Erased:
    where = {"space": work.space, "old": customer}
    name = f"erased-{secrets.token_hex(8)}"
    rows = _rename(work, customer, name)
    found = Erased(
        customer,
        work.tx.run(_STORED, **where),
        work.tx.run(_DECIDED, **where),
        work.tx.run(_SAID, **where),
        rows,
    )
    work.tx.run(_ANSWERED, **where)
    work.tx.run(_WAITING, **where)
    forget_guesser(work.tx, work.space, customer)
    _blank_lines(work, customer)
    for statement in _RENAMED:
        work.tx.run(statement, **where, to=name)
    bound = sum(work.tx.run(statement, **where, to=name) for statement in (*_BOUND, _BELONGS))
    bound += _erase_inventory(work, customer, name)
    if not (found.subscriptions or found.decisions or found.journal or rows or bound):
        raise NotFound(f"nothing is kept of a customer `{customer}`")
    work.note("erased", name, after={"rows": rows})
    return found


def _erase_inventory(work: Work, customer: str, name: str) -> int:
    """Erase a customer as an account, as a buyer, and as one who is told of things."""
    where = {"space": work.space, "old": customer}
    _drop_notes(work, customer)
    changed = sum(work.tx.run(each, **where, to=name) for each in (*_ACCOUNTS, _BOUGHT))
    return changed + sum(work.tx.run(each, **where) for each in (_UNTOLD, _TOLD, _ASKED))


def _drop_notes(work: Work, customer: str) -> None:
    """Take what was noted on a customer's purchases, which may say anything, out of them."""
    for purchase, text in work.tx.rows(_PURCHASES, space=work.space, old=customer):
        kept = msgspec.json.encode({**msgspec.json.decode(text), "note": None}).decode()
        work.tx.run(_CONTENT, space=work.space, purchase=purchase, kept=kept)


def _rename(work: Work, customer: str, name: str) -> int:
    """Replace the facts of a person in the rows that limits count."""
    where = {"space": work.space, "old": customer}
    redeemed = work.tx.rows(_REDEEMED, **where)
    applied = [*work.tx.rows(_APPLIED, **where), *work.tx.rows(_IMPORTED, **where)]
    for redemption, _, text in redeemed:
        kept = _without(text, name)
        work.tx.run(_REDEEMED_FACTS, space=work.space, redemption=redemption, kept=kept)
    for charge, coupon, text in applied:
        kept = _without(text, name)
        work.tx.run(_APPLIED_FACTS, space=work.space, charge=charge, coupon=coupon, kept=kept)
    for coupon in sorted({each[1] for each in (*redeemed, *applied)}):
        recount(work.tx, work.space, work.book.coupons[coupon].ready)
    return len(redeemed) + len(applied)


def _without(text: str, name: str) -> str:
    facts = msgspec.json.decode(text)
    kept = {key: name if key.startswith("customer.") else value for key, value in facts.items()}
    return msgspec.json.encode(kept).decode()


def _blank_lines(work: Work, customer: str) -> None:
    """Take the facts that rules met out of the answers to charges."""
    for charge, text in work.tx.rows(_LINES, space=work.space, old=customer):
        line = decode_as(text, ChargeAnswer)
        declined = tuple(
            replace(each, reasons=tuple(replace(reason, facts={}) for reason in each.reasons))
            for each in line.declined or ()
        )
        kept = msgspec.json.encode(replace(line, declined=declined)).decode()
        work.tx.run(_LINE, space=work.space, charge=charge, kept=kept)
