"""Unique codes of a group: a batch of as many as its document says, issued once.

The batch is called like the coupon of the way in. Asked for again, it goes on where it stopped;
where the document says more by then, the rest is issued, and where it says less, none is lost.
"""

from __future__ import annotations

from sqlalchemy import bindparam, update

from engine.catalogue.groups import Way
from engine.groups.answers import GroupCodes
from engine.groups.known import the_group
from engine.service.caller import Caller
from engine.service.codes.batches import Batch, Order, fill, find_batch, open_batch
from engine.service.codes.issuing import AT_ONCE, CHUNK, Issued
from engine.service.errors import Conflict
from engine.service.office import Office
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import BATCHES

_WANT = Statement(
    update(BATCHES)
    .where(BATCHES.c.space == bindparam("space"), BATCHES.c.batch == bindparam("name"))
    .values(wanted=bindparam("to_have"))
)


class UniqueCodes:
    """The use case of issuing them."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def issue(self, group: str, caller: Caller) -> GroupCodes:
        """Issue the unique codes that a group lacks, `AT_ONCE` at most of each way.

        Raises `NotFound`, and `Conflict` where it has no such way.
        """
        ways = self.office.read(lambda work: _ways(work, group), caller)
        starts = range(0, AT_ONCE * len(ways), AT_ONCE)
        done = (
            self._issue(group, way, caller, start) for way, start in zip(ways, starts, strict=True)
        )
        return GroupCodes(group, tuple(done))

    def _issue(self, group: str, way: Way, caller: Caller, first: int) -> Issued:
        """Issue what one way lacks, in steps that are numbered from the first."""
        codes: list[str] = []
        for start in range(first, first + AT_ONCE, CHUNK):
            done = self.office.answer(
                lambda work: (_go_on(work, group, way.coupon), None),
                caller.for_step(start),
                ["group codes", group],
                (Issued,),
            )
            codes += done.codes
            if done.is_whole:
                break
        return Issued(done.batch, done.coupon, done.wanted, done.issued, tuple(codes))


def _ways(work: Work, name: str) -> tuple[Way, ...]:
    group = the_group(work, name)
    found = tuple(way for way in group.ways if way.kind == "unique codes")
    if not found:
        raise Conflict(
            f"the group `{name}` has no unique codes",
            "write `- unique codes: 10` to its `access`",
        )
    return found


def _go_on(work: Work, name: str, coupon: str) -> Issued:
    """Issue some more codes of a way in."""
    # Of several who ask at once, one opens the batch.
    work.seal()
    wanted = next((way.seats for way in _ways(work, name) if way.coupon == coupon), None) or 0
    batch = find_batch(work, coupon, lock=True)
    if batch is None:
        open_batch(work, coupon, Order(wanted, coupon))
    else:
        _want(work, batch, coupon, wanted)
    found, codes = fill(work, coupon, CHUNK)
    return Issued(found.batch, found.coupon, found.wanted, found.issued, tuple(codes))


def _want(work: Work, batch: Batch, coupon: str, wanted: int) -> None:
    """Have a batch get as many codes as are wanted by now."""
    if batch.coupon != coupon:
        raise Conflict(
            f"the batch `{coupon}` holds codes of `{batch.coupon}`",
            "issue the codes of the group with `coupon codes issue`",
        )
    if batch.wanted < wanted:
        work.tx.run(_WANT, space=work.space, name=coupon, to_have=wanted)
