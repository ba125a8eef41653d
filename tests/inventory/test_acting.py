"""Lines that are done together: each is answered, also where none could be."""

from __future__ import annotations

import pytest

from engine.service.errors import Conflict
from engine.service.work import Work
from tests.inventory.stocking import Depot, depot

__all__ = ["depot"]


def test_what_stops_all_lines_is_answered_to_each(
    depot: Depot, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Work.seal
    asked: list[Work] = []

    def closed(work: Work) -> None:
        asked.append(work)
        if len(asked) == 1:
            raise Conflict("the inventory is being counted", "try later")
        sealed(work)

    codes = depot.codes(count=3)
    monkeypatch.setattr(Work, "seal", closed)
    done = depot.do("note", *codes, text="on the stairs")
    assert [(each.line, each.code, each.message) for each in done.lines] == [
        (number, code, "the inventory is being counted")
        for number, code in enumerate(codes, start=1)
    ]
    assert (done.done, done.refused) == (0, 3)
