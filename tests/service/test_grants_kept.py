"""What is kept of grants: told, imported, checked and erased."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, delete, null, select, update

from engine.service.billing.import_lines import COLUMNS, read_lines, write_lines
from engine.service.billing.imports import ImportedLine, Imports
from engine.service.codes.masking import masked
from engine.service.keeping import upkeep
from engine.service.storing import bump
from engine.service.usage.recount import recount
from engine.service.work import Work
from engine.store.statements import Statement, insertion
from engine.store.tables import (
    ACCOUNTS,
    ACTIVATIONS,
    GRANTS,
    JOURNAL,
    OUTBOX,
    PURCHASES,
    REDEMPTIONS,
    WEBHOOKS,
)
from tests.service.desk import ME
from tests.service.granting import Vault, vault

__all__ = ["vault"]

_HOOK, _BUY, _WAIT = insertion(WEBHOOKS), insertion(PURCHASES), insertion(ACTIVATIONS)


def listen(vault: Vault, *kinds: str, partner: str | None = None) -> None:
    """Have a webhook hear of some kinds."""
    row = {"events": json.dumps(kinds), "secret": "[]", "partner": partner, "created": 0}
    vault.run(_HOOK, webhook="hook", url="https://example.com", active=True, **row)
    vault.desk.office.write(bump, ME, alone=True)


def told(vault: Vault) -> Iterator[tuple[str, str, dict[str, str]]]:
    for kind, to, body in vault.told():
        yield kind, to, json.loads(body)["data"]


# --- notices


def test_a_client_is_told_of_a_code_that_was_activated(vault: Vault) -> None:
    vault.client("north", "cus-1", partner="acme-energy")
    code = vault.code()
    vault.set(code, client="north", partner="acme-energy")
    answer = vault.redeemed(code)
    ((kind, to, data),) = told(vault)
    assert (kind, to) == ("code.activated", "north@example.com")
    assert data == {
        "redemption": answer.id,
        "subscription": answer.subscription,
        "coupon": "pro",
        "code": f"****-****-{code[-4:]}",
        "account": "cus-1",
        "client": "north",
        "plan": "professional",
        "begins": "2026-03-01T12:00:00Z",
        "until": "2027-03-01T12:00:00Z",
    }


def test_whoever_listens_hears_of_redeeming_activating_and_removing(vault: Vault) -> None:
    listen(vault)
    answer = vault.redeemed(vault.code())
    vault.desk.remove(answer)
    vault.redeemed("TEN", subscription={"id": "sub-1"})
    assert [(kind, data["coupon"]) for kind, _, data in told(vault)] == [
        ("code.redeemed", "pro"),
        ("code.activated", "pro"),
        ("redemption.removed", "pro"),
        ("code.redeemed", "ten"),
    ]


def test_a_partner_hears_of_its_own_codes_only(vault: Vault) -> None:
    listen(vault, "code.activated", partner="acme-energy")
    own = vault.code()
    vault.set(own, partner="acme-energy")
    vault.redeemed(own)
    vault.redeemed(vault.code())
    assert [data["code"][-4:] for _, _, data in told(vault)] == [own[-4:]]


def test_a_hold_is_told_of_when_it_is_confirmed(vault: Vault) -> None:
    listen(vault, "code.activated")
    held = vault.redeemed(vault.code(), hold="15 minutes")
    assert list(told(vault)) == []
    vault.desk.redemptions.confirm(str(held.id), {}, ME)
    assert [kind for kind, _, _ in told(vault)] == ["code.activated"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("9V2K-71MC-PZQ4-0TNE", "****-****-****-0TNE"),
        ("SPRING", "***ING"),
        ("AB", "*B"),
        ("A", "*"),
        ("ACC_FF60", "***_*F60"),
    ],
)
def test_only_the_end_of_a_code_is_told(code: str, said: str) -> None:
    assert masked(code) == said


# --- moving in


def take(vault: Vault, *lines: str) -> list[ImportedLine]:
    data = "\n".join([",".join(COLUMNS), *lines]).encode()
    return list(Imports(vault.desk.office).take(read_lines(data), ME))


def test_what_was_redeemed_elsewhere_grants_from_then_on(vault: Vault) -> None:
    codes = [vault.code(), vault.code(), vault.code("enterprise")]
    lines = [
        f"{codes[0]},s1,cus-1,2026-01-01T00:00:00Z,,,",
        f"{codes[1]},s1,cus-1,2026-02-01T00:00:00Z,,,",
        f"{codes[2]},s2,cus-1,2026-02-15T00:00:00Z,,,",
    ]
    assert [each.outcome for each in take(vault, *lines)] == ["imported"] * 3
    assert [each.outcome for each in take(vault, *lines)] == ["unchanged"] * 3
    assert vault.spans() == [
        ("2026-01-01", "2027-01-01", None),
        ("2026-02-15", "2026-08-14", None),
        ("2027-01-01", "2028-01-01", None),
    ]
    assert [each.subscription for each in vault.has()] == ["s1", "s2", "s1"]


def test_what_is_exported_grants_the_same_where_it_is_imported(vault: Vault) -> None:
    vault.redeemed(vault.code(), subscription={"id": "s1"})
    vault.redeemed(vault.code(), subscription={"id": "s1"}, at="2026-03-01T12:01:00Z")
    vault.desk.at("2026-03-02T00:00:00Z")
    before = vault.spans()
    exported = write_lines(Imports(vault.desk.office).export(ME))
    for table in (GRANTS, REDEMPTIONS):
        vault.run(Statement(delete(table).where(table.c.space == bindparam("space"))))
    lines = exported.splitlines()[1:]
    assert [each.outcome for each in take(vault, *lines)] == ["imported"] * 2
    assert vault.spans() == before
    vault.desk.office.write(_recount, ME, alone=True)


def _recount(work: Work) -> None:
    for each in work.book.coupons.values():
        recount(work.tx, work.space, each.ready)


# --- is it whole


def test_a_grant_without_its_redemption_and_the_reverse_are_found(vault: Vault) -> None:
    lone, lost = vault.redeemed(vault.code()), vault.redeemed(vault.code())
    of = REDEMPTIONS.c.redemption == bindparam("redemption")
    vault.run(Statement(update(REDEMPTIONS).where(of).values(grants=null())), redemption=lone.id)
    gone = Statement(delete(GRANTS).where(GRANTS.c.redemption == bindparam("redemption")))
    vault.run(gone, redemption=lost.id)
    assert upkeep.check(vault.desk.office.database) == [
        f"acme: the grant of the redemption `{lone.id}` stands alone",
        f"acme: the redemption `{lost.id}` granted what is not there",
    ]
    vault.run(gone, redemption=lone.id)
    vault.run(Statement(update(REDEMPTIONS).where(of).values(grants=null())), redemption=lost.id)


def test_what_is_replaced_is_in_the_journal(vault: Vault) -> None:
    old = vault.redeemed(vault.code())
    vault.granted(vault.code("enterprise"), running="replace")
    found = Statement(select(JOURNAL.c.subject).where(JOURNAL.c.what == "replaced"))
    with vault.desk.office.database.read() as tx:
        assert tx.rows(found) == [(old.subscription,)]


# --- erasing


def test_an_erased_customer_is_no_account_no_buyer_and_is_told_of_nothing(vault: Vault) -> None:
    listen(vault)
    vault.client("north", "cus-1")
    code = vault.code()
    vault.set(code, client="north")
    vault.redeemed(code)
    bought = {"partner": None, "client": None, "customer": "cus-1", "email": "ann@example.com"}
    line = {"at": 0, "currency": "EUR", "total": 0, "who": "ann"}
    content = '{"lines":[],"project":null,"note":"for Ann, by phone"}'
    vault.run(_BUY, purchase="P-1", content=content, **bought, **line)
    asked = {"account": "cus-1", "request": '{"customer": {"id": "cus-1"}}', "who": "ann"}
    vault.run(_WAIT, code="OTHER", asked=0, approvals="[]", **asked)
    sent = Statement(update(OUTBOX).where(OUTBOX.c.receiver == "hook").values(delivered=5))
    vault.run(sent)
    vault.desk.erasure.erase("cus-1", ME)
    with vault.desk.office.database.read() as tx:
        kept = tx.rows(Statement(select(GRANTS.c.account, GRANTS.c.customer)))
        accounts = tx.rows(Statement(select(ACCOUNTS.c.account, ACCOUNTS.c.client)))
        buyers = tx.rows(Statement(select(PURCHASES.c.customer, PURCHASES.c.email)))
        ((content,),) = tx.rows(Statement(select(PURCHASES.c.content)))
        outbox = tx.rows(Statement(select(OUTBOX.c.body, OUTBOX.c.customer, OUTBOX.c.delivered)))
        waiting = tx.rows(Statement(select(ACTIVATIONS.c.code)))
    ((account, client),) = accounts
    assert (account.startswith("erased-"), client) == (True, "north")
    assert kept == [(account, account)]
    assert buyers == [(account, None)]
    assert json.loads(content) == {"lines": [], "project": None, "note": None}
    assert set(outbox) == {("{}", None, 5)}
    assert waiting == []
    assert vault.has() == []
    assert [each.code for each in vault.has(account)] == [code]


def test_who_only_has_an_account_can_be_erased(vault: Vault) -> None:
    vault.client("north", "cus-7")
    vault.desk.erasure.erase("cus-7", ME)
    with vault.desk.office.database.read() as tx:
        ((account,),) = tx.rows(Statement(select(ACCOUNTS.c.account)))
    assert account.startswith("erased-")
