"""Decisions that were kept."""

from __future__ import annotations

from engine.service.answers import KeptDecision
from engine.service.caller import Scope
from web.call import Call
from web.subjects import Subject

SUBJECT = Subject("decisions", "Decisions")


@SUBJECT.call("GET", "/v1/decisions/{decision}", Scope.TRACE, {200: KeptDecision})
def decision(call: Call, decision: str) -> KeptDecision:
    """Show a recorded event's or refusal's decision with the verdict of every rule.

    Decisions are kept for 30 days.
    """
    return call.desk.decisions.show(decision, call.caller)
