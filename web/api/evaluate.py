"""Evaluating: whether and how much each charge is discounted."""

from __future__ import annotations

from engine.decisions.flaws import RequestError
from engine.service.answers import Evaluation
from engine.service.caller import Scope
from web.call import Call
from web.examples import EVALUATE
from web.subjects import Body, Subject
from web.uniform import check_public

SUBJECT = Subject("evaluate", "Evaluating", is_quick=True)
_REASONS = Scope.REASONS


@SUBJECT.call(
    "POST",
    "/v1/evaluate",
    Scope.EVALUATE,
    {200: Evaluation},
    body=Body(lambda types: types.stored_evaluate, EVALUATE),
    problems=("slow-down",),
    repeatable=False,
)
def evaluate(call: Call) -> Evaluation:
    """Say whether and how much each charge is discounted; nothing is changed.

    `codes` adds codes that are not redeemed yet; without it only what the subscription has
    redeemed counts. Charges are answered line by line, as recording them would: one whose id is
    recorded is answered as it was, or refused where it says something else.
    """
    if not call.caller.may(_REASONS):
        check_public(call.body())
    try:
        return call.desk.evaluations.evaluate(call.data(), call.caller)
    except RequestError:
        # Only now is what is no JSON told from what is wrong in it.
        call.body()
        raise
