"""What can be told of a code without the service: by the formats of a folder, or by a signature."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.calendar import Instant, parse_instant
from engine.catalogue.catalogue import Catalogue
from engine.codes.fields import Value
from engine.codes.statements import PREFIX, BadStatement, ForgedStatement, verify
from engine.decisions.spellings import ReadCode, Spellings, formats_of


class OfflineCode(msgspec.Struct, frozen=True):
    """What a code says. `valid` is false where it can be none, and null where the store knows.

    `message` says why, or what remains to be asked; `coupon` is that whose document lists it.
    """

    code: str
    valid: bool | None
    reason: str | None
    message: str
    format: str | None = None
    fields: dict[str, Value] = {}
    features: tuple[str, ...] | None = None
    named: str | None = None
    reserved: tuple[int, ...] = ()
    coupon: str | None = None


class OfflineStatement(msgspec.Struct, frozen=True):
    """What a statement says of a code, where it is signed; `valid` is whether that holds now."""

    code: str
    valid: bool
    reason: str | None
    message: str
    issuer: str | None = None
    coupon: str | None = None
    grant: dict[str, object] | None = None
    expires: str | None = None


def is_statement(text: str) -> bool:
    """Whether a text is meant as a statement."""
    return text.strip().startswith(PREFIX)


def check_statement(
    text: str, publics: Sequence[Ed25519PublicKey], now: Instant
) -> OfflineStatement:
    """What a text says that one of the keys has signed."""
    try:
        said = verify(text, publics)
    except ForgedStatement as error:
        return OfflineStatement(text, valid=False, reason="seal_invalid", message=str(error))
    except BadStatement as error:
        return OfflineStatement(text, valid=False, reason="code_malformed", message=str(error))
    ended = said.expires is not None and parse_instant(said.expires) <= now
    return OfflineStatement(
        said.code,
        not ended,
        "code_expired" if ended else None,
        f"signed by {said.issuer}" + (", and expired" if ended else ""),
        said.issuer,
        said.coupon,
        said.grant,
        said.expires,
    )


class Folder:
    """The codes that a folder of policies can tell."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._coupons = catalogue.coupons.values()
        self._spellings = Spellings(formats_of(self._coupons, catalogue.formats.values()))

    def check(self, text: str) -> OfflineCode:
        """What a text says as a code."""
        found = self._spellings.read(text)
        code = self._spellings.key(text)
        coupon = self._listed.get(code)
        if isinstance(found, ReadCode):
            return _read(found, coupon)
        if coupon is not None:
            return OfflineCode(code, None, None, f"listed by `{coupon}`", coupon=coupon)
        reason = self._spellings.strange(text)
        return OfflineCode(text, valid=False, reason=reason.reason, message=reason.message)

    @cached_property
    def _listed(self) -> dict[str, str]:
        """The coupons by the codes that their documents list."""
        return {
            self._spellings.key(code): coupon.name
            for coupon in self._coupons
            for code in coupon.codes
        }


def _read(found: ReadCode, coupon: str | None) -> OfflineCode:
    reading = found.reading
    return OfflineCode(
        reading.code,
        None,
        None,
        _remains(found, coupon),
        reading.format,
        reading.fields,
        reading.features,
        reading.named,
        reading.reserved,
        coupon,
    )


def _remains(found: ReadCode, coupon: str | None) -> str:
    if coupon is not None:
        return f"listed by `{coupon}`"
    if found.format.sealed is not None:
        return "without a typing error; only the service tells whether its seal is right"
    return "well written; only the service tells whether it was issued"
