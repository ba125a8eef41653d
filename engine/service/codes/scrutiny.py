"""What there is to say of codes that somebody shows: a close look, which changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from engine.codes.formats import DEFAULT, Misread
from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.redemption import explain_redemption, redeemable
from engine.decisions.session import Found
from engine.decisions.spellings import ReadCode
from engine.decisions.validity import gate_changes
from engine.language.vocabulary import Fold
from engine.service.caller import Scope
from engine.service.codes.cabinet import Cabinet
from engine.service.codes.codes_looked_up import KnownCode, counted, known_codes
from engine.service.codes.described import described, proof_of, stranger
from engine.service.codes.granting import grants_something
from engine.service.codes.validated import Proof, ValidatedCode
from engine.service.usage.held_places import HeldPlaces, full
from engine.service.usage.holdings import has_held, run_out, running
from engine.service.usage.rows import Place, is_listed, place_of
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work


class Scrutinised(NamedTuple):
    """What there is to say of a code, and when time alone changes it.

    `is_told` says whether anybody may hear it.
    """

    text: str
    answer: ValidatedCode
    is_told: bool = True
    changes: Sequence[int] = ()


class Scrutiny:
    """Looks at codes, of which those bound to another customer are wrong."""

    def __init__(self, work: Work, customer: str | None) -> None:
        self._work = work
        self._customer = customer
        self._spellings = work.spellings
        self._cabinet = Cabinet(work, customer, work.now, anyone=True)
        self._usage = StoredUsage(work.tx, work.space, work.known.counters)
        self._event = _event(work, customer)
        self._held: dict[str, HeldPlaces] = {}

    def of(self, texts: Sequence[str]) -> list[Scrutinised]:
        """What there is to say of each text."""
        known = self._known(texts)
        found = {text: self._cabinet.found(each.row) for text, each in known.items()}
        self._count(found.values())
        return [
            self._known_code(text, known[text], found[text])
            if text in known
            else self._strange_code(text)
            for text in texts
        ]

    # --- what the store says, for all codes at once

    def _known(self, texts: Iterable[str]) -> dict[str, KnownCode]:
        """The codes that the store has, by how they were typed."""
        typed = {text: [Fold.CODE.apply(text)] for text in texts}
        found = self._looked_up(typed)
        rest = {text: self._spellings.others(text) for text in typed.keys() - found.keys()}
        return found | self._looked_up(rest)

    def _looked_up(self, spellings: dict[str, list[str]]) -> dict[str, KnownCode]:
        rows = known_codes(self._work, (key for keys in spellings.values() for key in keys))
        return {text: rows[key] for text, keys in spellings.items() for key in keys if key in rows}

    def _count(self, codes: Iterable[Found]) -> None:
        """Read what limits have counted."""
        places: dict[str, set[Place]] = {}
        for found in codes:
            name = found.coupon.name
            if name not in places:
                self._forget_lapsed(name)
            here = places.setdefault(name, set())
            here.update(_places(found.coupon, self._record(found), self._work.now))
        for name, each in places.items():
            self._usage.know(name, counted(self._work, name, each))

    def _forget_lapsed(self, coupon: str) -> None:
        for each in run_out(self._work, coupon, self._work.now):
            self._usage.forget(coupon, each.counts(self._work))

    def _record(self, found: Found) -> Record:
        types = self._work.book.types
        return types.with_code(self._event, found.code, None, found.issued, None)

    # --- one code

    def _known_code(self, text: str, known: KnownCode, found: Found) -> Scrutinised:
        read = self._read(found)
        proof = proof_of(read, known, self._work.ring)
        against = self._against(found, proof) or _used(found, known)
        answer = described(self._work, found, known, read, proof, against)
        is_told = proof is not None or against is None
        return Scrutinised(text, answer, is_told, tuple(self._changes(found, known)))

    def _changes(self, found: Found, known: KnownCode) -> Iterator[int]:
        """When time alone changes what there is to say of a code."""
        coupon, record = found.coupon, self._record(found)
        yield from found.changes
        yield from gate_changes(coupon.redemption, record, self._usage)
        if coupon.redemption.counts and has_held(self._work, coupon.name):
            yield from self._held_places(coupon).ends(
                full(coupon, record, self._usage), record, self._usage
            )
        if _shows_hold(found, known):
            yield from self._held_places(coupon).last_of(Fold.CODE.apply(found.code))

    def _held_places(self, coupon: ReadyCoupon) -> HeldPlaces:
        """What the running holds of a coupon have taken, read once for all its codes."""
        known = self._held.get(coupon.name)
        if known is None:
            holds = running(self._work, coupon.name, self._work.now)
            known = self._held[coupon.name] = HeldPlaces(self._work, coupon.name, holds)
        return known

    def _read(self, found: Found) -> ReadCode | None:
        """What the format of its coupon reads in a code.

        A custom code may look like one of a format by chance, but not be written as it would.
        """
        own = found.coupon.policy.format or DEFAULT.name
        read = self._spellings.read(found.code)
        if not isinstance(read, ReadCode) or read.format.name != own:
            return None
        return read if read.reading.code == Fold.CODE.apply(found.code) else None

    def _against(self, found: Found, proof: Proof | None) -> Reason | None:
        """The first thing that stands against redeeming a code, as far as the code itself goes."""
        coupon, record = found.coupon, self._record(found)
        own = [each for each in found.against if self._counts(each, proof)]
        if not own and redeemable(coupon, record, self._usage, ()):
            return None
        return next(iter([*own, *_definite(coupon, record, self._usage)]), None)

    def _counts(self, reason: Reason, proof: Proof | None) -> bool:
        """Whether a reason is one here: nobody said whose code it may be, unless it is a guess."""
        if reason.reason != "other_customer" or self._customer is not None:
            return True
        return proof is None and not self._work.caller.may(Scope.REASONS)

    def _strange_code(self, text: str) -> Scrutinised:
        """A text that the store does not have."""
        read = self._spellings.read(text)
        answer = stranger(text, read, self._work.ring)
        return Scrutinised(text, answer, isinstance(read, Misread) or answer.proof is not None)


def _event(work: Work, customer: str | None) -> Record:
    """The record of an event of which nothing else is known."""
    types = work.book.types
    given = {} if customer is None else {"customer": {"id": customer}}
    event = convert(given, types.event)
    return types.event_record(event, work.now, work.book.rates_at(work.now))


def _places(coupon: ReadyCoupon, record: Record, now: int) -> Iterator[Place]:
    """Where the limits of a coupon count a redemption."""
    for meter in coupon.redemption.strictest:
        key = meter.key(record)
        if key is not None and not is_listed(meter):
            yield place_of(meter, key, now)


def _used(found: Found, known: KnownCode) -> Reason | None:
    """A code that was issued grants once, whatever the rules of its coupon say."""
    if found.listed or not grants_something(found):
        return None
    if known.uses.redeemed:
        return Reason("already_redeemed", "this code was activated before")
    if known.uses.held:
        return Reason("already_redeemed", "this code is held for a checkout")
    return None


def _shows_hold(found: Found, known: KnownCode) -> bool:
    """Whether a code is said to be reserved, or refused, for nothing but that it is held."""
    uses = known.uses
    if not uses.held or uses.redeemed:
        return False
    return (uses.assigned, uses.asked) == (None, None) or _used(found, known) is not None


def _definite(coupon: ReadyCoupon, record: Record, usage: StoredUsage) -> Iterator[Reason]:
    """What stands against redeeming whatever else is known of the event."""
    if not coupon.policy.active:
        yield Reason("coupon_inactive", "this coupon is switched off")
    for verdict in explain_redemption(coupon, record, usage, ()):
        if verdict.holds is False and verdict.reason is not None:
            yield verdict.reason
