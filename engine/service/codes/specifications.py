"""Specifications: what codes are issued with, each distinct one numbered once (language.md).

A code grants what it was issued with, whatever its coupon grants later; so that is kept with the
code, as JSON in the words of a document: `{"plan": "professional", "duration": "12 months"}`. The
sealed codes of a specification say its number, which never changes its meaning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Duration
from engine.catalogue.catalogue import Grants
from engine.codes.features import FeatureSet
from engine.codes.formats import Reading, Value
from engine.language.parser import parse_duration
from engine.service.numbers import pass_number, take_numbers
from engine.service.work import Work
from engine.store.statements import Statement, binds, insertion
from engine.store.tables import SPECS

SERIES = "spec"
_DIGIT = 4
"""Bits of a hexadecimal digit."""
NOTHING = "null"
"""What codes are issued with that give a discount only."""

_KNOWN = Statement(select(SPECS.c.spec).filter_by(**binds("space", "digest")))
_ADD = insertion(SPECS)
_GRANTS = Statement(
    select(SPECS.c.grants).where(
        SPECS.c.space == bindparam("space"), SPECS.c.spec == bindparam("spec")
    )
)


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True, rename="kebab"):
    """What is granted, as it is kept.

    Where `features` are of a set, `feature_value` has its name and their digits, `reserved` are
    those of the bits that it reserved, and the others are the features, the highest first: the set
    may give its bits other meanings later.
    """

    plan: str | None = None
    features: tuple[str, ...] = ()
    feature_value: str | None = None
    reserved: tuple[int, ...] = ()
    add_ons: tuple[str, ...] = ()
    points: int | None = None
    subaccounts: int | None = None
    duration: str | None = None


_READ = msgspec.json.Decoder(_Kept | None)


def taken_from(
    grants: Grants | None, reading: Reading | None, features: FeatureSet | None
) -> Grants | None:
    """What is granted by a code that says some of it itself, such as `ACC-FF60-P30S4`.

    `features` is the set of its format.
    """
    if grants is None or not grants.from_code or reading is None:
        return grants
    found = replace(
        grants,
        plan=grants.plan if reading.named is None else reading.named,
        points=_number(reading.fields.get("points"), grants.points),
        subaccounts=_number(reading.fields.get("subaccounts"), grants.subaccounts),
    )
    if features is None or reading.features is None:
        return found
    more = [name for name in grants.add_ons if name in features.bits.values()]
    value = features.value((*reading.features, *more)) | sum(1 << bit for bit in reading.reserved)
    return replace(found, features=reading.features, feature_set=features, value=value)


def _number(said: Value | None, otherwise: int | None) -> int | None:
    return said if isinstance(said, int) else otherwise


def grants_text(grants: Grants | None) -> str:
    """What codes are issued with, as it is kept: the same text for the same grants."""
    if grants is None:
        return NOTHING
    kept = _Kept(
        grants.plan,
        *_kept_features(grants),
        grants.add_ons,
        grants.points,
        grants.subaccounts,
        None if grants.duration is None else str(grants.duration),
    )
    return msgspec.json.encode(kept, order="deterministic").decode()


def _kept_features(grants: Grants) -> tuple[tuple[str, ...], str | None, tuple[int, ...]]:
    """The features by name, in the bits of their set, and the bits of no name."""
    features, value = grants.feature_set, grants.value
    if features is None or value is None:
        return grants.features, None, ()
    digits = f"{features.name} {features.hex(value)}"
    return features.names(value), digits, features.reserved_in(value)


def read_grants(text: str, sets: Mapping[str, FeatureSet]) -> Grants | None:
    """What was kept, with the features as they were then.

    `sets` only say what a combination of them is called, which alters nothing of it.
    """
    kept = _READ.decode(text)
    if kept is None:
        return None
    found = _features(kept, sets)
    return Grants(
        kept.plan,
        kept.features,
        kept.add_ons,
        kept.points,
        kept.subaccounts,
        None if kept.duration is None else _duration(kept.duration),
        feature_set=found.set,
        value=found.value,
    )


class _Features(NamedTuple):
    """A set, and the features of it that are granted."""

    set: FeatureSet | None
    value: int | None


def _features(kept: _Kept, sets: Mapping[str, FeatureSet]) -> _Features:
    """The set of kept features, as far as these tell of it."""
    if kept.feature_value is None:
        return _Features(None, None)
    name, _, digits = kept.feature_value.rpartition(" ")
    value, reserved = int(digits, 16), frozenset(kept.reserved)
    found = [bit for bit in reversed(range(value.bit_length())) if value >> bit & 1]
    bits = dict(zip((bit for bit in found if bit not in reserved), kept.features, strict=True))
    called = _called(sets.get(name), kept.features, value)
    named = {} if called is None else {called: value}
    return _Features(FeatureSet(name, _DIGIT * len(digits), bits, reserved, named), value)


def _called(features: FeatureSet | None, names: tuple[str, ...], value: int) -> str | None:
    """What a set calls a value, where it means by it what it did when that was kept."""
    if features is None or features.names(value) != names:
        return None
    return features.called(value)


@lru_cache(maxsize=256)
def _duration(text: str) -> Duration:
    """A duration that many codes are issued with."""
    return parse_duration(text)


def specification(work: Work, grants: str) -> int:
    """The number of what is granted, given out when it is first asked for."""
    digest = hashlib.sha256(grants.encode()).hexdigest()
    known = work.tx.row(_KNOWN, space=work.space, digest=digest)
    if known is not None:
        return int(known[0])
    (number,) = take_numbers(work, SERIES)
    _add(work, number, digest, grants)
    return number


def _add(work: Work, number: int, digest: str, grants: str) -> None:
    work.tx.run(_ADD, space=work.space, digest=digest, spec=number, grants=grants)
    work.note("new specification", str(number), after={"grants": msgspec.json.decode(grants)})


def learn_specification(work: Work, spec: int, grants: str) -> bool:
    """Take a number from a code that was issued elsewhere; whether it means that here, too."""
    row = work.tx.row(_GRANTS, space=work.space, spec=spec)
    if row is not None:
        return bool(row[0] == grants)
    digest = hashlib.sha256(grants.encode()).hexdigest()
    if work.tx.row(_KNOWN, space=work.space, digest=digest) is not None:
        return False
    pass_number(work, SERIES, spec)
    _add(work, spec, digest, grants)
    return True
