"""What is told of pending changes that the files say again."""

from __future__ import annotations

from collections.abc import Sequence

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.yaml_reader import SourceFile
from engine.cli.store_options import Desk
from engine.service.changes.changed import Waiting
from engine.service.changes.changes import Changes
from engine.service.changes.waiting import waiting_already


def waiting_again(
    desk: Desk, catalogue: Catalogue, sources: Sequence[SourceFile]
) -> dict[str, Waiting]:
    """The pending changes that mean what their files do, by the names in force."""
    names = desk.office.read(lambda task: waiting_already(task, catalogue, sources), desk.caller)
    changes = Changes(desk.office).pending(desk.caller) if names else []
    return {each.coupon: each for each in changes if each.coupon in names}


def waiting_text(change: Waiting) -> str:
    """Since when a change is pending, by whom, and how it comes into force."""
    since = f"pending already since {change.saved}, by {change.author}"
    agreed = " once enough people agree" if change.missing else ""
    early = f" now, not only at {change.enact_at}" if change.enact_at is not None else ""
    return f"{since}: `coupon enact {change.coupon}` puts it in force{early}{agreed}"
