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


def test_every_shipped_coupon_is_explained() -> None:
    catalogue = load([SHIPPED])
    assert len(catalogue.coupons) > 0
    for name, coupon in catalogue.coupons.items():
        code, out, _ = run("explain", name, "--policies", SHIPPED)
        assert (code, coupon.title in out) == (0, True)
