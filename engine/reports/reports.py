"""The use cases of reports: made as a whole, a part at a time, and written in every format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias, get_args

import msgspec

from engine.decisions.flaws import Flaw, RequestError
from engine.diagnostics.suggest import did_you_mean
from engine.reports import as_csv
from engine.reports.asked import Asked, Wanted, check_own, read
from engine.reports.listing import Found, Part
from engine.reports.named import NAMED, Named, the_report
from engine.reports.table import Cell, Report, Row
from engine.service.caller import Caller
from engine.service.clients import client_name
from engine.service.office import Office
from engine.service.work import Work

Form: TypeAlias = Literal["text", "json", "csv", "pdf", "ics"]
FORMS: tuple[Form, ...] = get_args(Form)
MOST = 10_000
"""So many rows a part of a report has, a calendar, and a text."""
_OF_FORM = {"pdf": 2_000}
_AT_ONCE = 100_000
"""So many rows of a report that has no parts CSV takes."""


class ListedReport(msgspec.Struct, frozen=True):
    """A report that can be asked for: the filters it takes, and the formats it comes in."""

    name: str
    title: str
    about: str
    filters: tuple[str, ...]
    formats: tuple[Form, ...]


class ListedReports(msgspec.Struct, frozen=True):
    """The reports that there are for whoever asks."""

    reports: tuple[ListedReport, ...]


class Reports:
    """Makes reports of one space."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, caller: Caller) -> ListedReports:
        """The reports that the caller may ask for."""
        found = [each for each in NAMED.values() if not each.space or caller.partner is None]
        return ListedReports(tuple(map(_listed, found)))

    def make(self, name: str, asked: Asked, caller: Caller, cursor: str | None = None) -> Report:
        """A report, or the part of it that a cursor says, of `MOST` rows.

        Raises `NotFound`, `Forbidden`, and `RequestError` that points at a filter.
        """
        return self._make(the_report(name), asked, Part(MOST, cursor), caller)

    def csv(self, name: str, asked: Asked, caller: Caller) -> Iterator[str]:
        """A report as CSV, some at a time, each part as the store has it then.

        Raises what `make` does.
        """
        return as_csv.render(self._parts(the_report(name), asked, caller))

    def pdf(self, name: str, asked: Asked, caller: Caller) -> bytes:
        """A report on paper. Raises what `make` does, and `RequestError` where it is too long."""
        # Setting type is loaded only where something is printed.
        from engine.reports.as_pdf import render

        return render(self.whole(name, asked, caller, "pdf"))

    def ics(self, name: str, asked: Asked, caller: Caller) -> bytes:
        """The dates of a report. Raises what `pdf` does, and `RequestError` where it has none."""
        from engine.reports.as_ics import render

        dated = the_report(name).dated
        if dated is None:
            known = ", ".join(f"`{each.name}`" for each in NAMED.values() if each.dated)
            message = f"`{name}` has no dates for a calendar: {known} have"
            raise RequestError(Flaw("/format", message))
        return render(self.whole(name, asked, caller, "ics"), dated)

    def whole(self, name: str, asked: Asked, caller: Caller, form: Form) -> Report:
        """A report with all its rows. Raises what `make` does, and `RequestError` for too many."""
        most = _OF_FORM.get(form, MOST)
        found = self._make(the_report(name), asked, Part(most), caller)
        if found.following is not None:
            message = f"the report has more than {most:,} rows: ask for less of it, or for CSV"
            raise RequestError(Flaw("/format", message))
        return found

    def _parts(self, named: Named, asked: Asked, caller: Caller) -> Iterator[Report]:
        part = Part(_AT_ONCE if named.whole else MOST)
        while True:
            found = self._make(named, asked, part, caller)
            yield found
            if found.following is None:
                return
            part = part._replace(cursor=found.following)

    def _make(self, named: Named, asked: Asked, part: Part, caller: Caller) -> Report:
        return self._office.read(_maker(named, asked, part), caller)


def form_of(text: str, *known: Form) -> Form:
    """The format of a name. Raises `RequestError`."""
    for each in known:
        if text == each:
            return each
    listed = ", ".join(f"`{each}`" for each in known)
    advice = did_you_mean(text, known) or f"there are {listed}"
    raise RequestError(Flaw("/format", f"no format is called `{text}`: {advice}"))


def _maker(named: Named, asked: Asked, part: Part) -> Callable[[Work], Report]:
    def work(task: Work) -> Report:
        if named.space:
            check_own(task, named.name)
        if named.whole and part.cursor is not None:
            raise RequestError(Flaw("/cursor", f"the report `{named.name}` has only one part"))
        wanted = read(task, asked, named.takes, named.name)
        found = named.find(task, wanted, part)
        return _report(task, named, wanted, found)

    return work


def _report(work: Work, named: Named, wanted: Wanted, found: Found) -> Report:
    return Report(
        named.name,
        named.title,
        work.space,
        work.now,
        wanted.zone,
        wanted.said,
        found.columns,
        _as_called(work, found),
        found.totals,
        found.note,
        found.following,
    )


def _as_called(work: Work, found: Found) -> tuple[Row, ...]:
    """The rows with clients under the names that whoever asks has for them."""
    places = [place for place, each in enumerate(found.columns) if each.name == "client"]
    if work.caller.partner is None or not places:
        return found.rows
    (place,) = places
    return tuple((*row[:place], _called(work, row[place]), *row[place + 1 :]) for row in found.rows)


def _called(work: Work, cell: Cell) -> Cell:
    return client_name(work, cell) if isinstance(cell, str) else cell


def _listed(named: Named) -> ListedReport:
    formats = tuple(each for each in FORMS if each != "ics" or named.dated is not None)
    return ListedReport(named.name, named.title, named.about, named.takes, formats)
