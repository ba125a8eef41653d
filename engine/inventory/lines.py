"""Requests that do one thing to many codes, and what became of each line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import msgspec

from engine.decisions.decoding import convert
from engine.decisions.explanation import Reason
from engine.decisions.flaws import Flaw, RequestError
from engine.service.requests import Typed

AT_ONCE = 1000
"""So many lines a request has at most."""
Outcome: TypeAlias = Literal["done", "unchanged", "waiting", "refused"]
_Some = msgspec.Meta(min_length=1, max_length=AT_ONCE)


class CodeLine(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A line that names a code, and nothing else."""

    code: Typed


class DoneLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What became of a line.

    It was `done`, or `unchanged` where it was so before; it is `waiting` for `missing` other people
    to agree; or it was `refused`, with a `message`, `advice`, and the `reasons` of a refusal to
    redeem. The rest is what is new of the code.
    """

    line: int
    code: str
    outcome: Outcome
    message: str | None = None
    advice: str | None = None
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    reference: str | None = None
    expires: str | None = None
    replaced_by: str | None = None
    account: str | None = None
    redemption: str | None = None
    subscription: str | None = None
    begins: str | None = None
    until: str | None = None
    missing: int = 0


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each line, in their order, and how many became what."""

    lines: tuple[DoneLine, ...]
    done: int
    unchanged: int
    waiting: int
    refused: int


class Line(NamedTuple):
    """One line of a request: the code as it was typed, and what is wanted, or what is wrong."""

    number: int
    code: str
    wanted: msgspec.Struct | None
    wrong: str | None = None


def summed(lines: Iterable[DoneLine]) -> Done:
    """The answer of its lines."""
    found = tuple(lines)
    names = ("done", "unchanged", "waiting", "refused")
    counts = {name: sum(each.outcome == name for each in found) for name in names}
    return Done(lines=found, **counts)


def body_of(name: str, line: type[msgspec.Struct], about: str) -> type[msgspec.Struct]:
    """The type of requests about many codes: `codes`, or `lines`, and what holds for all of them.

    A line's own fields win over those that stand beside the list.
    """
    own = [each for each in msgspec.structs.fields(line) if each.name != "code"]
    shared: list[tuple[str, Any, Any]] = [(each.name, each.type | None, None) for each in own]
    fields: list[tuple[str, Any, Any]] = [
        ("codes", Annotated[list[str], _Some] | None, None),
        ("lines", Annotated[list[Any], _Some] | None, None),
        *shared,
    ]
    return msgspec.defstruct(
        name,
        fields,
        namespace={"__doc__": about, "LINE": line},
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
        module=__name__,
    )


def read_lines(value: object, body: type[msgspec.Struct], line: type[msgspec.Struct]) -> list[Line]:
    """The lines of a request, each read by itself.

    Raises `RequestError` for a request that has no lines, or both lists.
    """
    request: Any = convert(value, body)
    if (request.codes is None) == (request.lines is None):
        raise RequestError(Flaw("", "give `codes`, or `lines` with a `code` each"))
    assert isinstance(value, Mapping), "what was converted is an object"  # noqa: S101
    shared = {name: each for name, each in value.items() if name not in ("codes", "lines")}
    given: Sequence[object] = request.lines or [{"code": code} for code in request.codes]
    return [
        line_of(number, shared | each if isinstance(each, dict) else each, line)
        for number, each in enumerate(given, 1)
    ]


def line_of(number: int, said: object, kind: type[msgspec.Struct]) -> Line:
    """One line, as it is understood, or with what is wrong."""
    code = said.get("code") if isinstance(said, dict) else None
    typed = code if isinstance(code, str) else ""
    try:
        return Line(number, typed, convert(said, kind))
    except RequestError as error:
        return Line(number, typed, None, flaw_text(error))


def flaw_text(error: RequestError) -> str:
    """What is wrong with a line, in a sentence that begins with the field."""
    flaw = error.flaws[0]
    return f"{flaw.pointer[1:]}: {flaw.message}" if flaw.pointer else flaw.message


class Doubles:
    """The codes that lines of a request did something to; `keys` are those of its lines, by number.

    A line whose code stood before, however it is typed, is wrong. One that was refused did nothing:
    the code can stand again.
    """

    def __init__(self, keys: Mapping[int, str], seen: Mapping[str, int] | None = None) -> None:
        self._keys = keys
        self._seen = dict(seen or {})

    def copy(self) -> Doubles:
        """The same, for a transaction that may not come to its end."""
        return Doubles(self._keys, self._seen)

    def checked(self, line: Line) -> Line:
        """A line, wrong where an earlier one has done something to its code."""
        first = self._seen.get(self._keys[line.number])
        if line.wrong is not None or first is None:
            return line
        return line._replace(wrong=f"the same code stands in line {first}: give it once")

    def noted(self, done: DoneLine) -> DoneLine:
        """A line that was answered, which counts from now on."""
        if done.outcome != "refused":
            self._seen.setdefault(self._keys[done.line], done.line)
        return done

    def note(self, lines: Iterable[DoneLine]) -> None:
        """Let lines count that were answered and kept."""
        for each in lines:
            self.noted(each)
