"""Generated formats, the values that their fields can hold, and what they read, told otherwise."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

from engine.codes.alphabet import SYMBOLS, VALUES, fold
from engine.codes.check_symbol import is_right
from engine.codes.fields import Value
from engine.codes.making import SealBits
from tests.codes.making_formats import FEATURES

_FIXED = "".join(set(map(chr, range(33, 127))) - set("{}"))
LITERALS = st.text(_FIXED, min_size=1, max_size=4)
"""Fixed text; a space would be cut off at an end."""


class Example(NamedTuple):
    """A type as templates write it, without its name, and values that it can hold."""

    kind: str
    values: st.SearchStrategy[Value]


def _texts(letters: str, least: int, most: int) -> st.SearchStrategy[Value]:
    return st.text(letters, min_size=least, max_size=most)


def _flags(name: str) -> Example:
    features = FEATURES[name]
    bits = sorted(features.reserved.union(features.bits))
    values = st.sets(st.sampled_from(bits)).map(
        lambda chosen: features.hex(sum(1 << bit for bit in chosen))
    )
    return Example(f"flags({name})", values)


_DAYS = st.integers(0, (date(9999, 12, 31) - date(1000, 1, 1)).days).map(
    lambda day: (date(1000, 1, 1) + timedelta(days=day)).isoformat()
)
_ALPHABETS = {
    "hex": "0123456789ABCDEF",
    "alpha": string.ascii_uppercase,
    "alnum": string.digits + string.ascii_uppercase,
    "digits": string.digits,
    "random": SYMBOLS,
}


@st.composite
def examples(draw: st.DrawFn, *, checked: bool = False) -> Example:
    """Any type whose symbols are not made; with a check symbol, those of a fixed length."""
    texts = ["hex", "digits", "random"] if checked else [*_ALPHABETS, "int", "alnum-range"]
    kind = draw(st.sampled_from([*texts, "int-range", "date", "flags"]))
    if kind in _ALPHABETS:
        return _grouped(draw, kind, draw(st.integers(1, 9)))
    if kind == "flags":
        return _flags(draw(st.sampled_from(sorted(FEATURES))))
    if kind == "date":
        return Example("date", _DAYS)
    if kind == "alnum-range":
        least, most = sorted(draw(st.tuples(st.integers(1, 5), st.integers(1, 5))))
        return Example(f"alnum({least}..{most})", _texts(_ALPHABETS["alnum"], least, most))
    if kind == "int":
        return Example("int", st.integers(0, 999_999_999))
    bounds = st.integers(1000 if checked else 0, 9999)
    low, high = sorted(draw(st.tuples(bounds, bounds)))
    return Example(f"int({low}..{high})", st.integers(low, high))


def _grouped(draw: st.DrawFn, kind: str, count: int) -> Example:
    sizes = st.integers(0, count - 1).map(lambda size: f"/{size}" if size else "")
    return Example(f"{kind}({count}){draw(sizes)}", _texts(_ALPHABETS[kind], count, count))


class Generated(NamedTuple):
    """A template, the values of one code, the body of its sealed field, and the bits of that."""

    template: str
    values: dict[str, Value]
    body: str | None
    bits: SealBits | None


@st.composite
def generated(draw: st.DrawFn, *, checked: bool | None = None) -> Generated:
    """A template that may be ambiguous, with values for it."""
    has_check = draw(st.booleans()) if checked is None else checked
    is_sealed = draw(st.booleans())
    chosen = draw(st.lists(examples(checked=has_check), min_size=1, max_size=3))
    parts = [f"{{f{at}:{each.kind}}}" for at, each in enumerate(chosen)]
    values = {f"f{at}": draw(each.values) for at, each in enumerate(chosen)}
    body, bits = None, None
    made = draw(st.integers(4, 9))
    if is_sealed:
        body = draw(st.text(SYMBOLS, min_size=made, max_size=made))
        bits = SealBits(1, 1, 1, 5 * made - 3)
        kind = f"sealed({made + 1}, check)" if has_check else f"sealed({made})"
        parts.insert(draw(st.integers(0, len(parts))), f"{{body:{kind}}}")
    elif has_check:
        parts.insert(draw(st.integers(0, len(parts))), "{c:check}")
    return Generated(_joined(draw, parts), values, body, bits)


def _joined(draw: st.DrawFn, parts: list[str]) -> str:
    """The fields with fixed text around them, or not."""
    texts = [draw(st.one_of(st.just(""), st.just("-"), LITERALS)) for _ in range(len(parts) + 1)]
    pairs = zip(texts, [*parts, ""], strict=True)
    return "".join(text + part for text, part in pairs)


# --- small formats, whose codes can all be told -------------------------------------------------

Labelled = tuple[tuple[str, str], ...]
"""The characters of a code, each with the field whose value it belongs to."""

_SMALL: dict[str, list[str]] = {
    "digits(1)": list(string.digits),
    "hex(1)": list("0123456789ABCDEF"),
    "random(1)": [*SYMBOLS, "I", "L", "O"],
    "int(0..2)": ["0", "1", "2"],
    "int(8..11)": ["8", "9", "10", "11"],
    "int(99..101)": ["99", "100", "101"],
    "flags(narrow)": [f"{value:02X}" for value in range(64) if not value & ~0b100101],
    "alpha(1)": list(string.ascii_uppercase),
}
_SMALL_FIXED = ["", "", "-", "1", "A", "10", "1-"]


@st.composite
def small_templates(draw: st.DrawFn) -> tuple[str, ...]:
    """The template of a format with few codes, and perhaps another spelling of it."""
    has_check = draw(st.booleans())
    allowed = sorted(set(_SMALL) - {"alpha(1)"} if has_check else _SMALL)
    most = 1 if has_check else 2
    kinds = draw(st.lists(st.sampled_from(allowed), min_size=1, max_size=most, unique=True))
    fields = [f"{{f{at}:{kind}}}" for at, kind in enumerate(kinds)]
    if has_check:
        fields.insert(draw(st.integers(0, 1)), "{c:check}")
    spellings = draw(st.integers(1, 2))
    return tuple(_small_joined(draw, fields) for _ in range(spellings))


def _small_joined(draw: st.DrawFn, fields: list[str]) -> str:
    texts = [draw(st.sampled_from(_SMALL_FIXED)) for _ in range(len(fields) + 1)]
    return "".join(text + part for text, part in zip(texts, [*fields, ""], strict=True))


def all_texts(template: str) -> Iterator[Labelled]:
    """Every text that has the shape of a small template, whatever its check symbol is."""
    choices = [_choices(piece) for pair in _pieces(template) for piece in pair]
    for chosen in product(*choices):
        yield tuple(pair for part in chosen for pair in part)


def fits(labelled: Labelled, template: str) -> bool:
    """Whether the check symbol of a text fits, if there is one: it covers fixed text as a Z."""
    if "{c:check}" not in template:
        return True
    covered = []
    for at, (fixed, field) in enumerate(_pieces(template)):
        name = field.partition(":")[0]
        covered.extend([SYMBOLS.index("Z")] if at and fixed and field else [])
        covered.extend(VALUES[fold(each)] for each, owner in labelled if owner == name != "")
    return is_right(covered)


def _pieces(template: str) -> Iterator[tuple[str, str]]:
    """Fixed text and the field after it, either of which may be empty."""
    for text in template.split("}"):
        fixed, _, field = text.partition("{")
        yield fixed, field


def _choices(piece: str) -> list[Labelled]:
    name, has_kind, kind = piece.partition(":")
    if not has_kind:
        return [tuple((character, "") for character in piece)]
    texts = _SMALL["random(1)" if kind == "check" else kind]
    return [tuple((character, name) for character in text) for text in texts]
