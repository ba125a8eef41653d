"""Lengths of time in documents."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engine.calendar import Duration
from engine.catalogue import fields
from engine.catalogue.nodes import Node
from engine.catalogue.report import Report
from engine.language.parser import SentenceError, first_word, parse_duration
from engine.language.windows import missing_zone


def read_duration(node: Node | None, zone: ZoneInfo | None, report: Report) -> Duration | None:
    """The length that a text gives; days and longer need a zone to be counted in."""
    written = fields.scalar(node)
    if written is None:
        return None
    try:
        duration = parse_duration(written.text)
    except SentenceError:
        # The shape of the document says what a duration looks like.
        return None
    if duration.unit.is_calendar and zone is None:
        problem = missing_zone(f"{duration.unit.value}s", first_word(written.text))
        report.problems([problem], written)
    return duration
