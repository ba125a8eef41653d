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

MOST, MOST_TESTS = 3, 20
LENGTH = 3600 * SECOND
"""So many mails go to one address in so long, and so many tests a partner, or the space, sends."""
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
    """As many mails were sent as may be for now; more may be after some seconds."""

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(
            f"{why} within an hour",
            f"look for them, also among the junk, or ask again in {seconds} seconds",
        )
        self.seconds = seconds


def spend_mail(work: Work, address: str) -> None:
    """Count a mail to an address. Raises `TooManyMails` where it is one too many."""
    who = f"mail {blake2b(address.encode(), digest_size=16).hexdigest()}"
    _spend(work, who, MOST, f"{MOST} mails went to this address")


def spend_test(work: Work, partner: str | None) -> None:
    """Count a mail that somebody asks for as a test. Raises `TooManyMails`."""
    who = "mail tests" if partner is None else f"mail tests of {partner}"
    _spend(work, who, MOST_TESTS, f"{MOST_TESTS} tests were mailed")


def _spend(work: Work, who: str, most: int, why: str) -> None:
    # What is counted of guesses is forgotten some time after its window: this one ends the hour.
    end = work.now - work.now % LENGTH + LENGTH
    forget_guesses(work.tx, work.space, work.now - LENGTH)
    if work.tx.row(_SPEND, space=work.space, who=who, window=end, most=most) is None:
        raise TooManyMails(why, max(1, -(-(end - work.now) // SECOND)))
