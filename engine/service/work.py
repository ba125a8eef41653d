"""One use case at work: its transaction, what is in force, who asks, and what it leaves behind."""

from __future__ import annotations

import msgspec

from engine.calendar import Instant
from engine.codes.key_ring import KeyRing
from engine.decisions.spellings import Spellings, SpellingsOnce
from engine.service.book import Book, revision
from engine.service.caller import Caller
from engine.service.known import Known
from engine.service.notices import Kind, Notice
from engine.store import journal
from engine.store.database import Contended, Transaction
from engine.store.journal import Entry


class Work(msgspec.Struct, eq=False):
    """A transaction of one space. `now` is when it is recorded; `book` is what is in force.

    `known` is what was found out of the state that it sees, under that book. `ring` has the keys of
    sealed codes, and `spellings` read each text once.
    """

    tx: Transaction
    space: str
    book: Book
    known: Known
    now: Instant
    caller: Caller
    ring: KeyRing
    entries: list[Entry] = []
    notices: list[Notice] = []
    sealed: bool = False
    _spellings: Spellings | None = None

    @property
    def spellings(self) -> Spellings:
        """What reads codes; most requests bring one as it is written, and ask nothing of it."""
        if self._spellings is None:
            self._spellings = SpellingsOnce(self.book.spellings)
        return self._spellings

    def seal(self) -> None:
        """Keep what is in force and what limits count as they are until the commit.

        From here on no other transaction of the space is ahead of this one. Raises `Contended`
        where what is in force has changed since this one began.
        """
        if self.sealed or self.tx.is_alone:
            return
        journal.hold(self.tx, self.space)
        if revision(self.tx, self.space) != self.book.revision:
            raise Contended
        self.sealed = True

    def note(
        self,
        what: str,
        subject: str,
        before: object = None,
        after: object = None,
        customer: str | None = None,
    ) -> None:
        """Note a change for the journal, where it is written when the work is done."""
        entry = Entry(self.caller.who, what, subject, before, after, customer)
        self.entries.append(entry)

    def announce(self, notice: Notice) -> None:
        """Tell others of something, once the work is committed: it goes to the outbox with it."""
        self.notices.append(notice)

    def is_heard(self, kind: Kind, partner: str | None = None) -> bool:
        """Whether a webhook wants to hear of this kind, where it is a partner's business or not.

        A notice that nobody hears of, and that writes to nobody, need not be made.
        """
        return any(each.hears(kind, partner) for each in self.book.listeners)
