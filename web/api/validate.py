"""Validating codes, without redeeming them."""

from __future__ import annotations

from engine.service.caller import Scope
from engine.service.codes.validated import Validation
from engine.service.codes.validation import Validate
from web import examples
from web.call import Call
from web.subjects import Body, Subject

SUBJECT = Subject("validate", "Validating", is_quick=True)


@SUBJECT.call(
    "POST",
    "/v1/validate",
    Scope.EVALUATE,
    {200: Validation},
    body=Body(lambda _: Validate, examples.VALIDATE),
    problems=("slow-down",),
    repeatable=False,
    partners=True,
)
def validate(call: Call) -> Validation:
    """Say of up to 1,000 codes whether they can be redeemed now, and what is in them.

    `valid` goes as far as the code itself does: nothing is known of who would redeem it, but for
    the `customer` where one is given. A key without the scope `reasons` gets the full answer for a
    code that can be used now, and for one that nobody guesses: sealed, or with 60 random bits. All
    others are `refused` alike, but for `code_malformed`, which says what was mistyped. A partner's
    key gets the full answer for the codes of its inventory, and that refusal for all others.
    """
    return call.desk.validations.validate(call.body(), call.caller)
