"""A text of a format document, made into a spelling, with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from engine.codes.features import FeatureSet
from engine.codes.field_types import FieldError, field_type
from engine.codes.fields import FieldType, Flags, SealedBody, Text, ends_checked
from engine.codes.spellings import MAX_LENGTH, Fixed, Part, Placed, Spelling
from engine.codes.template import Field, Literal, Template, TemplateError, parse_template
from engine.diagnostics import Problem, Span

Typed = tuple[Field, FieldType]


class SpellingReader:
    """Reads one text; what is wrong with it is in `problems`, in the order of the text.

    `typed` are its fields with their types, and `spelling` is None where something is wrong.
    """

    def __init__(self, text: str, feature_sets: Mapping[str, FeatureSet]) -> None:
        self.problems: list[Problem] = []
        self.typed: list[Typed] = []
        self.spelling: Spelling | None = None
        self._text = text
        try:
            self._read(parse_template(text), feature_sets)
        except TemplateError as error:
            self.problems.append(error.problem)

    def _read(self, template: Template, feature_sets: Mapping[str, FeatureSet]) -> None:
        for field in template.fields:
            try:
                self.typed.append((field, field_type(field, feature_sets)))
            except FieldError as error:
                self.problems.append(error.problem)
        self.problems.extend(_repeated_names(template.fields))
        self.problems.extend(_repeated_types(self.typed))
        self.problems.extend(_unchecked(self.typed))
        self.problems.extend(_unclear_groups(template, self.typed))
        self.problems.extend(_spaces(self._text, template))
        if not self.problems:
            self._build(template)
        self.problems.sort(key=lambda problem: problem.span)

    def _build(self, template: Template) -> None:
        types = {field.name.text: kind for field, kind in self.typed}
        spelling = Spelling(self._text, tuple(_part(part, types) for part in template.parts))
        whole = Span(0, len(self._text))
        if not self.typed:
            message, help_ = (
                "the template has no field",
                "write a field in braces: `{code:random(12)}`",
            )
            self.problems.append(Problem("format-syntax", message, whole, help_))
        elif spelling.longest > MAX_LENGTH:
            message = (
                f"a code has at most {MAX_LENGTH} characters, and these have {spelling.longest}"
            )
            self.problems.append(Problem("format-syntax", message, whole))
        else:
            self.spelling = spelling


def _part(part: Literal | Field, types: Mapping[str, FieldType]) -> Part:
    if isinstance(part, Literal):
        return Fixed(part.text.upper())
    group = int(part.group.text) if part.group is not None else 0
    return Placed(part.name.text, types[part.name.text], group)


def _repeated_names(fields: Sequence[Field]) -> Iterator[Problem]:
    seen = set()
    for field in fields:
        name = field.name.text
        if name in seen:
            message = f"a field before this one is called `{name}`, too"
            yield Problem("format-syntax", message, field.name.span)
        seen.add(name)


def _repeated_types(typed: Sequence[Typed]) -> Iterator[Problem]:
    """The second of the types of which a code can have one only."""
    seen = set()
    for field, found in typed:
        for once in _once(found):
            if once in seen:
                message = f"a code has one {once} at most"
                yield Problem("format-syntax", message, field.kind.span)
            seen.add(once)


def _once(found: FieldType) -> Iterator[str]:
    if isinstance(found, Flags):
        yield "`flags` field"
    if isinstance(found, SealedBody):
        yield "`sealed` field"
    if ends_checked(found):
        yield "check symbol"


def _unchecked(typed: Sequence[Typed]) -> Iterator[Problem]:
    """What a check symbol can't cover, or one that has nothing to cover."""
    check = next((each for each in typed if ends_checked(each[1])), None)
    if check is None:
        return
    if len(typed) == 1 and not isinstance(check[1], SealedBody):
        message = "the check symbol has nothing to check"
        yield Problem("format-syntax", message, check[0].kind.span, "add a field before it")
    for field, found in typed:
        if isinstance(found, Text) and found.kind in ("alpha", "alnum"):
            message = (
                f"a check symbol can't tell errors in `{found.kind}`: it knows 32 symbols only"
            )
            help_ = "write `random`, `hex` or `digits`, or leave the check symbol out"
            yield Problem("format-syntax", message, field.kind.span, help_)


def _unclear_groups(template: Template, typed: Sequence[Typed]) -> Iterator[Problem]:
    """Groups beside a number that could take a symbol typed in the place of a separator."""
    types = dict(typed)
    if not any(map(ends_checked, types.values())):
        return
    for is_field, parts in groupby(template.parts, key=lambda part: isinstance(part, Field)):
        row = [part for part in parts if is_field and isinstance(part, Field) and part in types]
        numbers = [field for field in row if types[field].shortest < types[field].longest]
        for field in row:
            if numbers and field.group is not None:
                number = numbers[0].name.text
                message = f"a check symbol can't tell a separator from a digit of `{number}`"
                help_ = f"put fixed text between the fields, or leave out `/{field.group.text}`"
                yield Problem("format-syntax", message, field.group.span, help_)


def _spaces(text: str, template: Template) -> Iterator[Problem]:
    """Space at an end, which is cut off a code before it is read."""
    for part, at in ((template.parts[0], 0), (template.parts[-1], len(text) - 1)):
        if isinstance(part, Literal) and text[at] == " ":
            message = "a code neither begins nor ends with a space"
            yield Problem("format-syntax", message, Span(at, at + 1), "leave the space out")
