"""Clients, their projects and accounts, and the people who look after them."""

from __future__ import annotations

import pytest

from engine.decisions.flaws import RequestError
from engine.service.errors import Conflict, NotFound
from engine.service.people import Person
from tests.inventory.stocking import ACME, ME, OTHER, Depot, depot

__all__ = ["depot"]
ADA = {"name": "Ada", "email": "ada@muster.example"}


def test_a_client_is_made_and_changed(depot: Depot) -> None:
    made = depot.own.clients.put("muster", {"title": "Muster AG", "responsible": ADA}, ME)
    assert (made.client, made.title, made.partner) == ("muster", "Muster AG", None)
    assert made.responsible == Person("Ada", "ada@muster.example")
    changed = depot.own.clients.put("muster", {"email": "office@muster.example"}, ME)
    assert (changed.title, changed.email, changed.responsible) == (
        "muster",
        "office@muster.example",
        None,
    )
    assert depot.own.clients.show("muster", ME) == changed


def test_what_no_client_can_be_is_said(depot: Depot) -> None:
    clients = depot.own.clients
    for name, body in (
        ("a b", {}),
        ("muster", {"email": "nowhere"}),
        ("muster", {"responsible": {"name": "Ada", "email": "x@"}}),
        ("acme-energy:muster", {"partner": "other"}),
    ):
        with pytest.raises(RequestError):
            clients.put(name, body, ME)
    with pytest.raises(NotFound, match="no partner is called `nobody`"):
        clients.put("muster", {"partner": "nobody"}, ME)
    with pytest.raises(NotFound, match="no client is called `muster`"):
        clients.show("muster", ME)


def test_lists_go_on_by_their_cursors(depot: Depot) -> None:
    for name in ("a", "b", "c"):
        depot.client(name)
        depot.own.projects.put("a", name, {"responsible": ADA}, ME)
        depot.own.accounts.put("a", name, ME)
    first = depot.own.clients.list(None, None, 2, ME)
    assert [each.client for each in first.clients] == ["a", "b"]
    rest = depot.own.clients.list(None, first.next, 2, ME)
    assert ([each.client for each in rest.clients], rest.next) == (["c"], None)
    projects = depot.own.projects.list("a", None, 2, ME)
    assert [each.project for each in projects.projects] == ["a", "b"]
    assert len(depot.own.projects.list("a", projects.next, 2, ME).projects) == 1
    accounts = depot.own.accounts.list("a", None, 2, ME)
    assert [each.account for each in accounts.accounts] == ["a", "b"]
    assert len(depot.own.accounts.list("a", accounts.next, 2, ME).accounts) == 1


def test_an_account_belongs_to_one_client(depot: Depot) -> None:
    depot.client("muster", "cus-1")
    depot.client("meier")
    assert depot.own.accounts.put("muster", "cus-1", ME).account == "cus-1"
    with pytest.raises(Conflict, match="`cus-1` belongs to `muster` already"):
        depot.own.accounts.put("meier", "cus-1", ME)
    with pytest.raises(NotFound, match="the client `meier` has no account `cus-1`"):
        depot.own.accounts.take("meier", "cus-1", ME)
    depot.own.accounts.take("muster", "cus-1", ME)
    depot.own.accounts.put("meier", "cus-1", ME)


def test_what_two_partners_call_the_same_are_two_clients(depot: Depot) -> None:
    acme, other = depot.as_(ACME), depot.as_(OTHER)
    assert acme.client("muster", title="Of Acme") == "muster"
    assert other.client("muster", title="Of Other") == "muster"
    assert acme.own.clients.show("muster", ACME).title == "Of Acme"
    assert [each.client for each in other.own.clients.list(None, None, 9, OTHER).clients] == [
        "muster"
    ]
    both = depot.own.clients.list(None, None, 9, ME).clients
    assert [each.client for each in both] == ["acme-energy:muster", "other:muster"]
    with pytest.raises(Conflict, match="several partners have a client `muster`"):
        depot.own.clients.show("muster", ME)
    assert depot.own.clients.show("other:muster", ME).title == "Of Other"


def test_a_partners_client_is_found_by_its_plain_name_where_it_is_the_only_one(
    depot: Depot,
) -> None:
    depot.client("solar", partner="acme-energy")
    assert depot.own.clients.show("solar", ME).client == "acme-energy:solar"
    assert depot.as_(ACME).own.clients.show("solar", ACME).client == "solar"
