"""Who asks, and what they may."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Scope(enum.Enum):
    """What a key may do (interfaces.md, HTTP)."""

    EVALUATE = "evaluate"
    REDEEM = "redeem"
    CHARGE = "charge"
    READ = "read"
    MANAGE = "manage"
    REASONS = "reasons"
    """Refusals come with their reasons; without it every refusal looks the same."""
    TRACE = "trace"
    """Decisions and traces may be read."""
    BACKDATE = "backdate"
    """Events may be given a moment that is not now."""
    ERASE = "erase"
    INVENTORY = "inventory"
    """Pre-paid codes may be assigned, activated and reported on; the one that partners need."""

    # There is one object of each; the hash of an `Enum` is a call of Python's own.
    __hash__ = object.__hash__


ALL = frozenset(Scope)
PUBLIC = frozenset({Scope.EVALUATE, Scope.REDEEM})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a name for the journal, scopes, and the idempotency key of this request.

    `address` is where the request came from, as far as it can be believed. `partner` is set where
    only what was issued to that partner and its clients may be seen.
    """

    who: str
    scopes: frozenset[Scope] = ALL
    key: str | None = None
    address: str | None = None
    partner: str | None = None

    def for_step(self, number: int) -> Caller:
        """The same, at a step of a request that is done in several, of which 0 is the first."""
        if self.key is None or not number:
            return self
        # No key that comes with a request has a line break.
        return replace(self, key=f"{self.key}\n{number}")

    def may(self, scope: Scope) -> bool:
        """Whether a scope was given."""
        return scope in self.scopes
