"""`coupon explain`: a coupon in plain English."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalogue.loader import load
from tests.cli.running import COUPON, SHIPPED, SPACE, run, write


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "policies", space=SPACE, spring=COUPON)


@pytest.mark.usefixtures("here")
def test_a_coupon_is_said_in_english_with_its_exposure() -> None:
    code, out, err = run("explain", "spring")
    assert (code, err) == (0, "")
    text = " ".join(out.split())
    assert "10% off" in text
    assert "at most 5 redemptions" in text
    assert "unbounded" in text
    assert out.endswith("\n")


@pytest.mark.usefixtures("here")
def test_an_unknown_coupon_is_wrong_usage_with_the_closest() -> None:
    code, out, err = run("explain", "sprng")
    assert (code, out) == (2, "")
    assert "no coupon is called `sprng`: did you mean `spring`?" in err
    assert "there are spring" in run("explain", "zzz").err


def test_groups_and_partners_are_explained_too(here: Path) -> None:
    users = "users: {product: p, plan: u}\naccess: [{list: 3}]\n"
    write(
        here,
        groups=f"group: xyz\nowner: {{customer: c, product: p, plan: o}}\n{users}",
        partners="partner: acme\nprices: {list: {spring: 10 EUR}}\n",
    )
    assert "A group, written at policies/groups.yaml:1." in run("explain", "xyz").out
    assert "spring (Spring): 10.00 EUR." in run("explain", "acme").out
    assert "It is a way into the group xyz." in " ".join(run("explain", "xyz-list").out.split())
    assert "did you mean `acme`?" in run("explain", "acne").err
    write(here, again="partner: spring\n")
    out = run("explain", "spring").out
    assert "10% off" in out
    assert "A partner, written at policies/again.yaml:1" in out


def test_a_folder_can_be_named(here: Path) -> None:
    other = write(here.parent / "other", a=COUPON.replace("10%", "7%"))
    assert "7% off" in run("explain", "spring", "--policies", other).out


def test_without_policies_the_usage_is_wrong(here: Path) -> None:
    code, out, err = run("explain", "spring", "--policies", here / "nowhere")
    assert (code, out) == (2, "")
    assert "coupon init" in err


def test_policies_with_errors_explain_nothing(here: Path) -> None:
    write(here, wrong="coupon: x")
    code, out, err = run("explain", "spring")
    assert (code, out) == (1, "")
    assert "error[missing-key]" in err


def test_every_shipped_coupon_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = load([SHIPPED])
    # Reading all files takes most of the time, and would be the same for each coupon.
    monkeypatch.setattr("engine.cli.explain.right_catalogue", lambda _: catalogue)
    assert len(catalogue.coupons) > 0
    for name, coupon in catalogue.coupons.items():
        code, out, _ = run("explain", name, "--policies", SHIPPED)
        assert (code, coupon.title in out) == (0, True)
