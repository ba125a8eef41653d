"""Files of codes: taken in line by line, and written for others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Annotated, Any, Literal

import msgspec

from engine.calendar import to_instant
from engine.decisions.decoding import convert
from engine.decisions.facts import Id, InstantText
from engine.decisions.flaws import RequestError
from engine.service.caller import Caller
from engine.service.codes.code_lines import (
    BATCH_NAME,
    BadCodeLine,
    CodeLine,
    write_code_lines,
    write_head,
)
from engine.service.codes.code_rows import Issue
from engine.service.codes.code_state import end_of
from engine.service.codes.codes import CodeRow, Filters, in_pages
from engine.service.codes.coupon_formats import issuing_coupon
from engine.service.codes.custom_codes import Taking
from engine.service.codes.custom_texts import Refused
from engine.service.codes.issuing import AT_ONCE, CHUNK
from engine.service.codes.own_windows import spelt_window
from engine.service.errors import ServiceError
from engine.service.office import Office
from engine.service.work import Work

Lines = Sequence[CodeLine | BadCodeLine]


class CodeEntry(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A code that was issued elsewhere, and what it gets; issued now where nothing says when."""

    code: str
    coupon: str
    customer: Id | None = None
    issued: InstantText | None = None
    expires: InstantText | None = None
    active: bool = True
    batch: Annotated[str, msgspec.Meta(pattern=BATCH_NAME)] | None = None
    window: str | None = None


class CodeEntries(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Codes to be taken, each by itself."""

    codes: Annotated[list[Any], msgspec.Meta(min_length=1, max_length=AT_ONCE)]


class ImportedCode(msgspec.Struct, frozen=True):
    """What became of one line: `unchanged` where the same code was imported before."""

    line: int
    outcome: Literal["imported", "unchanged", "refused"]
    code: str | None = None
    message: str | None = None


class ImportedCodes(msgspec.Struct, frozen=True):
    """What became of each line, in their order."""

    codes: tuple[ImportedCode, ...]


class CodeFiles:
    """The use cases of files of codes."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def take(self, lines: Lines, caller: Caller) -> Iterator[ImportedCode]:
        """Take lines in their order, some at a time; each answer is given when it is kept.

        A line that can't be taken harms no other, and taking lines again changes nothing.
        """
        for start in range(0, len(lines), CHUNK):
            some = lines[start : start + CHUNK]
            yield from self.office.write(partial(_take, some), caller).codes

    def take_entries(self, value: object, caller: Caller) -> ImportedCodes:
        """Take the codes of a request, whose lines count from 1. Raises `RequestError`."""
        entries = convert(value, CodeEntries).codes
        lines = [_line(number, entry) for number, entry in enumerate(entries, 1)]
        content = ["import codes", value]
        done: list[ImportedCode] = []
        for start in range(0, len(lines), CHUNK):
            some = partial(_take, lines[start : start + CHUNK])
            done += self._step(some, caller, content, start).codes
        return ImportedCodes(tuple(done))

    def _step(
        self, work: partial[ImportedCodes], caller: Caller, content: object, number: int
    ) -> ImportedCodes:
        return self.office.answer(
            lambda task: (work(task), None), caller.for_step(number), content, (ImportedCodes,)
        )

    def export(self, filters: Filters, caller: Caller) -> Iterator[str]:
        """Codes as CSV, some at a time, each part as the store has it then. Raises `NotFound`."""
        pages = in_pages(self.office, filters, caller, _exported)
        # Nothing is written before it is known that there is something to write of.
        first = next(pages)
        yield write_head()
        yield from map(write_code_lines, chain([first], pages))


def _line(number: int, value: object) -> CodeLine | BadCodeLine:
    try:
        entry = convert(value, CodeEntry)
    except RequestError as error:
        flaw = error.flaws[0]
        return BadCodeLine(number, f"{flaw.pointer}: {flaw.message}".removeprefix(": "))
    return CodeLine(
        number,
        entry.code,
        entry.coupon,
        entry.customer,
        None if entry.issued is None else to_instant(entry.issued),
        None if entry.expires is None else to_instant(entry.expires),
        entry.active,
        entry.batch,
        entry.window,
    )


def _take(lines: Lines, work: Work) -> ImportedCodes:
    taking = Taking(work)
    taking.look_up(each.code for each in lines if isinstance(each, CodeLine))
    done = tuple(_answer(work, taking, line) for line in lines)
    taking.finish()
    return ImportedCodes(done)


def _answer(work: Work, taking: Taking, line: CodeLine | BadCodeLine) -> ImportedCode:
    if isinstance(line, BadCodeLine):
        return ImportedCode(line.number, "refused", message=line.message)
    try:
        coupon = issuing_coupon(work, line.coupon)
        taken = taking.take(coupon, line.code, _issue(work, line))
    except Refused as error:
        return ImportedCode(line.number, "refused", message=str(error))
    except RequestError as error:
        return ImportedCode(line.number, "refused", message=error.flaws[0].message)
    except ServiceError as error:
        return ImportedCode(line.number, "refused", message=error.message)
    return ImportedCode(line.number, "imported" if taken.is_new else "unchanged", taken.spelling)


def _issue(work: Work, line: CodeLine) -> Issue:
    """What the code of a line gets."""
    issued = work.now if line.issued is None else line.issued
    if issued > work.now:
        raise Refused("`issued` lies in the future")
    if line.expires is not None and line.expires <= issued:
        raise Refused("`expires` does not lie after `issued`")
    zone = work.book.coupons[line.coupon].ready.policy.zone
    return Issue(
        line.coupon,
        line.batch,
        line.customer,
        line.expires,
        spelt_window(line.window, zone),
        active=line.active,
        issued=issued,
    )


def _exported(work: Work, row: CodeRow) -> CodeLine:
    return CodeLine(
        0,
        row.spelling,
        row.coupon,
        row.customer,
        row.issued,
        end_of(work, row.coupon, row.issued, row.expires),
        bool(row.active),
        row.batch,
        row.window,
    )
