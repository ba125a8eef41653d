"""What `coupon plan` and `coupon push` say of a space that the store has not."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from engine.cli.new_space import open_to_plan
from engine.service.spaces import names
from engine.store.database import Database
from engine.store.upgrade import current
from tests.cli.running import COUPON, Said
from tests.cli.spring import act, here, policies

__all__ = ["here"]

NEW = (
    "the store has no space `acme` yet: its coupons are new to it, and come into force as they are "
    "when pushed (`coupon push`)\n"
    "spring: new\n"
)


def test_a_plan_for_a_store_that_is_not_there_says_that_all_is_new_and_makes_nothing() -> None:
    assert act("plan") == Said(0, NEW, "")
    assert [each.name for each in Path().iterdir()] == ["policies"]
    assert act("plan", "spring") == Said(0, NEW, "")


def test_a_plan_leaves_an_empty_file_empty() -> None:
    Path("coupon.db").touch()
    assert act("plan") == Said(0, NEW, "")
    assert Path("coupon.db").stat().st_size == 0


def test_a_plan_for_a_space_that_is_not_there_says_that_all_is_new_and_makes_nothing() -> None:
    act("push", "--space", "other")
    assert act("plan") == Said(0, NEW, "")
    assert act("plan") == Said(0, NEW, "")
    assert "the store has no space `acme`" in act("enact", "spring").err


def test_a_plan_for_a_new_store_for_programs() -> None:
    found = json.loads(act("plan", "--format", "json").out)
    assert (found["push"]["new"], found["plan"]) == (["spring"], {"changes": [], "passed": []})


def test_a_plan_for_a_new_store_tells_what_has_ended_already() -> None:
    policies(COUPON.replace("[at most", "[before 2020-02-01, at most"))
    said = act("plan").out
    assert said.startswith(f"{NEW}\nspring: its end has passed: until ")


def test_a_plan_for_a_new_store_of_a_folder_without_coupons() -> None:
    Path("policies/spring.yaml").unlink()
    assert act("plan").out == "the store has no space `acme` yet: `coupon push` makes it\n"


def test_a_plan_for_a_new_store_refuses_what_the_folder_has_not() -> None:
    unknown = "Error: no coupon is called `winter`: `coupon plan` and the pages list them\n"
    assert act("plan", "winter") == Said(1, "", unknown)
    policies(COUPON.replace("fee is", "fees is"))
    said = act("plan")
    assert (said.code, "error[unknown-fact]" in said.err) == (1, True)
    Path("policies").rename("elsewhere")
    said = act("plan")
    assert (said.code, "no space is named: the store has none" in said.err) == (2, True)
    assert not Path("coupon.db").exists()


@pytest.mark.parametrize(
    ("database", "code"),
    [("mysql://x", 2), ("sqlite:///nowhere/x.db", 1), ("sqlite:///policies", 1)],
)
def test_a_plan_for_a_store_that_can_t_be_used_is_refused(database: str, code: int) -> None:
    said = act("plan", "--database", database)
    assert (said.code, said.out) == (code, "")


def test_planning_for_an_empty_database_makes_no_tables(database_url: str) -> None:
    desk, is_new = open_to_plan(database_url, None, "ann", Path("policies"))
    assert (desk.office.space, is_new) == ("acme", True)
    with closing(Database(database_url)) as store:
        assert current(store) is None


def test_planning_for_a_space_that_is_not_there_leaves_the_store_as_it_is(stored_url: str) -> None:
    desk, is_new = open_to_plan(stored_url, None, "ann", Path("policies"))
    assert (desk.office.database.url.render_as_string(), is_new) == ("sqlite://", True)
    with closing(Database(stored_url)) as store:
        assert names(store) == []
