"""Codes described: what is in one, how long it lasts and what has become of it."""

from __future__ import annotations

from typing import Any

from engine.calendar import DAY, format_instant
from engine.catalogue.catalogue import Grants
from engine.codes.formats import Misread
from engine.codes.key_ring import KeyRing
from engine.decisions.explanation import Reason
from engine.decisions.session import Found
from engine.decisions.spellings import ReadCode, strange
from engine.service.codes.code_state import since, status_of
from engine.service.codes.codes_looked_up import KnownCode
from engine.service.codes.granting import grants_of, named_of, said_of
from engine.service.codes.validated import CodeGrants, Proof, ValidatedCode
from engine.service.work import Work

PROVING_SYMBOLS = 12
"""So many random symbols, of 5 bits each, nobody guesses."""


def proof_of(read: ReadCode | None, known: KnownCode, ring: KeyRing) -> Proof | None:
    """How somebody who shows a code of the store proves to have it: nobody guesses such a one.

    A seal that a key opens proves it wherever the code comes from, and random symbols where they
    were drawn here: a text that somebody chose may look like them.
    """
    if read is None:
        return None
    if read.format.sealed is not None:
        return "seal" if ring.keys and not read.is_forged(ring) else None
    drawn = read.format.drawn(known.given) if known.is_made else 0
    return "random" if drawn >= PROVING_SYMBOLS else None


def described(
    work: Work,
    found: Found,
    known: KnownCode,
    read: ReadCode | None,
    proof: Proof | None,
    against: Reason | None,
) -> ValidatedCode:
    """A code of the store."""
    grants = grants_of(work, found)
    status = status_of(work, known.uses, found.ends, known.cancelled)
    began = since(status, known.uses)
    answer: dict[str, Any] = {
        **_read(read),
        **_granted(grants),
        **_life(found, work.now),
        **_refused(against),
    }
    return ValidatedCode(
        found.code,
        valid=against is None,
        proof=proof,
        status=status,
        since=None if began is None else format_instant(began),
        coupon=found.coupon.name,
        version=found.version,
        title=found.coupon.policy.title,
        **answer,
    )


def stranger(text: str, read: ReadCode | Misread | None, ring: KeyRing) -> ValidatedCode:
    """A text that the store does not have as a code, and that reads so."""
    reason = strange(text, read, ring)
    if not isinstance(read, ReadCode):
        looks_like = None if read is None else read.format
        return ValidatedCode(text.strip(), valid=False, format=looks_like, **_refused(reason))
    sealed = read.format.sealed is not None and ring.keys
    return ValidatedCode(
        read.reading.code,
        valid=False,
        proof="seal" if sealed and reason.reason == "code_unknown" else None,
        **_refused(reason),
        **_read(read),
    )


def _refused(reason: Reason | None) -> dict[str, Any]:
    return {} if reason is None else {"reason": reason.reason, "message": reason.message}


def _read(read: ReadCode | None) -> dict[str, Any]:
    """What the format reads in a code."""
    if read is None:
        return {}
    reading = read.reading
    return {
        "format": reading.format,
        "fields": dict(reading.fields),
        "features": reading.features,
        "named": reading.named,
    }


def _granted(grants: Grants | None) -> dict[str, Any]:
    """What a code grants, which a sealed one does not say for all to read."""
    if grants is None:
        return {}
    shown = CodeGrants(
        *said_of(grants),
        None if grants.duration is None else str(grants.duration),
    )
    if not shown.features:
        return {"grants": shown}
    return {"grants": shown, "features": shown.features, "named": named_of(grants)}


def _life(found: Found, now: int) -> dict[str, Any]:
    issued = None if found.issued is None else format_instant(found.issued)
    if found.ends is None:
        return {"issued": issued}
    left = max(found.ends - now, 0) // DAY
    return {"issued": issued, "expires": format_instant(found.ends), "days_left": left}
