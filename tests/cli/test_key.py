"""`coupon key`: makes, lists and revokes the keys of a space."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.service.caller import PUBLIC, Scope
from engine.service.keeping.keys import Keys
from engine.store.database import Database
from tests.cli.running import COUPON, SPACE, run, write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose policies are in the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    write(tmp_path / "policies", space=SPACE, spring=COUPON)
    assert run("push").code == 0
    return tmp_path


def create(*scopes: str) -> str:
    given = [word for scope in scopes for word in ("--scope", scope)]
    code, out, err = run("key", "create", "shop", *given, "--as", "ann")
    assert (code, err) == (0, "keep it now: it can't be shown again\n")
    return out.strip()


def test_a_key_is_printed_alone_and_opens_its_space() -> None:
    found = Keys(Database("sqlite:///coupon.db")).find(create("redeem", "evaluate"))
    assert found is not None
    assert (found.space, found.name, found.scopes) == ("acme", "shop", PUBLIC)


def test_a_key_may_have_every_scope() -> None:
    found = Keys(Database("sqlite:///coupon.db")).find(create("all"))
    assert found is not None
    assert found.scopes == frozenset(Scope)


def test_keys_are_listed_without_their_secrets_and_revoked() -> None:
    token = create("read")
    key, secret = token.split("_")[1:]
    listed = run("key", "list").out
    assert f"{key}  shop  made " in listed
    assert "read" in listed
    assert secret not in listed
    assert run("key", "revoke", key) == (0, f"revoked {key}\n", "")
    assert "revoked 2" in run("key", "list").out
    assert Keys(Database("sqlite:///coupon.db")).find(token) is None


def test_what_cannot_be_done_is_said() -> None:
    assert run("key", "revoke", "nope") == (
        1,
        "",
        "Error: no key is called `nope`: `coupon key list` shows them\n",
    )
    code, _, err = run("key", "create", "x", "--scope", "read", "--space", "nowhere")
    assert (code, "the store has no space `nowhere`" in err) == (1, True)
    assert run("key", "create", "x").code == 2
    assert run("key", "create", "x", "--scope", "fly").code == 2
