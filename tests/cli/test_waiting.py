"""What `coupon plan` and `coupon push` say of what is pending already."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.running import COUPON, SPACE, run, write
from tests.cli.spring import DEARER, act, here, policies

__all__ = ["here"]

AGAIN = "pending already since INSTANT, by cli:ann: `coupon enact spring` puts it in force"


def without_instants(said: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "INSTANT", said)


def test_what_is_pending_already_is_said_with_who_saved_it_and_what_puts_it_in_force() -> None:
    act("push")
    policies(DEARER)
    act("push")
    said = run("push", "--as", "ben").out
    assert without_instants(said) == f"nothing has changed\nspring: {AGAIN}\n"
    said = run("plan", "--as", "ben").out
    assert without_instants(said) == (
        f"spring, version 1, changed by cli:ann\n  discount\n  - 10% off\n  + 20% off\n  {AGAIN}\n"
    )
    assert without_instants(act("plan", "spring").out).endswith(f"  {AGAIN}\n")


def test_what_is_pending_already_under_a_new_name_is_said_by_the_name_in_force() -> None:
    act("push")
    policies(COUPON.replace("spring\n", "may\nwas: spring\n", 1))
    act("push")
    assert f"spring: {AGAIN}\n" in without_instants(act("push").out)


def test_a_pending_change_that_the_file_replaces_is_not_pending_already() -> None:
    act("push")
    policies(DEARER)
    act("push")
    policies(COUPON.replace("10%", "30%"))
    assert "already" not in act("plan").out
    assert act("push").out == "spring: a pending change, see `coupon plan spring`\n"


def test_a_pending_change_that_the_file_does_not_say_is_not_pending_already() -> None:
    act("push")
    policies(DEARER)
    act("push")
    act("enact", "spring")
    act("restore", "spring", "--version", "1")
    assert act("push").out == "nothing has changed\n"
    assert "already" not in act("plan").out


def test_what_is_pending_already_may_need_more_people_or_have_its_time() -> None:
    write(Path("policies"), space=f"{SPACE}approvals: {{changes: 1}}\n")
    act("push")
    policies(DEARER)
    act("push")
    assert act("push").out.endswith("puts it in force once enough people agree\n")
    run("approve", "spring", "--as", "ben")
    act("enact", "spring", "--at", "2999-01-01T00:00:00Z")
    assert act("push").out.endswith("puts it in force now, not only at 2999-01-01T00:00:00Z\n")
