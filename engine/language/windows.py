"""Windows and zones: days and times as written become instants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from engine import calendar
from engine.calendar import Duration, Fit, Instant
from engine.diagnostics import Problem, Span
from engine.diagnostics.suggest import did_you_mean
from engine.language import checked as c
from engine.language import syntax as s


class Report(Protocol):
    """Takes a problem: its name, message, span and help."""

    def __call__(self, name: str, message: str, span: Span, help_: str = "") -> None:
        """Note the problem."""


def missing_zone(what: str, span: Span) -> Problem:
    """The problem of days, times or calendar units without a zone to count them in."""
    message = f"{what} need a timezone, and neither the coupon nor the space has one"
    help_ = "add `timezone: Europe/Zurich` to the coupon or the space"
    return Problem("missing-timezone", message, span, help_)


class WindowReader:
    """Reads the windows of one sentence, in the zone that holds for it."""

    def __init__(
        self, zone: ZoneInfo | None, first_word: Callable[[Span], Span], report: Report
    ) -> None:
        self._zone = zone
        self._first_word = first_word
        self._report = report

    def zone(self, written: s.Name | None, sentence: Span, what: str) -> ZoneInfo | None:
        """The zone written in a sentence, else the coupon's; a problem where there is none."""
        if written is not None:
            return self._named(written)
        if self._zone is None:
            problem = missing_zone(what, self._first_word(sentence))
            self._report(problem.name, problem.message, problem.span, problem.help)
        return self._zone

    def zone_for(self, duration: Duration, sentence: Span) -> ZoneInfo | Literal[False] | None:
        """The zone in which a duration is counted: None for elapsed time, False on a problem."""
        if not duration.unit.is_calendar:
            return None
        zone = self.zone(None, sentence, f"{duration.unit.value}s")
        return False if zone is None else zone

    def read(self, window: s.Window, sentence: Span) -> tuple[c.Span, ZoneInfo | None] | None:
        """The instants of a window and its zone, or None on a problem.

        What concerns the whole is reported at the first word of the sentence.
        """
        if self._ambiguous(window):
            return None
        moments = [moment for moment in (window.start, window.end) if moment is not None]
        zoned = any(moment.offset is None for moment in moments)
        if window.zone is not None and not zoned:
            message = "a time with an offset takes no timezone"
            self._report("rule-syntax", message, window.zone.span, "leave one of them out")
            return None
        zone = self.zone(window.zone, sentence, "days and times") if zoned else None
        if zoned and zone is None:
            return None
        return self._span(window, zone, sentence)

    def _named(self, name: s.Name) -> ZoneInfo | None:
        try:
            return calendar.zone(name.text)
        except KeyError:
            help_ = did_you_mean(name.text, calendar.zone_names())
            message = f"no timezone is called `{name.text}`"
            self._report("unknown-timezone", message, name.span, help_)
            return None

    def _ambiguous(self, window: s.Window) -> bool:
        end = window.end
        if window.end_word is not s.EndWord.UNTIL or end is None or end.clock is not None:
            return False
        day = end.day.isoformat()
        message = f"`until {day}` doesn't say whether that day is included"
        help_ = f"write `through {day}` to include the day, or `before {day}` to stop as it begins"
        self._report("ambiguous-end", message, end.span, help_)
        return True

    def _span(
        self, window: s.Window, zone: ZoneInfo | None, sentence: Span
    ) -> tuple[c.Span, ZoneInfo | None] | None:
        start = self._instant(window.start, zone, after=False)
        end = self._instant(window.end, zone, after=window.end_word is s.EndWord.THROUGH)
        if start is False or end is False:
            return None
        if start is not None and end is not None and start >= end:
            message = "the window ends before it begins, so it holds no moment"
            help_ = "swap the two, or correct one of them"
            self._report("empty-window", message, self._first_word(sentence), help_)
            return None
        return c.Span(start, end), zone

    def _instant(
        self, moment: s.Moment | None, zone: ZoneInfo | None, *, after: bool
    ) -> Instant | Literal[False] | None:
        """The instant of a moment, or of the end of its day; False on a problem."""
        if moment is None:
            return None
        if moment.offset is not None:
            return _with_offset(moment, moment.offset)
        assert zone is not None, "read() gave a zone to every moment without an offset"  # noqa: S101
        if moment.clock is None:
            return _day(moment, zone, after=after)
        local = datetime.combine(moment.day, moment.clock)
        return calendar.resolve(local, zone) if self._fits(local, zone, moment.span) else False

    def _fits(self, local: datetime, zone: ZoneInfo, span: Span) -> bool:
        fit = calendar.fit(local, zone)
        if fit is Fit.NEVER:
            message = f"the clocks of {zone.key} skip {local:%H:%M} on {local.date()}"
            help_ = "choose a time before or after the change of clocks"
            self._report("skipped-time", message, span, help_)
        if fit is Fit.TWICE:
            message = f"the clocks of {zone.key} show {local:%H:%M} twice on {local.date()}"
            help_ = "the first is meant; write the offset to say which"
            self._report("repeated-time", message, span, help_)
        return fit is not Fit.NEVER


def _with_offset(moment: s.Moment, offset: int) -> Instant:
    zone = timezone(timedelta(minutes=offset))
    local = datetime.combine(moment.day, moment.clock or time(), zone)
    elapsed = local - datetime(1970, 1, 1, tzinfo=UTC)
    return Instant(elapsed // timedelta(microseconds=1))


def _day(moment: s.Moment, zone: ZoneInfo, *, after: bool) -> Instant:
    last = calendar.local_time(calendar.LATEST, zone).date()
    if moment.day >= last:
        # Beyond what the calendar counts a day still ends after it begins.
        return Instant(calendar.LATEST + after)
    return calendar.start_of_day(moment.day + timedelta(days=1) if after else moment.day, zone)
