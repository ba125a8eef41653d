"""The key of a partner opens its inventory, and nothing else of the space."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.codes.key_ring import new_key
from engine.service.caller import ALL, Scope
from engine.service.errors import Conflict
from tests.web.asking import Web
from tests.web.partnering import (
    NOBODY,
    POLICIES,
    A,
    B,
    Owned,
    Variation,
    asked,
    body_names,
    furnish,
    partner_key,
    text_of,
)
from web.api import SUBJECTS
from web.subjects import Route

ROUTES = [route for subject in SUBJECTS for route in subject.routes if route.scope is not None]
OPEN = [route for route in ROUTES if route.partners]
LATER = {"GET": 0, "POST": 1, "DELETE": 2, "PUT": 3}
ACCOUNTS = "an account is a customer of the space, whoever its clients are"
OWN_NAMES = "a client of this name is made, whatever others call theirs"
EXEMPT = {
    ("put_client_account", "account"): ACCOUNTS,
    ("activate_codes", "account"): ACCOUNTS,
    ("put_client", "client"): OWN_NAMES,
    ("put_project", "project"): OWN_NAMES,
}
"""Where a name of another partner is not to be told from one that nothing has, but free to take."""


@pytest.fixture(scope="module")
def web() -> Web:
    """A space with two partners."""
    web = Web()
    web.push(POLICIES)
    return web


@pytest.fixture(scope="module")
def theirs(web: Web) -> Owned:
    return furnish(web, "a", A, {"core": 2, "pro": 2})


@pytest.fixture(scope="module")
def own(web: Web, theirs: Owned) -> Owned:  # noqa: ARG001 - whoever asks came later
    return furnish(web, "b", B, {"pro": 4})


def test_every_call_is_closed_to_partners_unless_it_says_otherwise(web: Web, own: Owned) -> None:
    closed = [route for route in ROUTES if not route.partners]
    assert len(closed) > 30
    for route in closed:
        path = route.path
        for name in route.variables:
            path = path.replace(f"{{{name}}}", own.names.get(name, "x"))
        said = web.ask(f"{route.method} {path}", b"{}" if route.body else None, own.key)
        assert (said.status, said.problem) == (403, "operators-call"), route.path
        assert said.body["detail"] == "this call is not open to the key of a partner"


def test_nothing_of_another_partner_is_in_any_answer(web: Web, theirs: Owned, own: Owned) -> None:
    before = web.ask(f"GET /v1/inventory/export?partner={A}").body
    for route in sorted(OPEN, key=lambda each: LATER[each.method]):
        for names in _own_variations(route, own):
            said = web.ask(names.call, names.body, own.key)
            assert said.status < 500, (route.path, said.body)
            assert not _found(text_of(said), theirs), (route.path, names.call)
    assert web.ask(f"GET /v1/inventory/export?partner={A}").body == before


def test_what_is_anothers_is_not_told_from_what_nobody_has(
    web: Web, theirs: Owned, own: Owned
) -> None:
    before = web.ask(f"GET /v1/inventory/export?partner={A}").body
    compared = 0
    for route in sorted(OPEN, key=lambda each: LATER[each.method]):
        for name, (foreign, unknown) in _foreign_variations(route, theirs, own):
            first = web.ask(foreign.call, foreign.body, own.key)
            second = web.ask(unknown.call, unknown.body, own.key)
            said = [
                text_of(each).replace(asked_for.names.get(name, "?"), "…")
                for each, asked_for in ((first, foreign), (second, unknown))
            ]
            known = {**theirs.names, "subscription": theirs.subscription}[name]
            rest = [each for each in _found(said[0], theirs) if each != known]
            assert not rest, (foreign.call, rest)
            if (route.name, name) not in EXEMPT:
                assert (first.status, said[0]) == (second.status, said[1]), foreign.call
                compared += 1
    assert compared > 40
    assert web.ask(f"GET /v1/inventory/export?partner={A}").body == before


def test_the_cursor_of_another_partners_list_leads_nowhere_else(
    web: Web, theirs: Owned, own: Owned
) -> None:
    for path in ("/v1/inventory/codes", "/v1/clients", "/v1/inventory/purchases"):
        more = asked(web, theirs, f"GET {path}?limit=1").body["next"]
        if more is not None:
            said = web.ask(f"GET {path}?cursor={more}", None, own.key)
            assert not _found(text_of(said), theirs), path


def test_the_history_of_ones_own_codes_is_whole(web: Web, own: Owned) -> None:
    found = asked(web, own, f"GET /v1/inventory/codes/{own.codes[0]}").body
    assert [each["what"] for each in found["history"]][:4] == [
        "issued",
        "assigned",
        "noted",
        "redeemed",
    ]
    assert found["history"][1]["after"]["client"] == "solar-b"


def test_validating_tells_a_partner_of_its_own_codes_only() -> None:
    """Also where a right seal would prove to others that a code is genuine."""
    web = Web()
    web.push(POLICIES)
    theirs = furnish(web, "a", A, {"pro": 3})
    for scopes in ((Scope.INVENTORY,), (Scope.INVENTORY, Scope.REASONS)):
        key = partner_key(web, B, *scopes)
        body = {"codes": [*theirs.codes, "7KMQ-2R9T-0VXC"]}
        answers = web.ask("POST /v1/validate", body, key).body["codes"]
        for text, answer in zip(body["codes"], answers, strict=True):
            assert {**answer, "code": text} == {**answers[-1], "code": text}
            assert (answer["valid"], answer["reason"]) == (False, "refused")
    (used, *_) = web.ask("POST /v1/validate", {"codes": theirs.codes}, theirs.key).body["codes"]
    assert (used["valid"], used["status"]) == (False, "activated")
    assert used["grants"]["plan"] == "professional"


def test_an_idempotency_key_is_each_partners_own(web: Web, theirs: Owned, own: Owned) -> None:
    body = {"codes": [theirs.codes[1]], "text": "again"}
    first = web.ask("POST /v1/inventory/note", body, theirs.key, repeat="k-1")
    second = web.ask("POST /v1/inventory/note", body, own.key, repeat="k-1")
    assert first.body["lines"][0]["outcome"] == "done"
    assert second.body["lines"][0]["outcome"] == "refused"
    third = web.ask("POST /v1/inventory/note", {"codes": ["x"], "text": "y"}, own.key, repeat="k-2")
    assert third.status == 200


def test_a_partners_key_has_no_scope_of_the_space(web: Web) -> None:
    with pytest.raises(Conflict, match="a partner's key can't have the scope"):
        partner_key(web, A, *ALL)
    only = partner_key(web, A, Scope.REASONS)
    assert web.ask("GET /v1/inventory", None, only).status == 403


def test_a_partner_sees_itself_and_its_prices(web: Web, own: Owned) -> None:
    said = asked(web, own, "GET /v1/partner").body
    assert (said["partner"], said["title"], said["clients"] >= 1) == (B, "Other Heat", True)
    assert said["prices"]["listed"] == {"pro": "510.00 EUR"}
    assert web.ask("GET /v1/partner").problem == "not-found"
    listed = web.ask("GET /v1/partners").body["partners"]
    assert [each["partner"] for each in listed] == [A, B]
    assert web.ask(f"GET /v1/partners/{A}").body["prices"]["volume"] == [{"codes": 10, "off": "5%"}]


def test_keys_of_sealed_codes_tell_partners_nothing_more() -> None:
    from web.services import Options

    web = Web(Options(refusal_step=0, seal_keys=new_key("first")))
    sealed = POLICIES.replace("valid: 12 months\n", "valid: 12 months\nformat: voucher\n")
    web.push(
        'format: voucher\ntemplate: "{body:sealed(16, check)/4}"\nalphabet: crockford32\n'
        "fields: {spec: 12, issued: month(8), serial: 20}\nseal: 35\n---\n" + sealed
    )
    theirs = furnish(web, "a", A, {"pro": 3})
    key = partner_key(web, B, Scope.INVENTORY, Scope.REASONS)
    body = {"codes": [theirs.codes[2], "0000-0000-0000-0000"]}
    found = web.ask("POST /v1/validate", body, key).body["codes"]
    assert found[0] == {**found[1], "code": theirs.codes[2]}


# --- what is asked ------------------------------------------------------------------------------


def _names(route: Route) -> set[str]:
    body = set() if route.body is None else body_names(route.body.example)
    return {*route.variables, *(each.name for each in route.query), *body}


def _own_variations(route: Route, own: Owned) -> Iterator[Variation]:
    """A call about what the partner has itself: plain, and with each filter."""
    names = {**own.names, "name": "clients"}
    unknown = set(route.variables) - set(names)
    assert not unknown, f"say in `Owned.names` what {unknown} of {route.path} stand for"
    yield Variation(route, "", names, {})
    for each in route.query:
        if each.name in own.names:
            yield Variation(route, each.name, names, {each.name: own.names[each.name]})


def _foreign_variations(
    route: Route, theirs: Owned, own: Owned
) -> Iterator[tuple[str, tuple[Variation, Variation]]]:
    """Calls in which one name is another partner's, each beside the same with nothing's name."""
    nothing = {
        "code": "7KMQ-2R9T-0VXC",
        "codes": "7KMQ-2R9T-0VXC",
        "client": "solar-x",
        "project": "roof-x",
        "account": "cus-x",
        "customer": "cus-x",
        "purchase": "P-2026-99999999",
        "partner": NOBODY,
        "batch": "0" * len(theirs.batch),
        "reference": "REF-x-1",
        "q": "NOTE-x",
        "webhook": "0" * len(theirs.webhook),
    }
    assert set(nothing) == set(own.names)
    base = {**own.names, "name": "clients"}
    queried = {each.name for each in route.query}
    for name in sorted(_names(route) & set(nothing)):
        made = []
        for value in (theirs.names[name], nothing[name]):
            query = {name: value} if name in queried else {}
            made.append(Variation(route, name, {**base, name: value}, query))
        yield name, (made[0], made[1])
    if route.name == "activate_codes":
        yield "subscription", _activations_of(route, base, own, theirs.subscription)


def _activations_of(
    route: Route, base: dict[str, str], own: Owned, subscription: str
) -> tuple[Variation, Variation]:
    """Activations of a code that is free yet, whose facts name a subscription."""
    first, second = (
        Variation(
            route,
            "subscription",
            {**base, "code": own.codes[2], "codes": own.codes[2], "subscription": each},
            {},
            {"facts": {"subscription": {"id": each}}},
        )
        for each in (subscription, "sub-x")
    )
    return first, second


def _found(text: str, theirs: Owned) -> list[str]:
    """What a text has of another partner."""
    return [each for each in theirs.secrets if each and each in text]
