"""Mails: written in plain words, handed to a real server, and to nobody else than they should."""

from __future__ import annotations

import smtplib
from typing import Any, get_args

import pytest

from engine.calendar import zone
from engine.outbox import mailing
from engine.outbox.attachments import Attachment
from engine.outbox.letters import write
from engine.outbox.mailing import MOST_ATTACHED, read_mailer
from engine.outbox.phrases import Around
from engine.outbox.words import WORDS
from engine.service.notices import Kind
from engine.service.settings import BadSetting
from tests.outbox.post import Post
from tests.outbox.receiving import mailbox

AROUND = Around(
    ("Voltaic AG", "hello@voltaic.example"), zone("Europe/Zurich"), "https://c.example/"
)
DELIVERED: dict[str, Any] = {
    "purchase": "P-2026-00000001",
    "count": 2,
    "currency": "CHF",
    "total": "960.00",
    "expires": "2027-03-01T11:00:00Z",
    "lines": [{"coupon": "pro", "title": "Professional", "count": 2, "unit": "480.00"}],
    "codes": [
        {"code": "9V2K-71MC-PZQ4-0TNE", "coupon": "pro", "expires": None},
        {"code": "7KMQ-2R9T-0VXC-4H3B", "coupon": "pro", "expires": None},
    ],
}


