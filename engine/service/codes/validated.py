"""What validating answers, in the shapes of JSON (interfaces.md, HTTP)."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from engine.service.codes.code_state import Status

Proof: TypeAlias = Literal["seal", "random"]
"""How possession of a code is proven: by its seal, or by random symbols that nobody guesses."""


class CodeGrants(msgspec.Struct, frozen=True, omit_defaults=True):
    """What redeeming a code would grant, and for how long."""

    plan: str | None = None
    features: tuple[str, ...] = ()
    hex: str | None = None
    reserved: tuple[int, ...] = ()
    add_ons: tuple[str, ...] = msgspec.field(default=(), name="add-ons")
    points: int | None = None
    subaccounts: int | None = None
    duration: str | None = None


class ValidatedCode(msgspec.Struct, frozen=True):
    """What there is to say of one code; `reason` and `message` say why it is not valid.

    `fields` are what its format reads in it, `features` what it grants by name, `named`
    the name of exactly these. `days_left` are whole days until it `expires`; it is redeemed,
    activated or reserved `since` a moment.
    """

    code: str
    valid: bool
    reason: str | None = None
    message: str | None = None
    proof: Proof | None = None
    format: str | None = None
    fields: dict[str, str | int] | None = None
    features: tuple[str, ...] | None = None
    named: str | None = None
    status: Status | None = None
    since: str | None = None
    issued: str | None = None
    expires: str | None = None
    days_left: int | None = None
    coupon: str | None = None
    version: int | None = None
    title: str | None = None
    grants: CodeGrants | None = None


class Validation(msgspec.Struct, frozen=True):
    """What there is to say of some codes, in the order in which they were given.

    `valid_until` is the instant until which time alone can't change it, null if none. Where a code
    is `refused`, it is the moment of the answer, which is not to be kept.
    """

    decision: str
    valid_until: str | None
    codes: tuple[ValidatedCode, ...]
