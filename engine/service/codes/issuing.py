"""Issuing codes: custom ones, and batches of new ones, so many in a transaction.

A request is done in steps of one transaction each, whose answers are kept under the idempotency
key with the number of the step: the same request again goes on where it was ended, and answers the
codes that it did the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, TypeAlias

import msgspec

from engine.codes.formats import Value
from engine.decisions.decoding import convert
from engine.decisions.facts import Id
from engine.decisions.flaws import Flaw, RequestError
from engine.service.caller import Caller
from engine.service.codes.batches import MOST_WANTED, Order, fill, find_batch, open_batch
from engine.service.codes.code_lines import BATCH_NAME
from engine.service.codes.code_rows import Issue
from engine.service.codes.coupon_formats import issuing_coupon
from engine.service.codes.custom_codes import Taking
from engine.service.codes.custom_texts import Refused
from engine.service.codes.own_windows import spelt_window
from engine.service.moments import fresh_id
from engine.service.office import Office
from engine.service.work import Work

CHUNK = 1000
"""So many codes are issued in one transaction."""
AT_ONCE = 10_000
"""So many codes are issued by one request; a batch of more is resumed."""

BatchName = Annotated[str, msgspec.Meta(pattern=BATCH_NAME)]


class IssueCodes(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Codes that are wanted: so many new ones, or those whose texts are given.

    `fields` are the values of the format's fields that are not drawn or sealed. `customer` is the
    only one who can redeem them, and `window` a sentence such as `through 2026-11-30`.
    """

    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_WANTED)] | None = None
    codes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=AT_ONCE)] | None = None
    batch: BatchName | None = None
    customer: Id | None = None
    window: str | None = None
    fields: dict[str, Value] = {}


class RefusedCode(msgspec.Struct, frozen=True):
    """A given text that can't be a code of the coupon, and why."""

    code: str
    message: str


class Issued(msgspec.Struct, frozen=True):
    """Codes that were issued, in a batch that has `issued` of the `wanted` ones by now.

    `batch` is null where every given text was refused, so that there is none.
    """

    batch: str | None
    coupon: str
    wanted: int
    issued: int
    codes: tuple[str, ...] = ()
    refused: tuple[RefusedCode, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the batch has all its codes."""
        return self.issued >= self.wanted


Answer: TypeAlias = tuple[Issued, str | None]
"""What a step answers, and the customer whom it is about."""


class Issuing:
    """The use cases of issuing."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def issue(self, coupon: str, value: object, caller: Caller) -> Issued:
        """Issue codes of a coupon, `AT_ONCE` at most; a batch of more has to be resumed.

        Raises `RequestError`, `NotFound`, and `Conflict` where the format can't make so many.
        """
        request = convert(value, IssueCodes)
        return _joined(self.steps(coupon, request, caller))

    def resume(self, batch: str, caller: Caller) -> Issued:
        """Issue codes that a batch lacks, `AT_ONCE` at most. Raises `NotFound`."""
        return _joined(self.more(batch, caller))

    def steps(
        self, coupon: str, request: IssueCodes, caller: Caller, most: int = AT_ONCE
    ) -> Iterator[Issued]:
        """Issue codes step by step: what each step issued, once it is kept."""
        _check(request)
        if request.codes is not None:
            return self._custom(coupon, request, request.codes, caller)
        return self._new(coupon, request, caller, most)

    def more(self, batch: str, caller: Caller, most: int = AT_ONCE) -> Iterator[Issued]:
        """Issue codes that a batch lacks, step by step."""
        return self._fill(batch, caller, ["resume codes", batch], range(0, most, CHUNK), most)

    def _new(self, coupon: str, request: IssueCodes, caller: Caller, most: int) -> Iterator[Issued]:
        order = Order(
            request.count or 1, request.batch, request.customer, request.window, request.fields
        )
        content = _content(coupon, request)
        first = self._step(partial(_begin, coupon, order, min(CHUNK, most)), caller, content, 0)
        yield first
        if first.batch is not None and not first.is_whole:
            yield from self._fill(first.batch, caller, content, range(CHUNK, most, CHUNK), most)

    def _fill(
        self, batch: str, caller: Caller, content: list[Any], steps: range, most: int
    ) -> Iterator[Issued]:
        for number in steps:
            go_on = partial(_go_on, batch, min(CHUNK, most - number))
            done = self._step(go_on, caller, content, number)
            yield done
            if done.is_whole:
                return

    def _custom(
        self, coupon: str, request: IssueCodes, texts: Sequence[str], caller: Caller
    ) -> Iterator[Issued]:
        content = _content(coupon, request)
        issue = Issue(coupon, request.batch, request.customer, window=request.window)
        for start in range(0, len(texts), CHUNK):
            take = partial(_take, issue, texts[start : start + CHUNK])
            done = self._step(take, caller, content, start)
            issue = replace(issue, batch=done.batch or issue.batch)
            yield done

    def _step(
        self, work: Callable[[Work], Answer], caller: Caller, content: list[Any], number: int
    ) -> Issued:
        """Do one step, once for each idempotency key."""
        return self.office.answer(work, caller.for_step(number), content, (Issued,))


def _content(coupon: str, request: IssueCodes) -> list[Any]:
    """What tells a request from others."""
    return ["issue codes", coupon, msgspec.to_builtins(request)]


def _check(request: IssueCodes) -> None:
    if request.codes is None:
        return
    for name in ("count", "fields"):
        if getattr(request, name):
            raise RequestError(Flaw(f"/{name}", f"`{name}` and `codes` can't stand together"))


def _joined(steps: Iterator[Issued]) -> Issued:
    """The answer to a request of the answers of its steps."""
    done = list(steps)
    codes = tuple(code for each in done for code in each.codes)
    refused = tuple(code for each in done for code in each.refused)
    return msgspec.structs.replace(done[-1], codes=codes, refused=refused)


# --- steps --------------------------------------------------------------------------------------


def _begin(coupon: str, order: Order, most: int, work: Work) -> Answer:
    """Open a batch, and issue its first codes."""
    return _go_on(open_batch(work, coupon, order), most, work)


def _go_on(batch: str, most: int, work: Work) -> Answer:
    """Issue more codes of a batch."""
    found, codes = fill(work, batch, most)
    done = Issued(found.batch, found.coupon, found.wanted, found.issued, tuple(codes))
    return done, found.customer


def _take(issue: Issue, texts: Sequence[str], work: Work) -> Answer:
    """Issue codes whose texts are given."""
    coupon = issuing_coupon(work, issue.coupon)
    issue = replace(
        issue,
        batch=issue.batch or fresh_id(work.now),
        window=spelt_window(issue.window, coupon.ready.policy.zone),
    )
    codes: list[str] = []
    refused: list[RefusedCode] = []
    taking = Taking(work, issue.customer, issue.window)
    taking.look_up(texts)
    for text in texts:
        try:
            codes.append(taking.take(coupon, text, issue).spelling)
        except Refused as error:
            refused.append(RefusedCode(text, str(error)))
    taking.finish()
    found = find_batch(work, str(issue.batch))
    had = (None, 0, 0) if found is None else (found.batch, found.wanted, found.issued)
    batch, wanted, issued = had
    done = Issued(batch, issue.coupon, wanted, issued, tuple(codes), tuple(refused))
    return done, issue.customer
