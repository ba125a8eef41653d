"""When holds end that have taken the last places of a limit (behaviour.md, `valid_until`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon
from engine.decisions.limits import has_room
from engine.decisions.remedies import of_limit
from engine.decisions.usage import Meter, Usage
from engine.language.vocabulary import AT_SLOT
from engine.service.usage.holdings import Holding, has_held, running
from engine.service.usage.rows import Count, Place, place_of
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work

_CODE = "code"


class HeldPlaces:
    """The places that the running holds of a coupon have taken, by their ends."""

    def __init__(self, work: Work, coupon: str, holds: Iterable[Holding]) -> None:
        self._coupon = coupon
        self._held: dict[Place, list[tuple[int, Count]]] = {}
        self._last: dict[str, int] = {}
        for hold in holds:
            assert hold.until is not None, "a hold has an end"  # noqa: S101
            self._last[hold.code] = hold.until
            for count in hold.counts(work):
                self._held.setdefault(count.place, []).append((hold.until, count))

    def ends(self, meters: Sequence[Meter], record: Record, usage: StoredUsage) -> Iterator[int]:
        """When, for each limit that is full, the end of a hold first changes what is said of it."""
        for meter in meters:
            key = meter.key(record)
            if key is None:
                continue
            here = self._held.get(place_of(meter, key, record[AT_SLOT]), ())
            end = self._first(here, meter, record, usage)
            if end is not None:
                yield end

    def last_of(self, code: str) -> Iterator[int]:
        """When the last hold of a code ends, if it is held."""
        end = self._last.get(code)
        if end is not None:
            yield end

    def _first(
        self,
        here: Sequence[tuple[int, Count]],
        meter: Meter,
        record: Record,
        usage: StoredUsage,
    ) -> int | None:
        """The end of the first hold without which a limit is not as full, those before it over."""
        said = of_limit(meter, record, usage)
        for until, count in here:
            usage = usage.without(self._coupon, [count])
            if has_room(meter, record, usage) or of_limit(meter, record, usage) != said:
                return until
        return None


def full(coupon: ReadyCoupon, record: Record, usage: Usage) -> list[Meter]:
    """The redemption limits of a coupon that leave no room."""
    meters = [counted.meter for counted in coupon.redemption.counts]
    return [meter for meter in meters if not has_room(meter, record, usage)]


def places_free(
    work: Work, coupon: ReadyCoupon, record: Record, usage: StoredUsage, at: int
) -> Iterable[int]:
    """When the holds of a coupon that last at an instant give places of full limits free."""
    if not coupon.redemption.counts or not has_held(work, coupon.name):
        return ()
    meters = full(coupon, record, usage)
    if not meters:
        return ()
    by_code = all(_counts_by_code(meter) for meter in meters)
    code = work.book.types.fact(record, _CODE) if by_code else None
    holds = running(work, coupon.name, at, code)
    return HeldPlaces(work, coupon.name, holds).ends(meters, record, usage)


def _counts_by_code(meter: Meter) -> bool:
    return any(fact.name == _CODE for fact in meter.limit.per)
