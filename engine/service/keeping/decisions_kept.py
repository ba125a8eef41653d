"""Reading the decisions that were kept."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import format_instant
from engine.decisions.answers import RuleTrace
from engine.decisions.learnt import decode_as
from engine.service.answers import KeptDecision
from engine.service.caller import Caller
from engine.service.errors import NotFound
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import DECISIONS

_FIND = Statement(
    select(DECISIONS.c.kind, DECISIONS.c.at, DECISIONS.c.recorded, DECISIONS.c.body).where(
        DECISIONS.c.space == bindparam("space"), DECISIONS.c.decision == bindparam("decision")
    )
)


class _Body(msgspec.Struct):
    """What is kept of a decision."""

    answer: msgspec.Raw
    trace: tuple[RuleTrace, ...] = ()


class Decisions:
    """The decisions that were kept."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def show(self, decision: str, caller: Caller) -> KeptDecision:
        """One decision. Raises `NotFound` where it is not kept, or was erased."""

        def read(work: Work) -> KeptDecision:
            row: tuple[Any, ...] | None
            row = work.tx.row(_FIND, space=work.space, decision=decision)
            if row is None or row[3] is None:
                raise NotFound(
                    f"no decision `{decision}` is kept",
                    "decisions are kept for 30 days, unless their facts were erased",
                )
            kind, at, recorded, text = row
            body = decode_as(text, _Body)
            moments = format_instant(at), format_instant(recorded)
            return KeptDecision(decision, kind, *moments, body.answer, body.trace)

        return self.office.read(read, caller)
