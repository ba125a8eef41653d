"""New codes, as their format writes them: drawn at random, sealed, or of given values alone.

Random codes are refused where a guess would hit too often: at most one in 10,000 of all that a
format can write is ever issued. Sealed codes are numbered by specification and month (UTC).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from engine.calendar import SECOND
from engine.codes.formats import Format, Reading, Value
from engine.codes.key_ring import KeyRing
from engine.codes.sealing import Layout, Sealed
from engine.decisions.flaws import Flaw, RequestError
from engine.service.codes.codes_looked_up import free_codes
from engine.service.codes.seals import ring
from engine.service.codes.specifications import specification
from engine.service.errors import Conflict
from engine.service.numbers import last_number, take_numbers
from engine.service.work import Work

SPARSE = 10_000
"""Of so many codes that a format can write, one may be issued."""
FIRST_YEAR = 2026
_BASE = 32
_DRAWS = 2
"""So many draws for each code are enough, where one in 10,000 is taken."""

Values = Mapping[str, Value]


class Made(NamedTuple):
    """New codes, and the number of their specification where they are sealed."""

    codes: list[str]
    spec: int | None = None


class Recipe(NamedTuple):
    """What new codes are made after: their format, given values, and what they grant, as JSON."""

    format: Format
    values: Values
    grants: str

    @property
    def is_single(self) -> bool:
        """Whether no two codes can be made after it."""
        return self.format.sealed is None and not self.format.drawn(self.values)


def sample(format_: Format, values: Values) -> Reading:
    """What a code with these values says. Raises `RequestError` for values that none can have."""
    body = None if format_.sealed is None else "0" * format_.sealed.symbols
    try:
        code = format_.write(values, body, _zeros)
    except ValueError as error:
        raise RequestError(Flaw("/fields", str(error))) from None
    read = format_.read(code)
    assert isinstance(read, Reading), "a format reads what it writes"  # noqa: S101
    return read


def check_room(work: Work, format_: Format, values: Values, count: int) -> None:
    """Take the room that so many codes need. Raises `Conflict` where there is too little."""
    drawn = _counted(format_, values, count)
    if drawn:
        _check_sparse(format_.name, drawn, take_room(work, format_.name, count))


def recheck_room(work: Work, format_: Format, values: Values, count: int) -> None:
    """Check that so many codes, whose room is taken, still have it in the format as it is now.

    Raises `Conflict`.
    """
    drawn = _counted(format_, values, count)
    if drawn:
        total = max(last_number(work, _room(format_.name)), count)
        _check_sparse(format_.name, drawn, total)


def take_room(work: Work, name: str, count: int) -> int:
    """Count so many new codes among those of a format; how many it has then, or is to have."""
    return take_numbers(work, _room(name), count).stop - 1


def make(work: Work, recipe: Recipe, count: int) -> Made:
    """So many new codes, none of them twice. Raises `Conflict` where no more can be made.

    Sealed codes are free; others may be taken.
    """
    if recipe.format.sealed is not None:
        return _seal(work, recipe, recipe.format.sealed, count)
    return Made(_draw(recipe, count))


def month_of(instant: int) -> int:
    """The month of an instant in UTC, counted from January 2026."""
    moment = datetime.fromtimestamp(instant // SECOND, UTC)
    return (moment.year - FIRST_YEAR) * 12 + moment.month - 1


def serials_of(spec: int, month: int) -> str:
    """The series of the serials of a specification that are issued in a month."""
    return f"serial {spec} {month}"


# --- random codes -------------------------------------------------------------------------------


def _draw(recipe: Recipe, count: int) -> list[str]:
    """Codes that differ, of a format that is sparse enough to draw few twice."""
    codes: dict[str, None] = {}
    for _ in range(_DRAWS * count):
        codes[recipe.format.write(recipe.values)] = None
        if len(codes) == count:
            return list(codes)
    raise Conflict(
        f"the format `{recipe.format.name}` has no {count} codes with these values",
        "give it more random symbols",
    )


def _room(name: str) -> str:
    """The series in which the drawn codes of a format are counted."""
    return f"codes of {name}"


def _zeros(count: int) -> str:
    return "0" * count


def _counted(format_: Format, values: Values, count: int) -> int:
    """How many drawn symbols limit how many codes there are; 0 for sealed and single ones.

    Raises `Conflict` where so many can't be made at all.
    """
    if format_.sealed is not None:
        return 0
    drawn = format_.drawn(values)
    if not drawn:
        _check_single(format_, count)
    return drawn


def _check_sparse(name: str, drawn: int, total: int) -> None:
    if total * SPARSE > _BASE**drawn:
        raise Conflict(
            f"with these there would be {total} codes of the format `{name}`, whose "
            f"{drawn} random symbols are enough for {_BASE**drawn // SPARSE}",
            f"{_enough(total)} random symbols would do",
        )


def _check_single(format_: Format, count: int) -> None:
    if count != 1:
        raise Conflict(
            f"the format `{format_.name}` writes one code for given values, and not {count}",
            "issue each with values of its own, or give the format random symbols",
        )


def _enough(total: int) -> int:
    """The fewest random symbols that so many codes are sparse in."""
    symbols = 1
    while total * SPARSE > _BASE**symbols:
        symbols += 1
    return symbols


# --- sealed codes -------------------------------------------------------------------------------


def _seal(work: Work, recipe: Recipe, layout: Layout, count: int) -> Made:
    keys, month = ring(work), month_of(work.now)
    _check_key(keys)
    spec = specification(work, recipe.grants)
    _check_bits(layout, spec, month)
    codes: list[str] = []
    while len(codes) < count:
        numbers = _serials(work, layout, spec, month, count - len(codes))
        sealed = (Sealed(spec, month, number - 1) for number in numbers)
        # Codes that another key sealed, or that were imported, may look the same.
        codes += free_codes(work, _written(recipe, layout, keys, sealed))
    return Made(codes, spec)


def _serials(work: Work, layout: Layout, spec: int, month: int, count: int) -> range:
    """The next serials of a specification. Raises `Conflict` where too few are left."""
    numbers = take_numbers(work, serials_of(spec, month), count)
    left = (1 << layout.serial) - numbers.start + 1
    if left < count:
        raise Conflict(
            f"specification {spec} has room for {max(left, 0)} more codes this month, and not for "
            f"{count}: its serials have {layout.serial} bits",
            "wait for the next month, or give `serial` of the format more bits",
        )
    return numbers


def _written(
    recipe: Recipe, layout: Layout, keys: KeyRing, sealed: Iterator[Sealed]
) -> Iterator[str]:
    format_ = recipe.format
    values = format_.fill(recipe.values)
    rest = format_.rest(values)
    for each in sealed:
        if format_.random_symbols:
            values = format_.fill(recipe.values)
            rest = format_.rest(values)
        yield format_.write(values, keys.seal(layout, each, rest))


def _check_key(keys: KeyRing) -> None:
    if keys.sealing is None:
        raise Conflict(
            "no key may seal codes" + (": all of them are retired" if keys.keys else ""),
            "`coupon seal new` makes one: put it first in `COUPON_SEAL_KEYS`",
        )


def _check_bits(layout: Layout, spec: int, month: int) -> None:
    if spec >> layout.spec:
        raise Conflict(
            f"the specification would be number {spec}, which {layout.spec} bits can't say",
            "give `spec` of the format more bits",
        )
    if month < 0:
        raise Conflict(f"codes can be sealed from January {FIRST_YEAR} on", "set the clock right")
    if month >> layout.issued:
        raise Conflict(
            f"it is month {month} since January {FIRST_YEAR}, which {layout.issued} bits can't say",
            "give `issued` of the format more bits",
        )
