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
from engine.service.codes.granting import Granted, granted, specification_of
from engine.service.redeeming.beginning import Asked, Beginning, beginning
from engine.service.redeeming.grant_rows import GrantRow, add_grant, cut_short, grants_of_account
from engine.service.redeeming.stored_facts import stored
from engine.service.requests import Running
from engine.service.work import Work
from engine.store.database import Contended
from engine.store.statements import Statement, binds
from engine.store.tables import ACCOUNTS, CLIENTS, CODES

_STOCK = Statement(select(CODES.c.client, CODES.c.partner).filter_by(**binds("space", "code")))
_CLIENT = Statement(select(ACCOUNTS.c.client).filter_by(**binds("space", "account")))
_EMAIL = Statement(select(CLIENTS.c.email).filter_by(**binds("space", "client")))


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

    `client` and `partner` are those of the code; without an account nobody knows what it has.
    """

    work: Work
    found: Found
    grants: str
    at: Instant
    account: str | None
    terms: Terms
    client: str | None
    partner: str | None

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
        if self.client is not None and not self._is_of_client:
            message = f"this code is assigned to the client `{self.client}`"
            remedy = "transfer it first, or activate it on an account of the client"
            yield Reason("other_customer", message, remedy=remedy)
        needed = self.work.book.space.activations
        if needed and not self.terms.approved:
            who = "another person" if needed == 1 else f"{needed} other people"
            remedy = "ask for its activation from the inventory"
            message = f"{who} must agree before this code is activated"
            yield Reason("approval_needed", message, remedy=remedy)
        if isinstance(self.beginning, Reason):
            yield self.beginning

    @property
    def _is_of_client(self) -> bool:
        """Whether the account is one of the client to whom the code is assigned."""
        if self.account is None:
            return False
        row = self.work.tx.row(_CLIENT, space=self.work.space, account=self.account)
        return row is not None and row[0] == self.client

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
    def address(self) -> str | None:
        """Where the client is written to who has the code."""
        if self.client is None:
            return None
        row = self.work.tx.row(_EMAIL, space=self.work.space, client=self.client)
        return None if row is None else row[0]


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
    client, partner = (None, None) if row is None else row
    account = customer if terms.account is None else terms.account
    return Activation(work, found, grants, at, account, terms, client, partner)
