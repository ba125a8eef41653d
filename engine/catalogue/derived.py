"""Coupons that nobody wrote: those that the ways into groups become."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.diagnostics import Location


@dataclass(frozen=True, slots=True)
class Derived:
    """What a document would say of the coupon that a way into a group becomes.

    `line` is where its file has the way; `places` are, line by line of the text, where the file
    has the words that the line says again.
    """

    name: str
    group: str
    file: str
    line: int
    text: str
    places: tuple[Location, ...]

    def place(self, inside: Location) -> Location:
        """Where the group's file says what stands at a place in the document."""
        line = inside.line - self.line
        return self.places[min(max(line, 0), len(self.places) - 1)]

    def moved(self, file: str, line: int) -> Derived:
        """The same where another file, or another line, had the group."""
        down = line - self.line
        places = tuple(
            each._replace(file=file, line=each.line + down, end_line=each.end_line + down)
            for each in self.places
        )
        return replace(self, file=file, line=line, places=places)
