"""What the use cases of groups answer, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.groups.answers import (
    Admitted,
    Billed,
    GroupCodes,
    GroupView,
    ImportedUser,
    MemberView,
    Waiting,
    WayView,
)


def groups_text(groups: Sequence[GroupView]) -> str:
    """A line for each group."""
    lines = [f"{each.group}: {each.title}, {_members(each.members)}" for each in groups]
    return "\n".join(lines) or "no group is described"


def group_text(group: GroupView) -> str:
    """A group with its ways in."""
    return "\n".join(_group(group))


def _group(group: GroupView) -> Iterator[str]:
    owner, users = group.owner, group.users
    yield f"{group.group}: {group.title}, {_members(group.members)}"
    billed = f"{owner.amount} {owner.currency}" if owner.amount is not None else "no amount"
    yield f"  owner {owner.customer}: {owner.product}, {owner.plan}, {billed} by {owner.billing}"
    worth = f", instead of {users.amount} {users.currency}" if users.amount is not None else ""
    yield f"  users: {users.product}, {users.plan}{worth}"
    yield from (f"  {_way(each)}" for each in group.ways)


def _way(way: WayView) -> str:
    how = way.code or way.domain or ", ".join(way.networks)
    state = "" if way.active else ", can't be redeemed now"
    seats = f"{way.taken} in"
    if way.seats is not None:
        seats = f"{way.taken} of {way.seats} taken, {way.left} left"
    return f"{way.coupon}: {way.kind}{f' {how}' if how else ''}, {seats}{state}"


def _members(count: int) -> str:
    return f"{count} member{'s' * (count != 1)}"


def members_text(members: Sequence[MemberView]) -> str:
    """A line for each member."""
    return "\n".join(map(_member, members)) or "no member is listed"


def _member(each: MemberView) -> str:
    email = f" <{each.email}>" if each.email is not None else ""
    state = f"since {each.joined}" if each.left is None else f"left {each.left}"
    return f"{each.customer}{email}: {each.subscription}, by {each.coupon}, {state}"


def admitted_text(answer: Admitted | Waiting) -> str:
    """Who is in a group, or will be."""
    if isinstance(answer, Waiting):
        return f"a link was mailed to {answer.customer}, good until {answer.until}"
    word = "is in" if answer.new else "was in"
    where = f"on `{answer.subscription}`, by {answer.coupon}"
    return f"{answer.customer} {word} {answer.group} {where}: {answer.redemption}"


def import_text(answers: Sequence[ImportedUser]) -> str:
    """Each line that says something, and how many there were of each kind."""
    told = [each for each in answers if each.message is not None]
    counts = Counter(each.outcome for each in answers)
    whole = ", ".join(f"{counts[name]} {name}" for name in ("imported", "unchanged", "refused"))
    return "\n".join(
        [*(f"line {each.line}, {each.outcome}: {each.message}" for each in told), whole]
    )


def codes_text(answer: GroupCodes) -> str:
    """The codes that were issued now, and how many there are."""
    lines = [code for each in answer.batches for code in each.codes]
    lines += [f"{each.batch}: {each.issued} of {each.wanted} issued" for each in answer.batches]
    return "\n".join(lines)


def billed_text(answer: Billed) -> str:
    """What the owner was charged."""
    charge = answer.charge
    what = f"{charge.id}: {charge.net} {charge.currency} on {answer.subscription}"
    if answer.invoice is None:
        return f"{what}, to be taken by card"
    return f"{what}, invoice {answer.invoice.number}"
