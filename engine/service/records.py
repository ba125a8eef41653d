"""Keeping decisions: the answer, and the verdict of every rule that was asked."""

from __future__ import annotations

import msgspec

from engine.calendar import Instant
from engine.decisions.answers import RuleTrace
from engine.service.work import Work
from engine.store.statements import insertion
from engine.store.tables import DECISIONS

_KEEP = insertion(DECISIONS)


def keep(
    work: Work,
    decision: str,
    kind: str,
    at: Instant,
    answer: msgspec.Struct,
    *,
    trace: tuple[RuleTrace, ...] = (),
    customer: str | None = None,
) -> None:
    """Keep a decision with its full trace (behaviour.md, Everywhere)."""
    work.tx.run(
        _KEEP,
        space=work.space,
        decision=decision,
        kind=kind,
        at=at,
        customer=customer,
        body=msgspec.json.encode({"answer": answer, "trace": trace}).decode(),
        recorded=work.now,
    )
