"""Activations that other people must agree to, where the space asks for that."""

from __future__ import annotations

from engine.service.answers import Refusal
from engine.service.caller import Caller, Scope
from tests.inventory.stocking import Depot, careful, depot

__all__ = ["careful", "depot"]
BOB, EVE = Caller("bob"), Caller("eve")


def test_a_code_waits_until_another_person_agrees(careful: Depot) -> None:
    code = careful.code()
    line = careful.one("activate", code, account="cus-1")
    assert (line.outcome, line.missing) == ("waiting", 1)
    assert line.message == "another person must agree to its activation"
    shown = careful.show(code).code
    assert shown.status == "reserved"
    assert shown.waiting is not None
    assert (shown.waiting.account, shown.waiting.who, shown.waiting.missing) == ("cus-1", "ann", 1)
    assert careful.refused("approve", code) == "`ann` asked for it"
    done = careful.as_(BOB).done("approve", code)
    assert done.subscription is not None
    assert careful.show(code).code.waiting is None
    assert careful.status(code) == "activated"
    assert careful.happened(code) == ["issued", "asked for activation", "redeemed", "approved"]


def test_a_code_that_waits_is_left_alone_until_it_is_declined(careful: Depot) -> None:
    careful.client("muster")
    code = careful.code()
    careful.one("activate", code, account="cus-1")
    assert careful.one("activate", code, account="cus-1").outcome == "waiting"
    assert careful.refused("activate", code, account="cus-2") == (
        f"`{code}` waits for approval to be activated on `cus-1`"
    )
    for action, more in (
        ("assign", {"client": "muster"}),
        ("cancel", {"because": "why"}),
        ("extend", {"by": "1 month", "because": "why"}),
        ("exchange", {"to": "core", "because": "why"}),
    ):
        assert "waits for approval" in careful.refused(action, code, **more)
    careful.as_(BOB).done("decline", code, because="another site first")
    assert careful.status(code) == "unused"
    assert careful.refused("approve", code) == f"`{code}` waits for nobody's approval"


def test_nothing_waits_that_could_not_be_activated(careful: Depot) -> None:
    code = careful.code("business")
    line = careful.one("activate", code, account="cus-1")
    assert [each.reason for each in line.reasons] == ["fact_missing"]
    assert careful.show(code).code.waiting is None


def test_what_changed_meanwhile_is_said_to_who_agrees(careful: Depot) -> None:
    code = careful.code()
    careful.one("activate", code, account="cus-1")
    careful.at("2027-08-01T12:00:00Z")
    line = careful.as_(BOB).one("approve", code)
    assert [each.reason for each in line.reasons] == ["code_expired"]
    assert careful.show(code).code.waiting is not None


def test_each_person_counts_once_where_several_must_agree(careful: Depot) -> None:
    from tests.inventory.stocking import POLICIES, SPACE

    careful.desk.push(SPACE + "approvals: {activations: 2}\n" + POLICIES)
    code = careful.code()
    assert careful.one("activate", code, account="cus-1").missing == 2
    assert careful.as_(BOB).one("approve", code).missing == 1
    assert careful.as_(BOB).one("approve", code).missing == 1
    careful.as_(EVE).done("approve", code)


def test_a_code_that_waits_says_so_where_it_is_redeemed_directly(careful: Depot) -> None:
    code = careful.code()
    careful.one("activate", code, account="cus-1")
    said = "this code waits for approval{} already"
    for account, scopes, where in (
        ("cus-1", frozenset[Scope](), " to be activated on `cus-1`"),
        ("cus-2", frozenset[Scope](), ""),
        ("cus-2", frozenset({Scope.REASONS}), " to be activated on `cus-1`"),
    ):
        body = {"code": code, "customer": {"id": account}}
        answer = careful.desk.redemptions.redeem(body, Caller("shop", scopes=scopes))
        assert isinstance(answer, Refusal)
        assert [each.message for each in answer.reasons] == [said.format(where)]


def test_a_direct_redemption_is_refused_too(careful: Depot) -> None:
    body = {"code": careful.code(), "customer": {"id": "cus-1"}}
    answer = careful.desk.redemptions.redeem(body, careful.caller)
    assert [each.reason for each in answer.reasons] == ["approval_needed"]  # type: ignore[union-attr]
