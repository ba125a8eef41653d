"""Whoever is to confirm an address is let in by a link that was mailed to it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from engine.decisions.flaws import RequestError
from engine.groups.answers import Admitted, Waiting
from engine.groups.links import BadLink, space_of
from engine.service.caller import Caller
from engine.service.errors import Conflict
from engine.service.mail_budget import MOST, TooManyMails
from engine.store.database import Database
from tests.groups.belonging import ADA, POLICIES, Belonging, belonging, quick, quick_database, xyz
from tests.service.desk import ME, reasons

__all__ = ["quick", "quick_database", "xyz"]


@pytest.fixture(autouse=True)
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that sends mails, whose links lead somewhere."""
    monkeypatch.setenv("COUPON_PUBLIC_URL", "https://coupons.acme.example")
    monkeypatch.setenv("COUPON_SMTP_URL", "smtp://mail.acme.example")


def invite(desk: Belonging, customer: str = "u1", email: str = ADA, **more: str) -> str:
    """Have a link mailed; its token."""
    answer = desk.ask(customer, email=email, confirm="email", **more)
    assert isinstance(answer, Waiting), answer
    return token(desk)


def token(desk: Belonging) -> str:
    """The token of the link that was mailed last."""
    _, _, said = desk.posted()[-1]
    return parse_qs(urlsplit(said["path"]).query)["token"][0]


def test_a_link_is_mailed_and_nobody_is_let_in_yet(quick: Belonging) -> None:
    answer = quick.ask("u1", email=ADA, confirm="email")
    assert answer == Waiting("xyz", "u1", "email", "2026-03-02T12:00:00Z")
    ((kind, to, said),) = quick.posted()
    assert (kind, to) == ("group.confirm", ADA)
    assert said["path"].startswith("/groups/confirm?token=")
    assert (said["title"], said["expires"]) == ("Company XYZ", "2026-03-02T12:00:00Z")
    assert quick.members() == []


def test_the_link_lets_in_who_was_written_to(xyz: Belonging) -> None:
    link = invite(xyz)
    assert xyz.own.confirming.look(link).email == ADA
    answer = xyz.own.confirming.accept(link)
    assert isinstance(answer, Admitted)
    found = xyz.member("u1")
    assert (found.email, found.coupon) == (ADA, "xyz-email-domain")
    again = xyz.own.confirming.accept(link)
    assert isinstance(again, Admitted)
    assert (again.new, again.redemption) == (False, answer.redemption)


def test_looking_at_the_link_changes_nothing(quick: Belonging) -> None:
    quick.own.confirming.look(invite(quick))
    assert quick.members() == []


def test_the_subscription_that_was_named_is_the_one(quick: Belonging) -> None:
    quick.ask("u1", email=ADA, confirm="email", subscription={"id": "s1"})
    answer = quick.own.confirming.accept(token(quick))
    assert isinstance(answer, Admitted)
    assert answer.subscription == "s1"


def test_a_link_ends_after_a_day(quick: Belonging) -> None:
    link = invite(quick)
    quick.at("2026-03-02T11:59:59Z").own.confirming.look(link)
    with pytest.raises(BadLink, match="good for 24 hours"):
        quick.at("2026-03-02T12:00:00Z").own.confirming.accept(link)


def test_an_altered_link_is_none(quick: Belonging) -> None:
    link = invite(quick)
    head, _, body = link.partition(".")
    other = "B" if body[30] == "A" else "A"
    for wrong in (
        "",
        "x",
        head,
        f"{head}.",
        f"{head}.AAAA",
        f"{head}.{body[:30]}{other}{body[31:]}",
    ):
        with pytest.raises(BadLink, match="not one that was sent"):
            quick.own.confirming.look(wrong)


def test_a_link_of_one_space_is_none_in_another(database: Database) -> None:
    one = belonging(database)
    link = invite(one)
    assert space_of(database, link) == "acme"
    assert [space_of(database, wrong) for wrong in ("", "é.x", "AAAA.x", "_w.x", "eHl6.x")] == [
        None
    ] * 5


