"""A document's texts, made into a format; every problem points into the text at fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from engine.codes.alphabet import BITS
from engine.codes.features import FeatureSet
from engine.codes.fields import FieldType, SealedBody, ends_checked
from engine.codes.formats import Format
from engine.codes.sealing import Layout
from engine.codes.spelling_reader import SpellingReader
from engine.diagnostics import Problem, Span

MAX_ACCEPTS = 16
"""How many other spellings a format may have."""

Path: TypeAlias = tuple[str | int, ...]

_TEMPLATE: Path = ("template",)
_FIELDS: Path = ("fields",)
_WHOLE = Span(0, 0)


class SealBits(NamedTuple):
    """The bits of a sealed field, as `fields` and `seal` of a document give them."""

    spec: int
    issued: int
    serial: int
    seal: int


@dataclass(frozen=True, slots=True)
class FormatSource:
    """What a `format` document says. `bits` is None where it has no `fields`."""

    name: str
    template: str
    accepts: tuple[str, ...] = ()
    bits: SealBits | None = None


class FormatProblem(NamedTuple):
    """Something wrong with a format's document.

    `path` leads to the value at fault: `("template",)`, `("accepts", 0)`, `("fields",)`. In a text
    the span of `problem` is within it; of `fields` the whole value is meant. The name of the
    problem is `format-syntax`, `unknown-feature`, `seal-budget` or `too-large`.
    """

    path: Path
    problem: Problem


def make_format(
    source: FormatSource, feature_sets: Mapping[str, FeatureSet]
) -> tuple[Format | None, tuple[FormatProblem, ...]]:
    """The format of a document, None where something is wrong with it, and all its problems.

    That each code has one reading is proven apart: see `proofs.ambiguity` and `proofs.overlap`.
    """
    template = SpellingReader(source.template, feature_sets)
    accepts = [SpellingReader(text, feature_sets) for text in source.accepts[:MAX_ACCEPTS]]
    problems = tuple(_problems(source, template, accepts))
    spellings = [each.spelling for each in (template, *accepts) if each.spelling is not None]
    if problems:
        return None, problems
    return Format(source.name, tuple(spellings), _layout(source, template)), ()


def _problems(
    source: FormatSource, template: SpellingReader, accepts: list[SpellingReader]
) -> Iterator[FormatProblem]:
    yield from (FormatProblem(_TEMPLATE, problem) for problem in template.problems)
    for index, other in enumerate(accepts):
        found = other.problems
        if template.spelling is not None and other.spelling is not None:
            found = list(_differences(source.accepts[index], template, other))
        yield from (FormatProblem(("accepts", index), problem) for problem in found)
    if len(source.accepts) > MAX_ACCEPTS:
        message = f"a format accepts at most {MAX_ACCEPTS} other spellings"
        span = Span(0, len(source.accepts[MAX_ACCEPTS]))
        problem = Problem("format-syntax", message, span)
        yield FormatProblem(("accepts", MAX_ACCEPTS), problem)
    if template.spelling is not None:
        yield from _seal_problems(source, template)


# --- other spellings ----------------------------------------------------------------------------


def _differences(text: str, template: SpellingReader, other: SpellingReader) -> Iterator[Problem]:
    """Where another spelling has not the fields of the template."""
    wanted = {field.name.text: found for field, found in template.typed}
    for field, found in other.typed:
        name = field.name.text
        if name not in wanted:
            message = f"the template has no field `{name}`"
            yield Problem("format-syntax", message, field.name.span)
        elif wanted[name] != found:
            message = f"`{name}` is of another type in the template"
            yield Problem("format-syntax", message, field.kind.span)
    names = [field.name.text for field, _ in other.typed]
    for name in wanted:
        if name not in names:
            message = f"the template's field `{name}` is missing"
            yield Problem("format-syntax", message, Span(0, len(text)))
    if set(names) == set(wanted) and names != list(wanted) and _has_check(wanted):
        message = "the fields must stand in the order of the template, as a check symbol covers it"
        yield Problem("format-syntax", message, Span(0, len(text)))


def _has_check(fields: Mapping[str, FieldType]) -> bool:
    return any(ends_checked(each) for each in fields.values())


# --- seals --------------------------------------------------------------------------------------


def _seal_problems(source: FormatSource, template: SpellingReader) -> Iterator[FormatProblem]:
    sealed = next((each for each in template.typed if isinstance(each[1], SealedBody)), None)
    bits = source.bits
    if sealed is None and bits is not None:
        message = "`fields` says what is sealed, and the template has no `sealed` field"
        yield FormatProblem(_FIELDS, Problem("format-syntax", message, _WHOLE))
    elif sealed is not None and bits is None:
        field = sealed[0]
        message = f"nothing says what is sealed in `{field.name.text}`"
        help_ = "add `fields: {spec: 12, issued: month(8), serial: 20}` and `seal: 35`"
        yield FormatProblem(_TEMPLATE, Problem("format-syntax", message, field.kind.span, help_))
    elif bits is not None:
        yield from _budget(bits, _sealed_symbols(template))


def _budget(bits: SealBits, symbols: int) -> Iterator[FormatProblem]:
    there, said = BITS * symbols, sum(bits) - bits.seal
    if sum(bits) != there:
        message = f"{sum(bits)} bits are asked for, and {symbols} sealed symbols have {there}"
        help_ = f"`seal: {there - said}` fills them" if said < there else "seal more symbols"
        yield FormatProblem(_FIELDS, Problem("seal-budget", message, _WHOLE, help_))
    elif not bits.seal:
        message = "`fields` leaves no bit for the seal"
        yield FormatProblem(_FIELDS, Problem("seal-budget", message, _WHOLE))


def _sealed_symbols(template: SpellingReader) -> int:
    """How many symbols are sealed, the check symbol left out; 0 without a sealed field."""
    bodies = (each.body for _, each in template.typed if isinstance(each, SealedBody))
    return next((body.longest for body in bodies), 0)


def _layout(source: FormatSource, template: SpellingReader) -> Layout | None:
    return Layout(*source.bits, _sealed_symbols(template)) if source.bits is not None else None
