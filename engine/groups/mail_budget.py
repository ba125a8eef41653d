"""How many mails an address gets: the service is no way to write to people again and again."""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import bindparam

from engine.calendar import SECOND
from engine.service.errors import ServiceError
from engine.service.guessing import forget_guesses
from engine.service.work import Work
from engine.store.statements import Statement, binds
from engine.store.tables import GUESSES

MOST = 3
LENGTH = 3600 * SECOND
"""So many mails go to one address in so long."""
_KEY = ["space", "who", "window"]
_SPEND = Statement(
    lambda insert: (
        insert(GUESSES)
        .values(**binds(*_KEY), points=1)
        .on_conflict_do_update(
            index_elements=_KEY,
            set_={"points": GUESSES.c.points + 1},
            where=GUESSES.c.points < bindparam("most"),
        )
        .returning(GUESSES.c.points)
    )
)


class TooManyMails(ServiceError):
    """An address got as many mails as it may for now; it may get more after some seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"{MOST} mails went to this address within an hour",
            f"look for them, also among the junk, or ask again in {seconds} seconds",
        )
        self.seconds = seconds


def spend_mail(work: Work, address: str) -> None:
    """Count a mail to an address. Raises `TooManyMails` where it is one too many."""
    # What is counted of guesses is forgotten some time after its window: this one ends the hour.
    end = work.now - work.now % LENGTH + LENGTH
    forget_guesses(work.tx, work.space, work.now - LENGTH)
    who = f"mail {blake2b(address.encode(), digest_size=16).hexdigest()}"
    if work.tx.row(_SPEND, space=work.space, who=who, window=end, most=MOST) is None:
        raise TooManyMails(max(1, -(-(end - work.now) // SECOND)))