def test_nothing_can_be_read_in_a_link(quick: Belonging) -> None:
    link = invite(quick)
    assert "ada" not in link
    assert "u1" not in link.partition(".")[0]


def test_no_mail_goes_to_another_domain(quick: Belonging) -> None:
    assert quick.denied("u1", email="ada@elsewhere.example", confirm="email") == [
        "condition_not_met"
    ]
    assert quick.denied("u1", ip="192.0.2.1", confirm="email") == ["fact_missing"]
    assert quick.posted() == []


@pytest.mark.parametrize("address", ["a b@xyz.example", "a@b@xyz.example", "@xyz.example"])
def test_no_mail_goes_to_what_is_no_address(quick: Belonging, address: str) -> None:
    with pytest.raises(RequestError, match="/customer/email: no mail can be sent to"):
        quick.ask("u1", email=address, confirm="email")
    assert quick.posted() == []


def test_an_address_gets_few_mails_in_an_hour(xyz: Belonging) -> None:
    for number in range(MOST):
        invite(xyz, f"u{number}", f"ada+{number}@xyz.example")
    with pytest.raises(TooManyMails) as raised:
        invite(xyz, "u9")
    assert raised.value.seconds == 3600
    invite(xyz, "u9", "bob@xyz.example")
    invite(xyz.at("2026-03-01T13:00:00Z"), "u9")
    assert len(xyz.posted()) == MOST + 2


def test_wrong_codes_do_not_make_mails_forgotten(quick: Belonging) -> None:
    for _ in range(MOST):
        invite(quick)
    late = quick.at("2026-03-01T12:59:59Z")
    with pytest.raises(TooManyMails) as raised:
        invite(late)
    assert raised.value.seconds == 1


def test_who_is_in_the_group_gets_no_mail(quick: Belonging) -> None:
    quick.admitted("u1", email=ADA)
    assert isinstance(quick.ask("u1", email=ADA, confirm="email"), Admitted)
    assert quick.posted() == []


def test_the_same_key_sends_one_mail(quick: Belonging) -> None:
    caller = Caller("tests", key="k1")
    for _ in range(2):
        quick.ask("u1", by=caller, email=ADA, confirm="email")
    assert len(quick.posted()) == 1


def test_a_link_lets_nobody_in_who_has_left_since_it_was_mailed(xyz: Belonging) -> None:
    link = invite(xyz)
    assert isinstance(xyz.own.confirming.accept(link), Admitted)
    xyz.leave("u1")
    with pytest.raises(Conflict, match="has left xyz after this link was mailed"):
        xyz.own.confirming.accept(link)
    assert xyz.members(standing=True) == []
    fresh = invite(xyz)
    assert isinstance(xyz.own.confirming.accept(fresh), Admitted)


@pytest.mark.parametrize("variable", ["COUPON_PUBLIC_URL", "COUPON_SMTP_URL"])
def test_a_link_that_would_lead_nowhere_is_not_mailed(
    quick: Belonging, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv(variable)
    with pytest.raises(Conflict, match="no link can be mailed") as raised:
        quick.ask("u1", email=ADA, confirm="email")
    assert raised.value.advice == "set COUPON_PUBLIC_URL and COUPON_SMTP_URL"
    assert quick.posted() == []


def test_a_way_that_was_closed_meanwhile_refuses_the_link(quick: Belonging) -> None:
    link = invite(quick)
    quick.changes.switch("coupon", "xyz-email-domain", on=False, because="closed", caller=ME)
    assert reasons(quick.own.confirming.accept(link)) == ["coupon_inactive"]


def test_a_network_alone_is_not_enough_for_a_link(quick_database: Database) -> None:
    desk = belonging(quick_database, POLICIES.replace("  - email domain: xyz.example\n", ""))
    assert desk.denied("u1", email=ADA, ip="192.0.2.1", confirm="email") == ["condition_not_met"]
