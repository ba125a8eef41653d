"""`coupon init`: a folder of policies to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import SHIPPED, run

FOLDERS = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())
FILES = sorted(path.stem for name in FOLDERS for path in (SHIPPED / name).glob("*.yaml"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_default_is_a_folder_policies_that_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").code == 0
    assert "\nspace: policies\n" in (tmp_path / "policies" / "space.yaml").read_text("utf-8")
    assert run("check", "--strict").code == 0


@pytest.mark.parametrize(
    ("folder", "space"),
    [
        ("acme", "acme"),
        ("Acme_2.0", "Acme_2.0"),
        ("2026", "2026"),
        ("null", "null"),
        ("Acme Énergie & Co.", "acme-energie-co"),
        (".acme", "acme"),
        ("…", "policies"),
    ],
)
def test_the_space_is_called_as_its_folder(tmp_path: Path, folder: str, space: str) -> None:
    made = tmp_path / folder
    assert f" of the space `{space}`\n" in run("init", made, "--from", "coupon-inventory").out
    assert f"\nspace: {space}\n" in (made / "space.yaml").read_text("utf-8")
    assert run("check", "--strict", made).code == 0
    assert run("fmt", "--check", made).code == 0


def test_the_folder_where_one_is_gives_the_space_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme").mkdir()
    monkeypatch.chdir(tmp_path / "acme")
    assert "of the space `acme`" in run("init", ".").out


def test_two_folders_leave_each_others_coupons_alone_in_one_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COUPON_DATABASE_URL", raising=False)
    run("init", "--from", "black-friday")
    run("init", "acme", "--from", "free-setup")
    assert "archived" not in run("push").out
    assert "archived" not in run("push", "--policies", "acme").out


def test_the_scenarios_of_what_is_made_pass(tmp_path: Path) -> None:
    assert run("init", tmp_path / "acme").code == 0
    code, out, err = run("test", tmp_path / "acme")
    assert (code, err) == (0, ""), out


@pytest.mark.parametrize("example", [*FOLDERS, *FILES])
def test_every_example_starts_right_policies(tmp_path: Path, example: str) -> None:
    code, out, err = run("init", tmp_path / "mine", "--from", example)
    assert (code, err) == (0, "")
    assert "next: coupon check" in out
    assert run("check", "--strict", tmp_path / "mine") == (
        0,
        f"{len(list((tmp_path / 'mine').glob('*.yaml')))} files, no problems\n",
        "",
    )
    assert run("fmt", "--check", tmp_path / "mine").code == 0


def test_the_logo_of_a_partner_comes_along(tmp_path: Path) -> None:
    out = run("init", tmp_path, "--from", "acme-energy").out
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    assert (tmp_path / "acme.png") in files
    assert f"made {tmp_path}: {len(files)} files" in out


@pytest.mark.parametrize("example", FOLDERS)
def test_editors_find_the_schema_that_each_file_names(tmp_path: Path, example: str) -> None:
    run("init", tmp_path, "--from", example)
    named = [
        line.partition("$schema=")[2]
        for path in tmp_path.glob("*.yaml")
        for line in path.read_text("utf-8").splitlines()
        if "$schema=" in line
    ]
    assert len(named) > 0
    assert [each for each in named if not (tmp_path / each).is_file()] == []


def test_a_folder_that_is_not_empty_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    (tmp_path / "space.yaml").write_text("space: mine\n")
    before = contents(tmp_path)
    code, out, err = run("init", tmp_path)
    assert (code, out) == (2, "")
    assert "nothing was changed" in err
    assert contents(tmp_path) == before


def test_a_file_in_the_way_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("x")
    assert run("init", tmp_path / "policies").code == 2
    assert contents(tmp_path) == {"policies": b"x"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert run("init", tmp_path).code == 0
    assert run("init", tmp_path).code == 2


def test_an_unknown_example_makes_nothing(tmp_path: Path) -> None:
    code, out, err = run("init", tmp_path / "mine", "--from", "black-fridy")
    assert (code, out) == (2, "")
    assert "no example is called `black-fridy`: did you mean `black-friday`?" in err
    assert not (tmp_path / "mine").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    code, out, err = run("init", tmp_path / "file" / "policies")
    assert (code, out) == (2, "")
    assert err != ""
