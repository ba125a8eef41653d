"""All texts that a format reads, as a finite automaton over upper-case ASCII characters.

Each state is entered by one step of a pattern, so that a path through the states says of every
character of a text to which field it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from engine.codes.patterns import Pattern, Row, Step
from engine.codes.spellings import Part, Placed, Spelling

START = 0
"""The state before the first character."""


class State(NamedTuple):
    """What a character can be at one place: `characters` is a set of bits, one by code point.

    `field` is the field whose value the character belongs to, None if to none. `spelling` and
    `part` say where in which template it stands, and `offset` where in fixed text.
    """

    characters: int
    field: str | None
    spelling: int
    part: Part | None
    offset: int


class Automaton(NamedTuple):
    """The states of some spellings, and which can follow and precede each.

    In the `finals` a text may end, which has from `shortest` to `longest` characters. `fixed` are
    all characters that may belong to no field.
    """

    states: tuple[State, ...]
    follow: tuple[tuple[int, ...], ...]
    precede: tuple[tuple[int, ...], ...]
    finals: frozenset[int]
    shortest: int
    longest: int
    fixed: str


class _Builder:
    def __init__(self) -> None:
        self.states = [State(0, None, 0, None, 0)]
        self.follow: list[list[int]] = [[]]
        self.precede: list[tuple[int, ...]] = [()]
        self._spelling, self._offset = 0, 0
        self._part: Part | None = None

    def spelling(self, number: int, spelling: Spelling) -> set[int]:
        """Add one way to write a code, and return the states in which it ends."""
        self._spelling, ends = number, {START}
        for part in spelling.parts:
            self._part, self._offset = part, 0
            ends = self._add(part.pattern, ends)
        return ends

    def _add(self, pattern: Pattern, before: set[int]) -> set[int]:
        """Add a pattern after some states, and return the states in which it ends."""
        if isinstance(pattern, Step):
            return {self._step(pattern, before)}
        if isinstance(pattern, Row):
            for part in pattern.parts:
                before = self._add(part, before)
            return before
        return set().union(*(self._add(option, before) for option in pattern.options))

    def _step(self, step: Step, before: set[int]) -> int:
        name = self._part.name if isinstance(self._part, Placed) and step.kept else None
        bits = sum(1 << ord(character) for character in step.characters)
        new = len(self.states)
        self.states.append(State(bits, name, self._spelling, self._part, self._offset))
        self._offset += 1
        self.follow.append([])
        self.precede.append(tuple(before))
        for state in before:
            self.follow[state].append(new)
        return new


def automaton(spellings: Iterable[Spelling]) -> Automaton:
    """The automaton of everything that some spellings read."""
    builder = _Builder()
    ends = [builder.spelling(number, each) for number, each in enumerate(spellings)]
    follow = tuple(map(tuple, builder.follow))
    finals: frozenset[int] = frozenset().union(*ends)
    shortest, longest = _lengths(follow, finals)
    precede = tuple(builder.precede)
    fixed = _characters(each for each in builder.states if each.field is None)
    return Automaton(tuple(builder.states), follow, precede, finals, shortest, longest, fixed)


def _characters(states: Iterable[State]) -> str:
    bits = reduce(or_, (each.characters for each in states))
    return "".join(chr(place) for place in range(bits.bit_length()) if bits >> place & 1)


def _lengths(follow: Sequence[Sequence[int]], finals: frozenset[int]) -> tuple[int, int]:
    """How many characters a text has at least and at most."""
    left: dict[int, tuple[int, int]] = {}
    for state in range(len(follow) - 1, -1, -1):  # what follows a state has a higher number
        after = [left[each] for each in follow[state]]
        ends = [(0, 0)] if state in finals else []
        ways = ends + [(least + 1, most + 1) for least, most in after]
        left[state] = min(least for least, _ in ways), max(most for _, most in ways)
    return left[START]