def test_a_mail_is_one_that_programs_know_and_people_read(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        post.announce("P-1", "codes.delivered", DELIVERED, to=("buyer@acme.example",))
        assert post.deliver().delivered == 1
    (mail,) = found.mails
    assert mail["From"] == "Acme <coupons@acme.example>"
    assert mail["To"] == "buyer@acme.example"
    assert mail["Subject"] == "Your 2 codes of purchase P-2026-00000001"
    assert mail["Date"] == "Sun, 01 Mar 2026 12:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_content()
    assert "9V2K-71MC-PZQ4-0TNE  pro" in text
    assert "Total: 960.00 CHF" in text
    assert "1 March 2027, 12:00 Zurich" in text


def test_a_repetition_has_the_id_of_the_first(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        post.announce(to=("ada@acme.example",))
        post.deliver()
        # As if the process had died after the server took the mail.
        post.office.database.write(lambda tx: _forgotten(tx))
        post.deliver()
    first, second = found.mails
    assert first["Message-ID"] == second["Message-ID"]


def _forgotten(tx: Any) -> None:
    from sqlalchemy import text

    from engine.store.statements import Statement

    tx.run(Statement(text("UPDATE outbox SET delivered = NULL, due = created")))


def test_mails_wait_where_no_server_is_set(post: Post) -> None:
    post.announce(to=("ada@acme.example",))
    assert (post.deliver().tries, post.waiting()) == (0, 1)


def test_a_refused_address_harms_no_other(post: Post) -> None:
    def refuse(address: str) -> str | None:
        return "550 no such user" if address.startswith("nobody") else None

    with mailbox(refuse) as found:
        post.mail_port = found.port
        for each in ("nobody@acme.example", "ada@acme.example"):
            post.announce(each, to=(each,))
        done = post.deliver()
    assert (done.delivered, done.put_off) == (1, 1)
    errors = post.rows("SELECT error FROM outbox WHERE due IS NOT NULL")
    assert errors == [("the mail server refused it: 550 no such user",)]
    assert [each["To"] for each in found.mails] == ["ada@acme.example"]


def test_a_mail_that_is_too_large_harms_no_other(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_: smtplib.SMTP, mail: Any) -> dict[str, Any]:
        if "big" in mail["To"]:
            raise smtplib.SMTPSenderRefused(552, b"message size exceeds limit", "x@acme.example")
        return {}

    monkeypatch.setattr(smtplib.SMTP, "send_message", send)
    with mailbox() as found:
        post.mail_port = found.port
        for each in ("big@acme.example", "ada@acme.example"):
            post.announce(each, to=(each,))
        done = post.deliver()
    assert (done.delivered, done.put_off) == (1, 1)
    errors = post.rows("SELECT error FROM outbox WHERE due IS NOT NULL")
    assert errors == [("the mail server refused it: 552 message size exceeds limit",)]


def test_what_brought_a_server_down_does_not_go_first_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_: smtplib.SMTP, mail: Any) -> dict[str, Any]:
        if "bad" in mail["To"]:
            raise smtplib.SMTPServerDisconnected("the server hung up")
        return {}

    monkeypatch.setattr(smtplib.SMTP, "send_message", send)
    with mailbox() as found:
        post.mail_port = found.port
        for each in ("bad@acme.example", "ada@acme.example"):
            post.announce(each, to=(each,))
        assert post.deliver().delivered == 0
        post.later(6)
        assert post.deliver().delivered == 1


def test_a_paper_that_no_mail_can_take_is_said_to_be(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = (Attachment("receipt-P-1.pdf", "application/pdf", bytes(MOST_ATTACHED + 1)),)
    monkeypatch.setattr(mailing, "attached", lambda *_: papers)
    with mailbox() as found:
        post.mail_port = found.port
        post.announce("P-1", "codes.delivered", DELIVERED, to=("buyer@acme.example",))
        assert post.deliver().delivered == 1
    (mail,) = found.mails
    assert not mail.is_multipart()
    assert "receipt-P-1.pdf is too large for a mail" in mail.get_content()


def test_a_server_that_is_away_is_left_alone_for_a_while(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
    for n in range(5):
        post.announce(str(n), to=(f"ada{n}@acme.example",))
    assert (post.deliver().put_off, post.deliver().tries) == (1, 0)
    post.later(6)
    with mailbox() as found:
        post.mail_port = found.port
        assert post.deliver().delivered == 5


@pytest.mark.parametrize("evil", ["Spring\r\nBcc: eve@evil.example", "Spring\n\nfree text\n.\n"])
def test_nothing_that_is_said_becomes_a_header(post: Post, evil: str) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        data = {"group": "xyz", "customer": evil, "coupon": evil, "title": evil, "path": "/x"}
        for kind in ("group.admitted", "group.confirm"):
            post.announce(kind, kind, data, to=("ada@acme.example",))
        assert post.deliver().delivered == 2
    for mail in found.mails:
        assert mail["Bcc"] is None
        assert "\n" not in str(mail["Subject"])


def test_no_mail_goes_to_what_is_no_address(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        post.announce(to=("ada@acme.example\r\nRCPT TO:<eve@evil.example>",))
        assert (post.deliver().put_off, found.mails) == (1, [])


def test_a_partner_signs_what_is_its_business(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        said = {"account": "cus-1", "code": "****-0TNE", "until": "2027-03-01T12:00:00Z"}
        post.announce("sub-1", "code.activated", said, partner="voltaic", to=("a@acme.example",))
        post.deliver()
    text = found.mails[0].get_content().replace("\r\n", "\n")
    assert text.endswith("Voltaic AG\nhello@voltaic.example\n")
    assert "Until: 1 March 2027, 13:00 Zurich" in text


def test_several_mails_go_over_one_connection(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        for n in range(30):
            post.announce("one", data={"coupon": "one", "version": n}, to=("ada@acme.example",))
        assert post.deliver().delivered == 30
    subjects = [f"one is in force in version {n}" for n in range(30)]
    assert found.subjects == subjects


def test_a_partner_itself_reads_from_whoever_runs_the_space(post: Post) -> None:
    with mailbox() as found:
        post.mail_port = found.port
        said = {"within": "14 days", "count": 1, "listed": []}
        to = ("hello@voltaic.example",)
        post.announce("voltaic", "code.expiring", said, partner="voltaic", to=to)
        post.deliver()
    assert found.mails[0].get_content().endswith("\r\nacme\r\n")


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_has_a_letter_that_needs_nothing(kind: str) -> None:
    letter = write(kind, {"coupon": "spring"}, AROUND)
    assert letter.subject
    assert "\n" not in letter.subject
    assert letter.text.endswith("Voltaic AG\nhello@voltaic.example\n")


def test_letters_are_those_of_all_kinds() -> None:
    assert set(WORDS) == set(get_args(Kind))


def test_a_link_begins_where_people_reach_the_service() -> None:
    said = {"title": "XYZ", "path": "/groups/confirm?token=t", "expires": "2026-03-02T12:00:00Z"}
    letter = write("group.confirm", said, AROUND)
    assert "\nhttps://c.example/groups/confirm?token=t\n" in letter.text
    assert "until 2 March 2026, 13:00 Zurich" in letter.text


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, False, "", "")),
        ("smtp://mail.example:25?starttls=1", ("mail.example", 25, False, True, "", "")),
        ("smtp://ada:p%40ss@mail.example", ("mail.example", 587, False, True, "ada", "p@ss")),
        ("smtps://ada:x@mail.example", ("mail.example", 465, True, False, "ada", "x")),
    ],
)
def test_the_server_is_read_from_a_url(url: str, server: tuple[object, ...]) -> None:
    found = read_mailer({"COUPON_SMTP_URL": url, "COUPON_MAIL_FROM": "a@acme.example"})
    assert found is not None
    read = found.server
    assert (
        read.host,
        read.port,
        read.is_tls,
        read.starttls,
        read.user,
        read.password,
    ) == server


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example", "a@acme.example"),
        ("smtp://", "a@acme.example"),
        ("smtp://mail.example:port", "a@acme.example"),
        ("smtp://mail.example/path", "a@acme.example"),
        ("smtp://mail.example", ""),
        ("smtp://mail.example", "nobody"),
    ],
)
def test_a_setting_that_can_not_be_read_is_said(url: str, sender: str) -> None:
    with pytest.raises(BadSetting):
        read_mailer({"COUPON_SMTP_URL": url, "COUPON_MAIL_FROM": sender})


def test_without_a_server_there_is_no_mailer() -> None:
    assert read_mailer({}) is None


def test_a_mail_of_an_approval_says_who_asked_and_how_to_agree() -> None:
    said = {"code": "…0TNE", "account": "cus-1", "asked_by": "ann", "missing": 2}
    letter = write("approval.needed", said, AROUND)
    assert letter.subject == "An activation on cus-1 waits for approval"
    assert "ann asked to activate a pre-paid code on the account cus-1" in letter.text
    assert "2 other people have to agree" in letter.text
    for way in ("approve", "decline"):
        assert f"`coupon inventory {way} CODE`, or POST /v1/inventory/{way}" in letter.text
    assert "--status reserved" in letter.text
    assert "Code: …0TNE" in letter.text


def test_a_mail_tells_moments_without_fractions_of_a_second() -> None:
    for given, told in (
        ("2027-11-22T11:55:19.558116Z", "22 November 2027, 12:55:19 Zurich"),
        ("2027-11-22T11:55:00.558116Z", "22 November 2027, 12:55 Zurich"),
    ):
        letter = write("codes.delivered", {**DELIVERED, "expires": given}, AROUND)
        assert f"expires on {told}:" in letter.text
