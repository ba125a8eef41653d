"""Formats: a template and its other spellings, compiled to a reader and a writer of codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from engine.codes.alphabet import SYMBOLS, draw_symbols, values
from engine.codes.automata import Automaton, automaton
from engine.codes.check_symbol import check_symbol, is_right
from engine.codes.features import FeatureSet
from engine.codes.fields import Check, FieldType, Flags, Random, SealedBody, Value, ends_checked
from engine.codes.patterns import SEPARATOR, to_regex
from engine.codes.readings import Misread, Reading
from engine.codes.sealing import Layout
from engine.codes.slips import Slip, Typed, as_typed, nearest
from engine.codes.spellings import MAX_TYPED, Fixed, Placed, Spelling
from engine.codes.unread import Unread

PARTING = SYMBOLS[-1]
"""What a check symbol covers in the place of fixed text between fields: no digit."""

__all__ = ["DEFAULT", "Format", "Misread", "Reading", "Value", "nearest_misread"]


@dataclass(frozen=True)
class Format:
    """Reads and writes the codes of one shape; made by `making.make_format`.

    The first of the spellings is canonical. `sealed` is the layout of the sealed field, None where
    there is none.
    """

    name: str
    spellings: tuple[Spelling, ...]
    sealed: Layout | None = None

    @cached_property
    def fields(self) -> Mapping[str, FieldType]:
        """The fields by name, in the order of the template."""
        return {placed.name: placed.type for placed in self.spellings[0].placed}

    @cached_property
    def feature_set(self) -> FeatureSet | None:
        """What the bits of the `flags` field mean, None where there is none."""
        return None if self._flags is None else self._flags[1].features

    @cached_property
    def random_symbols(self) -> int:
        """How many symbols of a code are drawn at random."""
        return self.drawn()

    def drawn(self, given: Collection[str] = ()) -> int:
        """How many symbols are drawn at random where some fields are given."""
        random = [name for name, each in self.fields.items() if isinstance(each, Random)]
        return sum(self.fields[name].longest for name in random if name not in given)

    @cached_property
    def checked(self) -> str | None:
        """The name of the field that ends with the check symbol, None where there is none."""
        return next((name for name, each in self.fields.items() if ends_checked(each)), None)

    @cached_property
    def parted(self) -> frozenset[str]:
        """The fields that fixed text parts from the one before.

        A check symbol covers this text as one more symbol: so it tells when a digit was swapped
        with it, and is now of the number on its other side.
        """
        parts = self.spellings[0].parts
        after_text = {
            part.name
            for before, part in pairwise(parts)
            if isinstance(before, Fixed) and isinstance(part, Placed)
        }
        return frozenset(after_text.difference(list(self.fields)[:1]))

    @cached_property
    def automaton(self) -> Automaton:
        """All texts that are read, whatever their check symbol is."""
        return automaton(self.spellings)

    @cached_property
    def _flags(self) -> tuple[str, Flags] | None:
        found = ((name, each) for name, each in self.fields.items() if isinstance(each, Flags))
        return next(found, None)

    @cached_property
    def _body(self) -> tuple[str, SealedBody] | None:
        found = ((name, each) for name, each in self.fields.items() if isinstance(each, SealedBody))
        return next(found, None)

    @cached_property
    def _said(self) -> Mapping[str, FieldType]:
        """The fields that have a value: of the others a key or the check makes the symbols."""
        made = (Check, SealedBody)
        return {name: each for name, each in self.fields.items() if not isinstance(each, made)}

    # --- reading --------------------------------------------------------------------------------

    def read(self, text: str) -> Reading | Misread:
        """Read a code in any case, with or without surrounding space."""
        return self.reading(text) or self.misread(text)

    def reading(self, text: str) -> Reading | None:
        """What a code says, None where it is not one of this format."""
        symbols = self._symbols_in(text)
        return None if symbols is None or not self._fits(symbols) else self._reading(symbols)

    def misread(self, text: str) -> Misread:
        """Why a text is no code of this format, which it must not be."""
        return self.slip(as_typed(text)).misread

    def slip(self, typed: Typed) -> Slip:
        """How a text differs from the codes of this format, of which it must be none."""
        parts, meant = self.spellings[0].parts, typed.meant
        if meant is None:
            return Slip(self.name, parts, typed, None)
        symbols = self._symbols_in(meant)
        if symbols is not None:
            return Slip(self.name, parts, typed, None, self._fits(symbols))
        unread = Unread(self.automaton, meant.upper(), has_check=self.checked is not None)
        return Slip(self.name, parts, typed, unread)

    @cached_property
    def _readers(self) -> tuple[tuple[re.Pattern[str], tuple[Placed, ...]], ...]:
        return tuple((_compiled(spelling), spelling.placed) for spelling in self.spellings)

    def _symbols_in(self, text: str) -> dict[str, str] | None:
        """The symbols of each field, whether or not the check symbol fits."""
        typed = text.strip()
        if len(typed) > MAX_TYPED or not typed.isascii():
            return None
        written = typed.upper()
        for reader, placed in self._readers:
            found = reader.fullmatch(written)
            if found is not None:
                groups = [group.replace(SEPARATOR, "") for group in found.groups()]
                pairs = zip(placed, groups, strict=True)
                return {each.name: each.type.fold(symbols) for each, symbols in pairs}
        return None

    def _fits(self, symbols: Mapping[str, str]) -> bool:
        """Whether the check symbol fits, if there is one."""
        if self.checked is None:
            return True
        return is_right(values("".join(self._covered(symbols))))

    def _covered(self, symbols: Mapping[str, str]) -> list[str]:
        """What a check symbol covers, field by field."""
        return [
            PARTING + symbols.get(name, "") if name in self.parted else symbols.get(name, "")
            for name in self.fields
        ]

    def _reading(self, symbols: Mapping[str, str]) -> Reading:
        fields = {name: each.value(symbols[name]) for name, each in self._said.items()}
        features, named, reserved = self._meaning(symbols)
        body, rest = None, ""
        if self._body is not None:
            name, sealed = self._body
            body, rest = symbols[name][: sealed.body.longest], self._rest(symbols)
        code = self._code(symbols)
        return Reading(self.name, code, fields, features, named, reserved, body, rest)

    def _meaning(
        self, symbols: Mapping[str, str]
    ) -> tuple[tuple[str, ...] | None, str | None, tuple[int, ...]]:
        """The features of a code, their name together, and the reserved bits."""
        if self._flags is None:
            return None, None, ()
        name, flags = self._flags
        value = int(symbols[name], 16)
        features = flags.features
        return features.names(value), features.called(value), features.reserved_in(value)

    # --- writing --------------------------------------------------------------------------------

    def fill(
        self, values: Mapping[str, Value], random: Callable[[int], str] = draw_symbols
    ) -> dict[str, Value]:
        """The values given, and drawn ones for the other random fields."""
        drawn = {
            name: random(each.longest)
            for name, each in self.fields.items()
            if isinstance(each, Random) and name not in values
        }
        return {**values, **drawn}

    def rest(self, values: Mapping[str, Value]) -> str:
        """What a seal covers beside the sealed field, as `Reading.rest` has it.

        All fields but check and sealed ones must be given: see `fill`. Raises `ValueError`.
        """
        return self._rest(self._symbols_of(values))

    def write(
        self,
        values: Mapping[str, Value],
        body: str | None = None,
        random: Callable[[int], str] = draw_symbols,
    ) -> str:
        """The canonical code with these values; random fields that are not given are drawn.

        `body` are the symbols of the sealed field. Raises `ValueError`, in words, for a value that
        its field can't hold, a missing or an unknown one.
        """
        symbols = self._symbols_of(self.fill(values, random))
        if (self._body is None) != (body is None):
            raise ValueError(
                f"`{self.name}` has {'no' if self._body is None else 'a'} sealed field"
            )
        if self._body is not None and body is not None:
            name, sealed = self._body
            symbols[name] = _symbols(name, sealed.body, body)
        if self.checked is not None:
            symbols[self.checked] = symbols.get(self.checked, "") + self._check_symbol(symbols)
        return self._code(symbols)

    def _symbols_of(self, given: Mapping[str, Value]) -> dict[str, str]:
        """The symbols of all fields that have a value."""
        for name in given:
            if name not in self._said:
                raise ValueError(f"`{self.name}` has no field `{name}` to fill in")
        for name in self._said:
            if name not in given:
                raise ValueError(f"the field `{name}` of `{self.name}` is not given")
        return {name: _symbols(name, each, given[name]) for name, each in self._said.items()}

    def _check_symbol(self, symbols: Mapping[str, str]) -> str:
        """The symbol that belongs at the end of the field that has it."""
        texts = self._covered(symbols)
        cut = list(self.fields).index(str(self.checked)) + 1
        before, after = "".join(texts[:cut]), "".join(texts[cut:])
        return SYMBOLS[check_symbol(values(before), values(after))]

    def _code(self, symbols: Mapping[str, str]) -> str:
        """The canonical code with these symbols; of fields that have none nothing is written."""
        parts = [
            part.written(symbols.get(part.name, "")) if isinstance(part, Placed) else part.text
            for part in self.spellings[0].parts
        ]
        return "".join(parts)

    def _rest(self, symbols: Mapping[str, str]) -> str:
        return self._code({name: symbols[name] for name in self._said})


def nearest_misread(formats: Iterable[Format], text: str) -> Misread | None:
    """Why a text that no format reads is no code of the one that it looks like."""
    typed = as_typed(text)
    if typed.meant is None:
        return None
    return nearest([each.slip(typed) for each in formats])


def _symbols(name: str, field: FieldType, value: Value) -> str:
    try:
        return field.symbols(value)
    except ValueError as error:
        raise ValueError(f"the field `{name}` can't be written: {error}") from None


def _compiled(spelling: Spelling) -> re.Pattern[str]:
    texts = (
        f"({to_regex(part.pattern)})" if isinstance(part, Placed) else to_regex(part.pattern)
        for part in spelling.parts
    )
    return re.compile("".join(texts))


_RANDOM = Placed("code", Random(12), group=4)
DEFAULT = Format("default", (Spelling("{code:random(12)/4}", (_RANDOM,)),))
"""How the codes of a coupon are written that names no format."""
