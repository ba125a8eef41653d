from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import COUPON, SPACE, Said, run, write
from tests.cli.spring import DEARER, act, here, policies

__all__ = ["here"]


def test_pushing_says_what_came_into_force_and_what_waits() -> None:
    assert act("push") == Said(0, "spring: new, and in force\n", "")
    assert act("push") == Said(0, "nothing has changed\n", "")
    policies(DEARER)
    assert act("push").out == "spring: a pending change, see `coupon plan spring`\n"
    policies(COUPON)
    assert act("push").out == "spring: as in force, its pending change is discarded\n"


def test_pushing_errors_ends_with_1_and_says_where() -> None:
    policies(COUPON.replace("fee is", "fees is"))
    said = act("push")
    assert said.code == 1
    assert "policies/spring.yaml:6:15: error[unknown-fact]" in said.err


def test_a_code_of_another_coupon_ends_with_1() -> None:
    act("push")
    write(Path("policies"), other=COUPON.replace("coupon: spring", "coupon: other"), spring=DEARER)
    said = act("push")
    assert said.code == 1
    assert "error[duplicate-name]" in said.err
    policies(COUPON.replace("[SPRING]", "[]"))
    said = act("push")
    assert said.code == 1
    assert "other: kept back, the code `SPRING` belongs to the coupon `spring`: take it" in said.out


def test_a_push_for_programs() -> None:
    assert json.loads(act("push", "--format", "json").out)["new"] == ["spring"]


def test_a_plan_says_what_pushing_and_enacting_would_change() -> None:
    act("push")
    policies(DEARER)
    assert act("plan") == Said(
        0,
        "spring: a pending change, see `coupon plan spring`\n"
        "\n"
        "spring, version 1, changed by cli:ann\n"
        "  discount\n"
        "  - 10% off\n"
        "  + 20% off\n",
        "",
    )
    policies(COUPON)
    assert act("plan").out == "no change is pending\n"


def test_a_plan_of_one_coupon() -> None:
    act("push")
    policies(DEARER)
    act("push")
    assert act("plan", "spring").out.startswith("spring, version 1, changed by cli:ann\n")
    said = act("plan", "winter")
    assert (said.code, said.err) == (
        1,
        "Error: no coupon is called `winter`: `coupon plan` and the pages list them\n",
    )


def test_a_plan_of_a_coupon_that_is_only_in_the_folder() -> None:
    act("push")
    autumn = COUPON.replace("spring", "autumn").replace("SPRING", "AUTUMN")
    write(Path("policies"), spring=DEARER, autumn=autumn)
    said = act("plan", "autumn")
    assert said == Said(0, "autumn: new, and in force\n\nno change is pending\n", "")
    write(Path("policies"), autumn=autumn.replace("AUTUMN", "SPRING"), spring="")
    assert "autumn: kept back, the code `SPRING`" in act("plan", "autumn").out


def test_a_plan_of_a_coupon_that_is_no_longer_in_the_folder() -> None:
    act("push")
    write(Path("policies"), spring="")
    said = "spring: archived, its file is gone\n\nno change is pending\n"
    assert act("plan", "spring") == Said(0, said, "")


def test_a_plan_without_a_folder_is_of_what_waits() -> None:
    act("push")
    policies(DEARER)
    act("push")
    Path("policies").rename("elsewhere")
    found = json.loads(act("plan", "--format", "json").out)
    assert found["plan"]["changes"][0]["differences"] == [
        {"part": "discount", "before": "10% off", "after": "20% off"}
    ]


