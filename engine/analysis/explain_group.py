"""A group in plain English: who is billed, what its users get, and how they come in."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analysis.layout import page, section, wrap
from engine.catalogue.groups import Group, Way
from engine.language.terms import listed, text_text

_PAYS = {"invoice": "by invoice", "card": "by card"}


def explain_group(group: Group) -> str:
    """The page of a group."""
    return page(
        (
            _head(group),
            section("Who is billed", _owner(group)),
            section("What its users get", _users(group)),
            section("Ways in", _ways(group)),
        )
    )


def _head(group: Group) -> str:
    title = f"{group.name}: {group.title}" if group.title != group.name else group.name
    where = f"{group.location.file}:{group.location.line}"
    return f"{title}\n\n{wrap(f'A group, written at {where}.')}"


def _owner(group: Group) -> Iterator[str]:
    owner = group.owner
    price = f"{owner.amount}" if owner.amount is not None else "at the plan's own price"
    yield (
        f"The customer {owner.customer}, for the plan {text_text(owner.plan)} of the product "
        f"{text_text(owner.product)}: {price}, {_PAYS[owner.billing]}."
    )


def _users(group: Group) -> Iterator[str]:
    users = group.users
    worth = f" It would cost {users.amount} without the group." if users.amount is not None else ""
    yield (
        f"The plan {text_text(users.plan)} of the product {text_text(users.product)}, all of its "
        f"fees paid by the group.{worth}"
    )


def _ways(group: Group) -> Iterator[str]:
    if not group.ways:
        yield "None: nobody can come in yet."
        return
    yield "Each is a coupon of its own, which `coupon explain` tells more of by its name:"
    for number, way in enumerate(group.ways, start=1):
        mark = f"{number}. "
        place = f"The coupon {way.coupon}, line {way.location.line}."
        yield f"{mark}{_way(way)}.\n{' ' * len(mark)}{place}"
    yield "A customer takes one seat, however often they come in, and frees it when they leave."


def _way(way: Way) -> str:
    """How people come in, and how many can."""
    if way.kind == "code":
        return f"Whoever types the code {way.code}, {_seats(way)}"
    if way.kind == "unique codes":
        if way.seats == 1:
            return "Whoever types the one code, which can be redeemed once"
        return f"Whoever types one of {way.seats} codes, each of which can be redeemed once"
    if way.kind == "list":
        return f"Whoever is on the imported list, {_seats(way)}"
    if way.kind == "email domain":
        return f"Whoever has an email address of {way.domain}, without a code"
    networks = "the network" if len(way.networks) == 1 else "one of the networks"
    return f"Whoever comes from {networks} {listed(way.networks, 'or')}, without a code"


def _seats(way: Way) -> str:
    if way.seats is None:
        return "for as many as come"
    return "for one seat" if way.seats == 1 else f"for {way.seats} seats"
