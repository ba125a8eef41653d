"""A text that is no code of a format, read from both ends as far as any code goes so.

Between the ends lies a *window*, with what was mistyped: so many characters must be replaced by so
many others. Little to replace, beside enough text that all codes share, looks like a mistyped code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

from engine.codes.automata import START, Automaton

_SWAP = 3
"""How many characters a swap touches of symbols that are two apart."""
WIDEST = 6
"""Where more must be replaced, a text does not look like a code."""
_SIZES = range(WIDEST + 1)
Window: TypeAlias = tuple[int, int]
"""So many characters to remove, and so many to add in their place."""
_WINDOWS = sorted(((removed, added) for removed in _SIZES for added in _SIZES), key=max)[1:]


class Reach(NamedTuple):
    """How a state was reached: so many characters of fixed text, and where its field began."""

    fixed: int
    begin: int


@dataclass(frozen=True)
class Unread:
    """An upper-case ASCII text, not empty, that an automaton does not read."""

    automaton: Automaton
    text: str
    has_check: bool

    @property
    def stop(self) -> int:
        """How many characters are read from the start."""
        return len(self.forward) - 1

    @cached_property
    def changes(self) -> int | None:
        """How many characters to replace make it a code; None where it doesn't look like one."""
        for removed, added in self._windows():
            repaired = self._repaired(removed, added)
            if any(self._is_likely(removed, added, fixed) for fixed in repaired):
                return max(removed, added)
        return None

    # --- how far it is read ---------------------------------------------------------------------

    @cached_property
    def forward(self) -> list[dict[int, Reach]]:
        """The states after each character from the start, as long as there are any."""
        reached = [{START: Reach(0, 0)}]
        for place, character in enumerate(self.text):
            after: dict[int, Reach] = {}
            for before, reach in reached[-1].items():
                self._enter(character, place, before, reach, after)
            if not after:
                break
            reached.append(after)
        return reached

    def _enter(
        self, character: str, place: int, before: int, reach: Reach, after: dict[int, Reach]
    ) -> None:
        states, bit = self.automaton.states, 1 << ord(character)
        part = states[before].part
        for number in self.automaton.follow[before]:
            state = states[number]
            if state.characters & bit:
                begin = reach.begin if state.part is part else place
                found = Reach(reach.fixed + (state.field is None), begin)
                if number not in after or after[number] < found:
                    after[number] = found

    @cached_property
    def _backward(self) -> dict[int, dict[int, int]]:
        """By place: the states after which the rest is read, and how much of it is fixed text."""
        ends = dict.fromkeys(self.automaton.finals, 0)
        reached = {len(self.text): ends}
        for place in range(len(self.text) - 1, -1, -1):
            ends = self._leave(self.text[place], ends)
            if not ends:
                break
            reached[place] = ends
        return reached

    def _leave(self, character: str, after: dict[int, int]) -> dict[int, int]:
        states, precede = self.automaton.states, self.automaton.precede
        bit, before = 1 << ord(character), dict[int, int]()
        for number, rest in after.items():
            state = states[number]
            if state.characters & bit:
                fixed = rest + (state.field is None)
                for each in precede[number]:
                    if before.get(each, -1) < fixed:
                        before[each] = fixed
        return before

    # --- whether it looks like a code -----------------------------------------------------------

    def _windows(self) -> Sequence[Window]:
        """How many characters may be replaced by how many others, the narrowest first."""
        least = self.automaton.shortest - len(self.text)
        most = self.automaton.longest - len(self.text)
        if least > WIDEST or most < -WIDEST:
            return ()
        fixed = sum(map(self.text.count, self.automaton.fixed))
        if not _windows(least, most, self._widest(fixed), has_check=self.has_check):
            return ()
        fixed = max(reach.fixed for reached in self.forward for reach in reached.values())
        fixed += max(count for ends in self._backward.values() for count in ends.values())
        unread = min(self._backward) - self.stop
        windows = _windows(least, most, self._widest(fixed), has_check=self.has_check)
        return [window for window in windows if window[0] >= unread]

    def _widest(self, fixed: int) -> int:
        """How wide a window can mend a slip, where so much around it is fixed text."""
        return min(fixed, max(len(self.text) // 3, 1))

    def _is_likely(self, removed: int, added: int, fixed: int) -> bool:
        """Whether replacing so much can mend a slip, where so much around it is fixed text."""
        return _mends(removed, added, self._widest(fixed), has_check=self.has_check)

    def _repaired(self, removed: int, added: int) -> Iterator[int]:
        """The fixed text around each window in which some characters may replace others."""
        for place in range(len(self.forward)):
            rest = self._backward.get(place + removed)
            if rest is not None:
                reached = self._onwards(place, added)
                around = [rest[state] for state in reached if state in rest]
                if around:
                    before = max(reach.fixed for reach in self.forward[place].values())
                    yield before + max(around)

    def _onwards(self, place: int, steps: int) -> set[int]:
        """The states after any characters, so many, that may follow what was read."""
        reached = set(self.forward[place])
        for _ in range(steps):
            reached = {after for state in reached for after in self.automaton.follow[state]}
        return reached


@lru_cache(4096)
def _windows(least: int, most: int, widest: int, *, has_check: bool) -> tuple[Window, ...]:
    """The windows that make a text longer by so much, and can mend a slip."""
    return tuple(
        (removed, added)
        for removed, added in _WINDOWS
        if least <= added - removed <= most and _mends(removed, added, widest, has_check=has_check)
    )


def _mends(removed: int, added: int, widest: int, *, has_check: bool) -> bool:
    is_swap = has_check and removed == added <= _SWAP
    return is_swap or max(removed, added) <= widest
