"""Activating a code that grants something: whether it may be, from when on, and what is kept of it.

It is asked under the seal, so that of several codes at once each sees what the others granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import select

from engine.calendar import Instant, format_instant
from engine.decisions.explanation import Reason
from engine.decisions.session import Found
from engine.language.vocabulary import Fold
from engine.service.caller import Scope
from engine.service.codes.granting import Granted, granted, specification_of
from engine.service.people import people_of
from engine.service.redeeming.beginning import Asked, Beginning, beginning
from engine.service.redeeming.grant_rows import GrantRow, add_grant, cut_short, grants_of_account
from engine.service.redeeming.stored_facts import stored
from engine.service.requests import Running
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, binds
from engine.store.tables import ACTIVATIONS, CODES

_STOCK = Statement(
    select(CODES.c.client, CODES.c.partner, CODES.c.project).filter_by(**binds("space", "code"))
)

_ASKED = Statement(select(ACTIVATIONS.c.account).filter_by(**binds("space", "code")))


class Terms(NamedTuple):
    """On which terms a code is redeemed that grants something.

    `running` says what becomes of what the account has. `approved` is true where as many people
    agreed as the space asks for. The `account` is the customer's, unless another is named.
    """

    running: Running | None = None
    approved: bool = False
    account: str | None = None


NO_TERMS = Terms()


@dataclass(frozen=True)
class Activation:
    """A code that is to grant something to an account at a moment.

    `client`, `partner` and `project` are those of the code; without an account nobody knows what it
    has.
    """

    work: Work
    found: Found
    grants: str
    at: Instant
    account: str | None
    terms: Terms
    client: str | None
    partner: str | None
    project: str | None

    @cached_property
    def has(self) -> list[GrantRow]:
        """What the account was granted before."""
        return [] if self.account is None else grants_of_account(self.work, self.account)

    @cached_property
    def beginning(self) -> Beginning | Reason:
        """When it begins, or why it needs a word."""
        zone, running = self.found.coupon.policy.zone, self.terms.running
        asked = Asked(self.grants, self.at, self.work.now, running, zone)
        return beginning(asked, self.has)

    @property
    def reasons(self) -> Iterator[Reason]:
        """What speaks against it, beside what speaks against redeeming any code."""
        needed = self.work.book.space.activations
        if needed and not self.terms.approved:
            who = "another person" if needed == 1 else f"{needed} other people"
            people = "a second person has" if needed == 1 else "other people have"
            remedy = f"{people} to agree: ask whoever gave you the code"
            message = self._waits or f"{who} must agree before this code is activated"
            yield Reason("approval_needed", message, remedy=remedy)
        if isinstance(self.beginning, Reason):
            yield self.beginning

    @property
    def _waits(self) -> str | None:
        """That its activation was asked for; on which account is told to those who may know."""
        code = Fold.CODE.apply(self.found.code)
        row = self.work.tx.row(_ASKED, space=self.work.space, code=code)
        if row is None:
            return None
        knows = row[0] == self.account or self.work.caller.may(Scope.REASONS)
        where = f" to be activated on `{row[0]}`" if knows else ""
        return f"this code waits for approval{where} already"

    @property
    def changes(self) -> Iterator[int]:
        """The instants at which time alone changes when it would begin."""
        return (edge for each in self.has for edge in (each.begins, each.over) if edge is not None)

    @cached_property
    def granted(self) -> Granted:
        """What it grants, where nothing speaks against it."""
        begins = self.beginning
        assert isinstance(begins, Beginning), "what is refused grants nothing"  # noqa: S101
        found = granted(self.work, self.found, begins.at)
        assert found is not None, "a specification grants something"  # noqa: S101
        return found

    def write(self, redemption: str, subscription: str) -> None:
        """Keep what a redemption grants, and end what it takes the place of."""
        work, coupon = self.work, self.found.coupon.name
        for each in self.replaced:
            _replace(work, each, self.at, redemption)
        # From here on it is known, also where nobody has named it.
        stored(work, subscription, lock=True)
        row = GrantRow(
            redemption,
            subscription,
            self.account,
            coupon,
            Fold.CODE.apply(self.found.code),
            self.client,
            self.partner,
            self.grants,
            self.granted.begins,
            self.granted.until,
            None,
        )
        add_grant(work, row)

    @property
    def replaced(self) -> tuple[GrantRow, ...]:
        """The grants that it ends."""
        return () if isinstance(self.beginning, Reason) else self.beginning.replaced

    @property
    def people(self) -> tuple[str, ...]:
        """Where those are written to who look after the code."""
        return people_of(self.work, self.partner, self.client, self.project)


def _replace(work: Work, row: GrantRow, at: Instant, redemption: str) -> None:
    # A moment before it began would make it end before that.
    ended = max(at, row.begins)
    if not cut_short(work, row.redemption, ended):
        raise Contended
    before = {"until": None if row.over is None else format_instant(row.over)}
    after = {"ended": format_instant(ended), "replaced by": redemption}
    work.note("replaced", row.subscription, before, after, row.account)


def activation(
    work: Work, found: Found, customer: str | None, at: Instant, terms: Terms
) -> Activation | None:
    """What redeeming a code would grant to a customer; None where it grants nothing.

    To be asked under the seal, unless nothing is to be written.
    """
    grants = specification_of(work, found)
    if grants is None:
        return None
    row = work.tx.row(_STOCK, space=work.space, code=Fold.CODE.apply(found.code))
    client, partner, project = row or (None, None, None)
    account = customer if terms.account is None else terms.account
    return Activation(work, found, grants, at, account, terms, client, partner, project)
