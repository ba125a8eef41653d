"""Days and moments are those of a zone."""

from __future__ import annotations

import pytest

from engine.calendar import parse_instant, zone
from engine.paper.values import day, day_of, minute, moment_of

ZURICH = zone("Europe/Zurich")


@pytest.mark.parametrize(
    ("instant", "name", "said"),
    [
        ("2027-03-01T12:00:00Z", "Europe/Zurich", "2027-03-01 13:00 +01:00"),
        ("2027-06-30T22:00:00Z", "Europe/Zurich", "2027-07-01 00:00 +02:00"),
        ("2027-03-01T12:00:30Z", "UTC", "2027-03-01 12:00:30 +00:00"),
        ("2027-03-01T12:00:00Z", "America/St_Johns", "2027-03-01 08:30 -03:30"),
        ("2027-03-01T12:00:00.5Z", "Asia/Kolkata", "2027-03-01 17:30 +05:30"),
    ],
)
def test_a_moment_has_its_offset(instant: str, name: str, said: str) -> None:
    assert minute(parse_instant(instant), zone(name)) == said


def test_a_day_is_that_of_the_zone() -> None:
    text = "2027-06-30T22:30:00Z"
    assert day(parse_instant(text), ZURICH) == day_of(text, ZURICH) == "2027-07-01"
    assert moment_of(text, ZURICH) == "2027-07-01 00:30:00 Europe/Zurich"
