"""Pending changes that say what the files say: reading the files saves nothing new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.deriving import document_of
from engine.catalogue.documents import documents_of
from engine.catalogue.yaml_reader import SourceFile
from engine.service.contexts import context_of
from engine.service.storing import Draft
from engine.service.versions import pending_changes
from engine.service.work import Work


def waiting_already(
    task: Work, catalogue: Catalogue, sources: Sequence[SourceFile]
) -> frozenset[str]:
    """The names in force of coupons whose pending change means what their file does."""
    changes = pending_changes(task.tx, task.space)
    drafts = _drafts(catalogue, sources) if changes else ()
    found = ((_name_in_force(task, draft), draft) for draft in drafts)
    return frozenset(
        name for name, draft in found if name in changes and changes[name].meaning == draft.meaning
    )


def _drafts(catalogue: Catalogue, sources: Sequence[SourceFile]) -> Iterator[Draft]:
    documents = [document for source in sources for document in documents_of(source)]
    context = context_of(documents)
    written = (each for each in documents if each.kind == "coupon")
    for document in (*written, *map(document_of, catalogue.derived.values())):
        yield Draft(catalogue.coupons[document.name], document, context)


def _name_in_force(task: Work, draft: Draft) -> str | None:
    """What the store calls a coupon, which may still be what it was called before."""
    name = draft.policy.name
    return name if name in task.book.coupons else draft.policy.was
