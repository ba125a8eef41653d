"""Problems: every way in which a call fails, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from engine.decisions.answers import ChargeAnswer
from engine.decisions.explanation import Reason
from engine.service.answers import RefusedCharge

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: a stable name, its status, what it is, and what to do about it."""

    name: str
    status: int
    title: str
    advice: str

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/problems/{self.name}"


_ALL = (
    ProblemType(
        "bad-request",
        400,
        "The request can't be read",
        "Correct the header or the parameter that `errors` names.",
    ),
    ProblemType(
        "not-json",
        400,
        "The body is not JSON",
        "Send one JSON object in UTF-8, without duplicate keys; `errors` says where it stopped.",
    ),
    ProblemType(
        "unauthorized",
        401,
        "No valid key was sent",
        "Send `Authorization: Bearer KEY` with a key that `coupon key create` printed and that "
        "nobody has revoked.",
    ),
    ProblemType(
        "forbidden",
        403,
        "The key may not do this",
        "Use a key with the scope that `detail` names; `coupon key create --scope` makes one.",
    ),
    ProblemType(
        "operators-call",
        403,
        "The call is for whoever runs the service",
        "Ask them for it. The calls that are open to the keys of partners say so in `/docs`.",
    ),
    ProblemType(
        "not-found",
        404,
        "There is nothing here",
        "Check the path and the id: a key sees only its own space.",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "The method is not allowed here",
        "Use one of the methods that the header `Allow` lists.",
    ),
    ProblemType(
        "conflict",
        409,
        "The state does not allow this",
        "Look at the state as it is now; sending the same again does not help.",
    ),
    ProblemType(
        "refused",
        409,
        "The code can't be redeemed",
        "Each of `reasons`, where the key may see them, says which rule was not met and what would "
        "make it right.",
    ),
    ProblemType(
        "not-admitted",
        409,
        "The customer can't be let in",
        "Each of `reasons`, where the key may see them, says what a way into the group asks for, "
        "and what would make it right.",
    ),
    ProblemType(
        "not-possible",
        409,
        "It can't be done to this redemption or charge",
        "`reasons` say why; look at the redemption or charge as it is now.",
    ),
    ProblemType(
        "not-recorded",
        409,
        "None of the charges was recorded",
        "Correct the charges that have `refused`, and send all of them again with a new key.",
    ),
    ProblemType(
        "too-large",
        413,
        "The body is too large",
        "Send less at once: charges and codes can be spread over several requests.",
    ),
    ProblemType(
        "unsupported-media-type",
        415,
        "The body is of a kind that is not read here",
        "Send `Content-Type: application/json`, and a body that is not compressed.",
    ),
    ProblemType(
        "invalid",
        422,
        "The request is not as this call needs it",
        "Correct what `errors` points at, by JSON Pointers into the body.",
    ),
    ProblemType(
        "key-reused",
        422,
        "The idempotency key was used for another request",
        "Send a new `Idempotency-Key` with a new request; a repetition must be the same to the "
        "letter.",
    ),
    ProblemType(
        "slow-down",
        429,
        "Too many codes were wrong",
        "Wait for `Retry-After` seconds. A server that asks for many people uses a key with the "
        "scope `reasons`, and slows guesses itself.",
    ),
    ProblemType(
        "too-many-mails",
        429,
        "Too many mails went to this address",
        "Wait for `Retry-After` seconds; the mails that went out are still good.",
    ),
    ProblemType(
        "internal",
        500,
        "The service made a mistake",
        "Nothing was changed. Tell whoever runs the service the id in `request`: its log has the "
        "rest.",
    ),
    ProblemType(
        "unavailable",
        503,
        "The store can't be used at the moment",
        "Nothing was changed. Send the same request again after `Retry-After` seconds.",
    ),
    ProblemType(
        "unsure",
        503,
        "The store was lost while it was writing",
        "The change may or may not be there. Send the same request again, with the same "
        "`Idempotency-Key`: it is done once. Without a key, look first.",
    ),
)
TYPES = {each.name: each for each in _ALL}


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: where, by a pointer into the body or by a name, and what."""

    message: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What went wrong; `detail` says it of this request, `advice` what to do."""

    type: str
    title: str
    status: int
    advice: str
    request: str
    detail: str | None = None
    errors: tuple[Error, ...] = ()


class RefusedProblem(Problem, frozen=True, omit_defaults=True, kw_only=True):
    """A refusal, with the decision that it is; the rest only for keys that may see reasons.

    Without `valid_until`, time alone never changes it. To keys that may not see reasons it is the
    moment that was asked for: the refusal is not to be kept.
    """

    decision: str
    code: str | None = None
    coupon: str | None = None
    version: int | None = None
    reasons: tuple[Reason, ...] = ()
    valid_until: str | None = None


class NotRecordedProblem(Problem, frozen=True, omit_defaults=True, kw_only=True):
    """Charges that were to be recorded all or none, and what stood against each."""

    decision: str
    charges: tuple[ChargeAnswer | RefusedCharge, ...]


SHAPES: dict[str, type[Problem]] = {
    "refused": RefusedProblem,
    "not-admitted": RefusedProblem,
    "not-possible": RefusedProblem,
    "not-recorded": NotRecordedProblem,
}
"""The types of problems that say more than others."""


class Failed(Exception):
    """A call that ends with a problem, for a reason that lies in the web itself."""

    def __init__(
        self,
        name: str,
        detail: str,
        *errors: Error,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(detail)
        self.name = name
        self.detail = detail
        self.errors = errors
        self.headers = headers
