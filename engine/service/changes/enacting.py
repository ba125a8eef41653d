"""Putting a pending change in force: now, or when its time has come."""

from __future__ import annotations

from engine.calendar import format_instant
from engine.catalogue.catalogue import Coupon
from engine.decisions.coupon import ReadyCoupon, ready
from engine.service.changes.changed import Enacted
from engine.service.changes.listed import list_codes, taken
from engine.service.contexts import Context, Unreadable, find_context
from engine.service.errors import Conflict
from engine.service.storing import (
    Draft,
    add_version,
    bump,
    end_pending,
    rename,
    set_coupon,
    set_pending,
    tell_changed,
)
from engine.service.unknown import unknown
from engine.service.usage.recount import recount
from engine.service.versions import (
    Pending,
    Version,
    pending_change,
    pending_changes,
    version_in_force,
)
from engine.service.work import Work


def the_pending(task: Work, coupon: str) -> Pending:
    """The pending change of a coupon. Raises `NotFound`, or `Conflict` where it has none."""
    change = pending_change(task.tx, task.space, coupon)
    if change is not None:
        return change
    the_coupon(task, coupon)
    raise Conflict(f"`{coupon}` has no pending change", "save one first, or push its file")


def the_coupon(task: Work, coupon: str) -> Version:
    """The version in force of a coupon. Raises `NotFound`."""
    found = version_in_force(task.tx, task.space, coupon)
    if found is None:
        listed = "`coupon plan` and the pages list them"
        raise unknown("coupon", coupon, task.book.coupons, listed)
    return found


def compiled(policy: Coupon, context: Context) -> ReadyCoupon:
    """A coupon as its limits are counted, under the vocabulary that it was read with."""
    return ready(policy, context.vocabulary.slots)


def agreed(change: Pending, who: str | None = None) -> tuple[str, ...]:
    """The people who agreed to a change, with one more; its author's word doesn't count."""
    people = [*change.approvals, *([who] if who is not None else [])]
    return tuple(each for each in dict.fromkeys(people) if each != change.author)


def missing(task: Work, change: Pending, who: str | None = None) -> int:
    """How many more people must agree to a change."""
    return max(task.book.space.approvals - len(agreed(change, who)), 0)


def require_agreement(task: Work, change: Pending, who: str | None) -> None:
    """Raise `Conflict` where too few people have agreed to a change."""
    lacking = missing(task, change, who)
    if lacking:
        people = "person" if lacking == 1 else "people"
        raise Conflict(
            f"the change of `{change.coupon}` by `{change.author}` needs the agreement of "
            f"{lacking} other {people}",
            f"ask them for `coupon approve {change.coupon}`",
        )


def obstacle(task: Work, change: Pending, draft: Draft) -> Conflict | None:
    """What in the store stands in the way of a change."""
    is_renamed = change.name != change.coupon
    if is_renamed and version_in_force(task.tx, task.space, change.name) is not None:
        message = f"`{change.coupon}` can't be renamed: there is a coupon `{change.name}`"
        return Conflict(message, "choose another name")
    return code_conflict(task, draft, (change.coupon, change.name))


def code_conflict(task: Work, draft: Draft, owners: tuple[str, ...]) -> Conflict | None:
    """The first code of a coupon that belongs to another one."""
    found = taken(task.tx, task.space, draft.codes, owners)
    if found is None:
        return None
    code, owner = found
    archived = version_in_force(task.tx, task.space, owner)
    if archived is not None and archived.archived:
        advice = "it is archived: choose another code, or rename that coupon with `was`"
    else:
        advice = f"take it out of `{owner}` and enact that first, or choose another code"
    return Conflict(f"the code `{code}` belongs to the coupon `{owner}`", advice)


def enact(task: Work, change: Pending) -> Enacted:
    """Make a pending change the version in force. Raises `Conflict` before it writes anything."""
    now = the_coupon(task, change.coupon)
    context = find_context(task.tx, task.space, change.context)
    draft = Draft(context.read(change.document, change.name), change.document, context)
    problem = obstacle(task, change, draft)
    if problem is not None:
        raise problem
    number = now.version + 1
    if change.name != change.coupon:
        rename(task, change.coupon, change.name)
    add_version(task, draft, number, change.author)
    set_coupon(task, change.name, "version", number)
    list_codes(task, change.name, draft.codes)
    end_pending(task, change.coupon)
    bump(task)
    lacking = recount(task.tx, task.space, compiled(draft.policy, context))
    task.note("enact", change.name, _said(now), _said(now, change, number))
    tell_changed(task, change.name, number, change.author)
    return Enacted(change.name, number, uncounted=lacking)


def _said(now: Version, change: Pending | None = None, number: int = 0) -> object:
    """A version for the journal."""
    if change is None:
        return {"coupon": now.coupon, "version": now.version, "document": now.document.text}
    return {"coupon": change.name, "version": number, "document": change.document.text}


def schedule(task: Work, change: Pending, at: int, who: str) -> Enacted:
    """Have a pending change come into force at a set time."""
    set_pending(task, change.coupon, at, agreed(change, who))
    # A book says when it changes by itself, so that every process must learn of it.
    bump(task)
    before = None if change.enact_at is None else format_instant(change.enact_at)
    task.note("schedule", change.coupon, before, format_instant(at))
    return Enacted(change.coupon, the_coupon(task, change.coupon).version + 1, format_instant(at))


def enact_due(task: Work) -> None:
    """Put in force what was to be enacted by now; what can't be waits to be enacted by hand."""
    changes = pending_changes(task.tx, task.space).values()
    due = [each for each in changes if each.enact_at is not None and each.enact_at <= task.now]
    for change in sorted(due, key=lambda each: (each.enact_at or 0, each.coupon)):
        try:
            require_agreement(task, change, None)
            enact(task, change)
        except (Conflict, Unreadable) as error:
            set_pending(task, change.coupon, None, change.approvals)
            bump(task)
            task.note("not enacted", change.coupon, after={"because": error.message})
