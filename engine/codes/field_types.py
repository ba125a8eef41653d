"""The types of fields as templates write them, made into what reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.codes.features import FeatureSet
from engine.codes.fields import (
    MAX_INT,
    Check,
    Date,
    FieldType,
    Flags,
    Int,
    Random,
    SealedBody,
    Text,
)
from engine.codes.sealing import FEWEST, MOST
from engine.codes.spellings import MAX_LENGTH
from engine.codes.template import Argument, Field
from engine.diagnostics import Problem, Span
from engine.diagnostics.suggest import did_you_mean


class FieldError(ValueError):
    """A field whose type is not as it must be; `problem` points into its template."""

    def __init__(
        self, message: str, span: Span, help_: str = "", name: str = "format-syntax"
    ) -> None:
        super().__init__(message)
        self.problem = Problem(name, message, span, help_)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one type is written, as an example, and what reads it."""

    usage: str
    read: Callable[[Field, Mapping[str, FeatureSet]], FieldType]


def field_type(field: Field, feature_sets: Mapping[str, FeatureSet]) -> FieldType:
    """The type of a field. Raises `FieldError`."""
    reader = _READERS.get(field.kind.text)
    if reader is None:
        help_ = did_you_mean(field.kind.text, _READERS) or f"a type is one of {', '.join(_READERS)}"
        raise FieldError(f"no type of field is called `{field.kind.text}`", field.kind.span, help_)
    found = reader.read(field, feature_sets)
    _check_group(field, found)
    return found


def _check_group(field: Field, found: FieldType) -> None:
    group = field.group
    if group is None:
        return
    if isinstance(found, Int | Date | Check):
        message = f"a field of the type `{found.kind}` has no groups"
        raise FieldError(message, group.span, f"leave out `/{group.text}`")
    if not 1 <= int(group.text) < found.longest:
        message = f"`/{group.text}` makes no groups of {found.holds}"
        raise FieldError(message, group.span)


def _misused(field: Field) -> FieldError:
    """What is said of arguments that a type does not take."""
    kind = field.kind.text
    given = ", ".join(_shown(argument) for argument in field.arguments)
    message = f"`{kind}` does not take {given}" if given else f"`{kind}` does not stand alone"
    return FieldError(message, field.arguments_span, f"write {_READERS[kind].usage}")


def _bounds(field: Field, argument: Argument) -> tuple[int, int]:
    """A number, or a range, of symbols."""
    low = int(argument.low.text)
    high = int(argument.high.text) if argument.high is not None else low
    if not 1 <= low <= high <= MAX_LENGTH:
        message = f"`{field.name.text}` can't have {_shown(argument)} symbols"
        help_ = f"a field has 1 to {MAX_LENGTH} symbols, and the lower bound comes first"
        raise FieldError(message, argument.span, help_)
    return low, high


def _shown(argument: Argument) -> str:
    high = argument.high
    return f"`{argument.low.text}..{high.text}`" if high is not None else f"`{argument.low.text}`"


def _count(field: Field, *, others: int = 0) -> int:
    """The one number that a type takes, with so many other arguments after it."""
    if len(field.arguments) != 1 + others:
        raise _misused(field)
    argument = field.arguments[0]
    if not argument.is_number or argument.high is not None:
        raise _misused(field)
    return _bounds(field, argument)[0]


def _text(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    count = _count(field)
    return Text(field.kind.text, count, count)


def _alnum(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    if len(field.arguments) != 1 or not field.arguments[0].is_number:
        raise _misused(field)
    return Text(field.kind.text, *_bounds(field, field.arguments[0]))


def _int(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    if not field.arguments:
        return Int()
    argument = field.arguments[0]
    if len(field.arguments) > 1 or argument.high is None:
        raise _misused(field)
    low, high = int(argument.low.text), int(argument.high.text)
    if not low <= high <= MAX_INT:
        message = f"`{field.name.text}` can't be a number in {_shown(argument)}"
        help_ = f"the lower bound comes first, and the upper is at most {MAX_INT}"
        raise FieldError(message, argument.span, help_)
    return Int(low, high)


def _date(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    if field.arguments:
        raise _misused(field)
    return Date()


def _check(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    if field.arguments:
        raise _misused(field)
    return Check()


def _random(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    return Random(_count(field))


def _sealed(field: Field, _: Mapping[str, FeatureSet]) -> FieldType:
    has_check = len(field.arguments) > 1
    count = _count(field, others=int(has_check))
    if has_check and field.arguments[1].low.text != "check":
        word = field.arguments[1]
        message = f"`sealed` does not take {_shown(word)}"
        help_ = did_you_mean(word.low.text, ["check"]) or f"write {_READERS['sealed'].usage}"
        raise FieldError(message, word.span, help_)
    if not FEWEST <= count - has_check <= MOST:
        message = f"{FEWEST} to {MOST} symbols can be sealed, not {count - has_check}"
        raise FieldError(message, field.arguments_span)
    return SealedBody(count, has_check=has_check)


def _flags(field: Field, feature_sets: Mapping[str, FeatureSet]) -> FieldType:
    if len(field.arguments) != 1 or field.arguments[0].high is not None:
        raise _misused(field)
    name = field.arguments[0].low
    if name.text not in feature_sets:
        message = f"no feature set is called `{name.text}`"
        help_ = did_you_mean(name.text, feature_sets)
        raise FieldError(message, name.span, help_, "unknown-feature")
    return Flags(feature_sets[name.text])


_READERS = {
    "flags": _Reader("`flags(NAME)` with the name of a feature set", _flags),
    "hex": _Reader("`hex(4)` for 4 hexadecimal digits", _text),
    "int": _Reader("`int`, or `int(1..50)` for a number from 1 to 50", _int),
    "alpha": _Reader("`alpha(3)` for 3 letters", _text),
    "alnum": _Reader("`alnum(8)` for 8 letters or digits, `alnum(1..8)` for 1 to 8", _alnum),
    "digits": _Reader("`digits(6)` for 6 digits", _text),
    "date": _Reader("`date` alone", _date),
    "random": _Reader("`random(12)` for 12 symbols", _random),
    "check": _Reader("`check` alone", _check),
    "sealed": _Reader("`sealed(16)`, or `sealed(16, check)` to end in a check symbol", _sealed),
}
