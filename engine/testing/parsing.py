"""What a format reads in a code, whether or not the store has it."""

from __future__ import annotations

import msgspec

from engine.decisions.explanation import Reason
from engine.decisions.spellings import ReadCode
from engine.service.answers import Refusal
from engine.service.codes.codes import find_code
from engine.service.codes.granting import named_of, said_of
from engine.service.codes.specifications import read_grants
from engine.service.work import Work


class Parsed(msgspec.Struct, frozen=True):
    """A code as its format reads it."""

    format: str
    code: str
    fields: dict[str, str | int]
    features: tuple[str, ...] | None
    named: str | None


def parse(work: Work, text: str) -> Parsed | Refusal:
    """Read a code; one that no format reads is malformed, whether or not it looks like one."""
    read = work.book.spellings.read(text)
    if isinstance(read, ReadCode) and not read.is_forged(work.ring):
        return _parsed(work, read)
    reason = work.book.spellings.strange(text, work.ring)
    if reason.reason == "code_unknown":
        reason = Reason("code_malformed", f"no format reads `{text.strip()}`")
    return Refusal("", text, None, None, (reason,))


def _parsed(work: Work, read: ReadCode) -> Parsed:
    """What a code says; a sealed one stands for the features that it was issued with."""
    said = read.reading
    features, named = said.features, said.named
    if read.format.sealed is not None:
        features, named = _issued_with(work, said.code)
    return Parsed(said.format, said.code, dict(said.fields), features, named)


def _issued_with(work: Work, code: str) -> tuple[tuple[str, ...] | None, str | None]:
    row = find_code(work, code)
    if row is None or row.grants is None:
        return None, None
    grants = read_grants(row.grants, work.book.spellings.feature_sets)
    if grants is None or grants.feature_set is None or grants.value is None:
        return None, None
    return said_of(grants).features, named_of(grants)