def test_enacting_discarding_and_restoring() -> None:
    act("push")
    policies(DEARER)
    act("push")
    assert act("enact", "spring") == Said(0, "spring: version 2 is in force\n", "")
    waits = "spring: version 1 is a pending change, see `coupon plan spring`\n"
    assert act("restore", "spring", "--version", "1").out == waits
    assert act("discard", "spring").out == "spring: the pending change is discarded\n"
    same = "spring: version 2 says what is in force\n"
    assert act("restore", "spring", "--version", "2").out == same
    said = act("enact", "spring")
    assert (said.code, said.err) == (
        1,
        "Error: `spring` has no pending change: save one first, or push its file\n",
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("sprng", "did you mean `spring`?"),
        ("summersale", "did you mean `summer-sale-2026`?"),
        ("winter", "`coupon plan` lists the pending changes"),
        ("…", "`coupon plan` lists the pending changes"),
    ],
)
@pytest.mark.parametrize(
    "command", [("enact",), ("discard",), ("approve",), ("restore", "--version", "1")]
)
def test_an_unknown_coupon_is_told_with_the_one_that_is_meant(
    command: tuple[str, ...], said: str, meant: str
) -> None:
    other = COUPON.replace("spring", "summer-sale-2026").replace("[SPRING]", "[SUMMER]")
    write(Path("policies"), other=other)
    act("push")
    refused = f"Error: no coupon is called `{said}`: {meant}\n"
    assert act(*command, said) == Said(1, "", refused)


def test_a_version_that_is_missing_is_no_unknown_coupon() -> None:
    act("push")
    said = act("restore", "spring", "--version", "9")
    assert said.err == "Error: `spring` has no version 9: its versions are 1 to 1\n"


def test_enacting_at_a_set_time() -> None:
    act("push")
    policies(DEARER)
    act("push")
    said = act("enact", "spring", "--at", "2999-01-01T00:00:00+01:00")
    assert said.out == "spring: version 2 comes into force at 2998-12-31T23:00:00Z\n"
    assert "comes into force at 2998-12-31T23:00:00Z" in act("plan").out
    said = act("enact", "spring", "--at", "tomorrow")
    assert said.code == 2
    assert "`tomorrow` is no time with an offset" in said.err


def test_approving() -> None:
    write(Path("policies"), space=f"{SPACE}approvals: {{changes: 1}}\n")
    act("push")
    policies(DEARER)
    act("push")
    said = act("enact", "spring")
    assert said.code == 1
    assert "needs the agreement of 1 other person: ask them for `coupon approve" in said.err
    assert "1 more must agree" in act("plan").out
    agreed = "spring: agreed by cli:ben; it can be enacted\n"
    assert run("approve", "spring", "--as", "ben").out == agreed
    assert act("enact", "spring").code == 0


def test_switching_needs_a_reason() -> None:
    act("push")
    bare = act("switch", "off", "SPRING")
    assert (bare.code, "Missing option '--because'" in bare.err) == (2, True)
    assert act("switch", "off", "SPRING", "--because", "leaked").out == (
        "the code `SPRING` is switched off\n"
    )
    assert act("switch", "off", "spring", "--because", "over").out == (
        "the coupon `spring` is switched off\n"
    )
    said = act("switch", "on", "winter", "--because", "x")
    assert (said.code, said.err) == (
        1,
        "Error: no coupon and no code is called `winter`: check its spelling\n",
    )


def test_pulling_writes_what_is_in_force() -> None:
    act("push")
    assert act("pull").out == "the folder says what is in force\n"
    policies(DEARER)
    assert act("pull").out == "wrote policies/spring.yaml\n"
    assert Path("policies/spring.yaml").read_text("utf-8") == COUPON


# --- which store, which space -------------------------------------------------------------------


def test_the_database_may_be_set_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUPON_DATABASE_URL", "sqlite:///other.db")
    assert act("push").code == 0
    assert Path("other.db").exists()
    assert not Path("coupon.db").exists()


def test_a_database_that_can_t_be_used_is_wrong_usage() -> None:
    said = act("push", "--database", "mysql://x")
    assert said.code == 2
    assert "mysql" in said.err


def test_a_space_that_is_not_there_is_said() -> None:
    said = act("enact", "spring")
    assert (said.code, said.err) == (
        1,
        "Error: the store has no space `acme`: make it with `coupon push`, or name another with "
        "`--space`\n",
    )


def test_without_a_folder_the_only_space_is_meant() -> None:
    act("push")
    Path("policies").rename("elsewhere")
    assert act("switch", "off", "SPRING", "--because", "x").code == 0
    run("push", "--policies", "elsewhere", "--space", "other")
    said = act("switch", "off", "SPRING", "--because", "x")
    assert said.code == 2
    assert "the store has `acme`, `other`; give one with `--space NAME`" in said.err
