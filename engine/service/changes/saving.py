"""Saving one document, through a page or the API: checked as a file is."""

from __future__ import annotations

from engine.catalogue.documents import Document, documents_of
from engine.catalogue.loader import assemble
from engine.catalogue.yaml_reader import SourceFile, read
from engine.decisions.flaws import Flaw, RequestError
from engine.service.changes.changed import Saved
from engine.service.changes.enacting import code_conflict, the_coupon
from engine.service.changes.listed import list_codes
from engine.service.contexts import find_context, keep_context
from engine.service.errors import BadPolicies, NotFound
from engine.service.storing import Draft, Flags, add_coupon, bump, drop_pending, put_pending
from engine.service.versions import pending_change, version_in_force, versions_of
from engine.service.work import Work

_ONE = "one document that begins with `coupon: NAME` is expected"


def save(task: Work, coupon: str, text: str, file: str) -> Saved:
    """Save a document as the pending change of a coupon; a new one comes into force at once.

    Raises `BadPolicies` for what is wrong in it, `RequestError` where it is not this coupon's, and
    `Conflict` where a code of a new coupon belongs to another.
    """
    draft = _checked(task, coupon, text, file)
    if version_in_force(task.tx, task.space, coupon) is None:
        return _begin(task, draft)
    return _put(task, coupon, draft)


def restore(task: Work, coupon: str, number: int) -> Saved:
    """Save an older version as a pending change, with what it was read with."""
    the_coupon(task, coupon)
    versions = {each.version: each for each in versions_of(task.tx, task.space, coupon)}
    if number not in versions:
        raise NotFound(
            f"`{coupon}` has no version {number}", f"its versions are 1 to {len(versions)}"
        )
    version = versions[number]
    context = find_context(task.tx, task.space, version.context)
    policy = context.read(version.document, coupon)
    return _put(task, coupon, Draft(policy, version.document, context))


def _put(task: Work, coupon: str, draft: Draft) -> Saved:
    """Save a change; the last saved wins, also where it is what is in force already."""
    now = the_coupon(task, coupon)
    change = pending_change(task.tx, task.space, coupon)
    if draft.meaning != now.meaning:
        if change is None or change.meaning != draft.meaning:
            put_pending(task, coupon, draft, change, filed=False)
        return Saved(coupon, "pending", now.version)
    if change is not None:
        drop_pending(task, change)
    return Saved(coupon, "unchanged", now.version)


def _begin(task: Work, draft: Draft) -> Saved:
    problem = code_conflict(task, draft, (draft.policy.name,))
    if problem is not None:
        raise problem
    keep_context(task.tx, task.space, draft.context)
    add_coupon(task, draft, Flags(active=draft.policy.active, filed=False))
    list_codes(task, draft.policy.name, draft.codes)
    bump(task)
    return Saved(draft.policy.name, "in force", 1)


def _checked(task: Work, coupon: str, text: str, file: str) -> Draft:
    """The coupon of a document, without errors in what surrounds it."""
    source = read(file, text.encode())
    document = _document(source)
    context = task.book.context
    around = [each.source for each in context.documents]
    others = frozenset(task.book.coupons) - {coupon}
    catalogue = assemble([*around, source], others)
    if catalogue.has_errors:
        raise BadPolicies(catalogue.diagnostics, catalogue.files)
    policy = catalogue.coupons[document.name]
    if policy.name != coupon and policy.was != coupon:
        message = f"the document is of `{policy.name}`: to rename `{coupon}` add `was: {coupon}`"
        raise RequestError(Flaw("/document", message))
    return Draft(policy, document, context)


def _document(source: SourceFile) -> Document:
    errors = [each for each in source.diagnostics if each.is_error]
    if errors:
        raise BadPolicies(source.diagnostics, {source.name: source.text})
    documents = documents_of(source)
    if len(documents) != 1 or documents[0].kind != "coupon":
        raise RequestError(Flaw("/document", _ONE))
    return documents[0]
