"""Two automata on one text, from pair to pair of their states.

Every pair that any text leads to is looked at: what is not found does not exist. Where check
symbols leave but a part of these texts, the walk that looks for one keeps their sums.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.codes.alphabet import VALUES, fold
from engine.codes.automata import START, State
from engine.codes.check_symbol import add
from engine.codes.formats import PARTING, Format


class Witness(NamedTuple):
    """A text, and the states of either automaton after each of its characters.

    Each character can be any of its `choices` without a change of these states.
    """

    code: str
    choices: Sequence[str]
    paths: tuple[Sequence[int], Sequence[int]]

    def alike(self) -> Iterator[str]:
        """The text, and those that differ from it in one character along the same states."""
        yield self.code
        for place, others in enumerate(self.choices):
            for other in others:
                yield self.code[:place] + other + self.code[place + 1 :]


class _Pair(NamedTuple):
    """A state of each automaton, and whether they gave some character to different fields."""

    one: int
    other: int
    differ: bool


class _Walk(NamedTuple):
    """A pair, and the sums that the check symbols of either must bring to 0."""

    pair: _Pair
    one: int
    other: int


_START = _Pair(START, START, differ=False)


class Product:
    """The texts that two formats read, or those that both read but give to different fields."""

    def __init__(self, one: Format, other: Format, *, must_differ: bool) -> None:
        self._one, self._other = one.automaton, other.automaton
        self._formats = (one, other)
        self._must_differ = must_differ

    def shortest(self) -> Witness | None:
        """The shortest of these texts, None where there is none."""
        before = self._pairs()
        end = next(filter(self._is_end, before), None)
        if end is None:
            return None
        if any(each.checked is not None for each in self._formats):
            return self._with_checks(self._distances(before))
        pairs = [end]
        while (pair := before[pairs[-1]]) is not None:
            pairs.append(pair)
        pairs = pairs[-2::-1]
        return _witness([self._common(pair) for pair in pairs], pairs)

    # --- pairs of states ------------------------------------------------------------------------

    def _pairs(self) -> dict[_Pair, _Pair | None]:
        """Every pair that a text leads to, the nearest first, with the one before it."""
        before: dict[_Pair, _Pair | None] = {_START: None}
        waiting = deque([_START])
        while waiting:
            pair = waiting.popleft()
            for after in self._after(pair):
                if after not in before:
                    before[after] = pair
                    waiting.append(after)
        return before

    def _after(self, pair: _Pair) -> Iterator[_Pair]:
        for one in self._one.follow[pair.one]:
            first = self._one.states[one]
            for other in self._other.follow[pair.other]:
                second = self._other.states[other]
                if first.characters & second.characters:
                    differ = self._must_differ and first.field != second.field
                    yield _Pair(one, other, pair.differ or differ)

    def _is_end(self, pair: _Pair) -> bool:
        ends = pair.one in self._one.finals and pair.other in self._other.finals
        return ends and pair.differ == self._must_differ

    def _common(self, pair: _Pair) -> str:
        """The characters that enter both states."""
        first, second = self._states(pair)
        both = first.characters & second.characters
        return "".join([chr(place) for place in range(both.bit_length()) if both >> place & 1])

    # --- sums of check symbols ------------------------------------------------------------------

    def _distances(self, pairs: Mapping[_Pair, _Pair | None]) -> dict[_Pair, int]:
        """How many characters there are at least from a pair to an end."""
        before: dict[_Pair, list[_Pair]] = {pair: [] for pair in pairs}
        for pair in pairs:
            for after in self._after(pair):
                before[after].append(pair)
        found = dict.fromkeys(filter(self._is_end, pairs), 0)
        waiting = deque(found)
        while waiting:
            after = waiting.popleft()
            for pair in before[after]:
                if pair not in found:
                    found[pair] = found[after] + 1
                    waiting.append(pair)
        return found

    def _with_checks(self, distances: Mapping[_Pair, int]) -> Witness | None:
        """The shortest text whose check symbols fit, by A*: of equal promise, the longest first."""
        start = _Walk(_START, 0, 0)
        before: dict[_Walk, tuple[int, _Walk, str]] = {start: (0, start, "")}
        waiting = [(distances[_START], 0, start)]
        while waiting:
            _, left, walk = heapq.heappop(waiting)
            if self._is_end(walk.pair) and not walk.one and not walk.other:
                return _walked(before, walk)
            length = 1 - left
            for after, character in self._steps(walk):
                if after.pair in distances and length < before.get(after, (length + 1,))[0]:
                    before[after] = (length, walk, character)
                    heapq.heappush(waiting, (length + distances[after.pair], -length, after))
        return None

    def _steps(self, walk: _Walk) -> Iterator[tuple[_Walk, str]]:
        before = self._states(walk.pair)
        for pair in self._after(walk.pair):
            after = self._states(pair)
            for character in self._common(pair):
                one = _added(walk.one, character, self._formats[0], before[0], after[0])
                other = _added(walk.other, character, self._formats[1], before[1], after[1])
                yield _Walk(pair, one, other), character

    def _states(self, pair: _Pair) -> tuple[State, State]:
        return self._one.states[pair.one], self._other.states[pair.other]


def _added(total: int, character: str, format_: Format, before: State, after: State) -> int:
    """The sum of a check symbol with one more character; always 0 where there is none."""
    if format_.checked is None or after.field is None:
        return total
    if before.part is not after.part and after.field in format_.parted:
        total = add(total, VALUES[PARTING])
    return add(total, VALUES[fold(character)])


def _walked(before: Mapping[_Walk, tuple[int, _Walk, str]], end: _Walk) -> Witness:
    pairs, code, walk = [], [], end
    while walk.pair != _START:
        pairs.append(walk.pair)
        _, walk, character = before[walk]
        code.append(character)
    return _witness(code[::-1], pairs[::-1])


def _witness(choices: Sequence[str], pairs: Sequence[_Pair]) -> Witness:
    code = "".join(each[0] for each in choices)
    return Witness(code, choices, ([pair.one for pair in pairs], [pair.other for pair in pairs]))
