"""Reading a whole folder into the store: what is new comes into force, the rest waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.deriving import document_of
from engine.catalogue.documents import documents_of
from engine.catalogue.yaml_reader import SourceFile
from engine.service.changes.changed import HeldBack, Pushed
from engine.service.changes.describing import described
from engine.service.changes.enacting import code_conflict
from engine.service.changes.listed import list_codes
from engine.service.changes.logos import keep_logos
from engine.service.changes.rate_rows import take_rates
from engine.service.contexts import Context, context_of, plain
from engine.service.errors import BadPolicies
from engine.service.spaces import read_with
from engine.service.storing import (
    Draft,
    Flags,
    add_coupon,
    bump,
    drop_pending,
    put_pending,
    set_coupon,
    tell_changed,
)
from engine.service.versions import Pending, Version, pending_changes, versions_in_force
from engine.service.work import Work

_DESCRIBED = frozenset({"partner", "group"})
"""The kinds of documents that are told by name, and that no coupon is read with."""


def push(task: Work, catalogue: Catalogue, sources: Sequence[SourceFile]) -> Pushed:
    """Read a folder, which is one whole catalogue without errors."""
    return _Push(task, catalogue, sources).run()


def require_right(catalogue: Catalogue) -> None:
    """Raise `BadPolicies` where a catalogue has errors: it never replaces what is in force."""
    if catalogue.has_errors:
        raise BadPolicies(catalogue.diagnostics, catalogue.files)


@dataclass(slots=True)
class _Said:
    """The names of coupons, by what became of them."""

    new: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)


class _Push:
    """One reading of a folder."""

    def __init__(self, task: Work, catalogue: Catalogue, sources: Sequence[SourceFile]) -> None:
        documents = [document for source in sources for document in documents_of(source)]
        self._task = task
        self._catalogue = catalogue
        written = [each for each in documents if each.kind == "coupon"]
        self._documents = [*written, *map(document_of, catalogue.derived.values())]
        self._context = context_of(documents)
        self._stored = {each.coupon: each for each in versions_in_force(task.tx, task.space)}
        self._pending = pending_changes(task.tx, task.space)
        self._seen: set[str] = set()
        self._said = _Said()

    def run(self) -> Pushed:
        rates = self._catalogue.rates
        figures = take_rates(self._task, rates) if rates is not None else 0
        before = self._task.book.context
        is_read_anew = read_with(self._task, self._context)
        drawn = keep_logos(self._task, self._catalogue)
        for document in self._documents:
            policy = self._catalogue.coupons[document.name]
            self._take(Draft(policy, document, self._context))
        self._archive()
        said = self._said
        if is_read_anew or said.new or said.archived or said.back:
            bump(self._task)
        return Pushed(
            tuple(said.new),
            tuple(said.pending),
            tuple(said.discarded),
            tuple(said.archived),
            tuple(said.back),
            tuple(said.held_back),
            figures,
            before.key != "" and _surroundings(before) != _surroundings(self._context),
            described("partner", before, self._context, drawn),
            described("group", before, self._context),
        )

    def _take(self, draft: Draft) -> None:
        """Take one coupon: it is new, changed, or as it was."""
        stored = self._of(draft)
        if stored is None:
            self._begin(draft)
            return
        self._seen.add(stored.coupon)
        self._claim(stored)
        change = self._pending.get(stored.coupon)
        if draft.meaning != stored.meaning:
            self._change(stored, draft, change)
        elif change is not None and change.filed:
            drop_pending(self._task, change)
            self._said.discarded.append(stored.coupon)

    def _of(self, draft: Draft) -> Version | None:
        """The coupon in the store, which may still have the name that it had before."""
        own = self._stored.get(draft.policy.name)
        if own is not None or draft.policy.was is None:
            return own
        return self._stored.get(draft.policy.was)

    def _begin(self, draft: Draft) -> None:
        """Put a new coupon in force, unless a code of it belongs to another."""
        name = draft.policy.name
        problem = code_conflict(self._task, draft, (name,))
        if problem is not None:
            self._said.held_back.append(HeldBack(name, f"{problem.message}: {problem.advice}"))
            return
        add_coupon(self._task, draft, Flags(active=draft.policy.active, filed=True))
        list_codes(self._task, name, draft.codes)
        self._said.new.append(name)

    def _claim(self, stored: Version) -> None:
        """Note that a coupon has a file, and is back if its file was gone."""
        if not stored.filed:
            set_coupon(self._task, stored.coupon, "filed", to=True)
        if stored.archived:
            set_coupon(self._task, stored.coupon, "archived", to=False)
            self._task.note("back", stored.coupon, {"archived": True}, {"archived": False})
            tell_changed(self._task, stored.coupon, stored.version, stored.author)
            self._said.back.append(stored.coupon)

    def _change(self, stored: Version, draft: Draft, change: Pending | None) -> None:
        """Save a change, unless it waits already."""
        if change is None or change.meaning != draft.meaning:
            put_pending(self._task, stored.coupon, draft, change, filed=True)
            self._said.pending.append(stored.coupon)

    def _archive(self) -> None:
        """Archive the coupons whose files are gone."""
        for name, stored in self._stored.items():
            if stored.filed and not stored.archived and name not in self._seen:
                set_coupon(self._task, name, "archived", to=True)
                self._task.note("archive", name, {"archived": False}, {"archived": True})
                who = self._task.caller.who
                tell_changed(self._task, name, stored.version, who, archived=True)
                self._said.archived.append(name)


def _surroundings(context: Context) -> Counter[str]:
    """What the documents say that coupons are read with."""
    kept = (each for each in context.documents if each.kind not in _DESCRIBED)
    return Counter(msgspec.json.encode(plain(each.node)).decode() for each in kept)
