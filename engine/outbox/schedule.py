"""What is told because its time has come, each day's in a transaction of its own."""

from __future__ import annotations

from engine.outbox.expiring import announce_expiring
from engine.outbox.renewals import announce_renewals
from engine.outbox.reviews import announce_reviews
from engine.service.caller import Caller
from engine.service.office import Office

CLOCK = Caller("clock")
_ALL = (announce_expiring, announce_renewals, announce_reviews)


def announce_due(office: Office) -> None:
    """Announce what is due in a space, and was not announced before."""
    for announce in _ALL:
        while office.write(announce, CLOCK):
            continue
