"""Who asks, and what they may."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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


ALL = frozenset(Scope)
PUBLIC = frozenset({Scope.EVALUATE, Scope.REDEEM})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a name for the journal, scopes, and the idempotency key of this request."""

    who: str
    scopes: frozenset[Scope] = ALL
    key: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether a scope was given."""
        return scope in self.scopes
