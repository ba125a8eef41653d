"""What is wrong with a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a request: a JSON Pointer (RFC 6901) to it, and a sentence."""

    pointer: str
    message: str


class RequestError(ValueError):
    """A request that can't be read; `flaws` point at what is wrong."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("; ".join(map(_text, flaws)))
        self.flaws = flaws


def _text(flaw: Flaw) -> str:
    return f"{flaw.pointer}: {flaw.message}" if flaw.pointer else flaw.message
