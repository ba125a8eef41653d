"""`coupon check`: exit codes, formats, and files that nobody should have written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.catalogue.loader import load
from tests.cli.running import COUPON, SHIPPED, SPACE, process, run, script, write

installed = pytest.mark.skipif(script() is None, reason="the console script is not installed")
WRONG = COUPON.replace("fee is", "feee is")
WARNED = COUPON.replace("application: [fee is period]\n", "")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_right_policies_are_fine(here: Path) -> None:
    write(here / "policies", space=SPACE, spring=COUPON)
    assert run("check") == (0, "2 files, no problems\n", "")


def test_an_error_is_shown_at_its_word_and_ends_with_one(here: Path) -> None:
    write(here / "policies", spring=WRONG)
    code, out, err = run("check")
    assert out.splitlines() == [
        "policies/spring.yaml:6:15: error[unknown-fact]: no fact is called `feee`",
        "    6 | application: [feee is period]",
        "      |               ^^^^ did you mean `fee`?",
        "1 error in 1 file",
    ]
    assert (code, err) == (1, "")


def test_warnings_are_fine_unless_strict(here: Path) -> None:
    write(here / "policies", spring=WARNED)
    assert run("check").code == 0
    assert run("check", "--strict").code == 1
    assert "warning[no-fee-rule]" in run("check").out


def test_without_policies_the_usage_is_wrong(here: Path) -> None:
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert "there is no `policies` here" in err
    assert "coupon init" in err
    assert run("check", here / "nowhere").code == 2


def test_the_paths_together_are_one_catalogue(here: Path) -> None:
    one, two = write(here / "one", a=COUPON), write(here / "two", b=COUPON)
    assert [run("check", one).code, run("check", two).code, run("check", one, two).code] == [
        0,
        0,
        1,
    ]
    assert run("check", one, one, one / "a.yaml").code == 0


def test_json_has_the_fields_of_the_interface(here: Path) -> None:
    write(here / "policies", spring=WRONG)
    code, out, _ = run("check", "--format", "json")
    assert code == 1
    assert json.loads(out) == {
        "diagnostics": [
            {
                "severity": "error",
                "name": "unknown-fact",
                "message": "no fact is called `feee`",
                "file": "policies/spring.yaml",
                "line": 6,
                "column": 15,
                "end_line": 6,
                "end_column": 19,
                "help": "did you mean `fee`?",
            }
        ],
        "files": 1,
    }


def test_github_has_a_line_for_each(here: Path) -> None:
    write(here / "policies", spring=WRONG)
    code, out, _ = run("check", "--format", "github")
    (line,) = out.splitlines()
    assert code == 1
    assert line.startswith("::error file=policies/spring.yaml,line=6,col=15,")
    write(here / "policies", spring=COUPON)
    assert run("check", "--format", "github") == (0, "", "")


def test_sarif_names_the_rule_and_the_place(here: Path) -> None:
    write(here / "policies", spring=WRONG)
    code, out, _ = run("check", "--format", "sarif")
    found = json.loads(out)
    (result,) = found["runs"][0]["results"]
    assert (code, found["version"], result["ruleId"]) == (1, "2.1.0", "unknown-fact")
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (6, 15)


def test_an_unknown_format_is_wrong_usage(here: Path) -> None:
    assert run("check", "--format", "xml", here).code == 2


def test_the_shipped_policies_are_right() -> None:
    assert [str(each) for each in load([SHIPPED]).diagnostics if each.is_error] == []
    assert run("check", "--strict", SHIPPED).code == 0


@installed
def test_the_console_script_checks(tmp_path: Path) -> None:
    right, wrong = write(tmp_path / "right", a=COUPON), write(tmp_path / "wrong", a=WRONG)
    assert process("check", right) == (0, "1 file, no problems\n", "")
    assert process("check", wrong).code == 1
    assert process("check", tmp_path / "nowhere").code == 2
    assert process("chek").code == 2


# --- hostile files ------------------------------------------------------------------------------

MEGABYTE = 1 << 20
BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(1000))
LONG = "coupon: c\ntitle: C\ndiscount: 5%\nredemption:\n- "
GARBAGE: dict[str, bytes] = {
    "random": bytes((n * n + n // 7) % 256 for n in range(100_000)),
    "nothing but NUL": b"\0" * 100_000,
    "brackets": b"[" * MEGABYTE,
    "braces": b"{" * MEGABYTE,
    "dashes": b"- " * (MEGABYTE // 2),
    "keys": b"a: " * (MEGABYTE // 3),
    "question marks": b"? " * (MEGABYTE // 2),
    "anchors": BOMB.encode(),
    "lines": LONG.encode() + b"\n- ".join([b"foo"] * 100_000),
    "a long line": LONG.encode() + b"a" * (MEGABYTE - 100),
    "a long sentence": LONG.encode() + b"not " * 200_000 + b"customer.new",
    "brackets in a sentence": LONG.encode() + b"(" * 280 + b"customer.new",
    "an open quote": b'"' + b"a\n" * (MEGABYTE // 2 - 1),
    "too large": b"#" * (MEGABYTE + 1),
    "UTF-16": COUPON.encode("utf-16"),
    "Latin-1": COUPON.replace("Spring", "Frühling").encode("latin-1"),
    "surrogates": b'coupon: "\\ud800"\ntitle: "\\ud800"\ndiscount: 5%\n',
    "a directive": b"%YAML 9.9\n%TAG ! x\n---\ncoupon: c\n",
    "keys that are no text": b"? {a: b}\n: c\n? [x]\n: y\n",
    "tabs": b"coupon:\tc\n\ttitle: x\n",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_said_to_be_wrong(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.yaml").write_bytes(GARBAGE[name])
    code, out, err = run("check", tmp_path)
    assert (code, err) == (1, "")
    assert "x.yaml:" in out


@pytest.mark.parametrize("name", ["random", "surrogates", "UTF-16", "lines"])
@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_garbage_is_said_to_be_wrong_in_every_format(tmp_path: Path, name: str, form: str) -> None:
    (tmp_path / "x.yaml").write_bytes(GARBAGE[name])
    code, out, err = run("check", "--format", form, tmp_path)
    assert (code, err) == (1, "")
    assert "x.yaml" in out


@installed
@pytest.mark.parametrize("name", ["random", "brackets", "lines", "a long line", "anchors"])
def test_garbage_takes_no_long_time(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.yaml").write_bytes(GARBAGE[name])
    code, out, err = process("check", tmp_path)
    assert (code, err) == (1, "")
    assert out.endswith(" in 1 file\n")


@installed
def test_a_file_larger_than_any_memory_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").touch()
    os.truncate(tmp_path / "x.yaml", 1 << 42)
    code, out, err = process("check", tmp_path)
    assert (code, err) == (1, "")
    assert "error[too-large]" in out


NO_FILES: dict[str, Callable[[Path], object]] = {
    "fifo": os.mkfifo,
    "folder": Path.mkdir,
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to nothing": lambda path: path.symlink_to("nothing"),
    "link to its folder": lambda path: path.symlink_to("."),
    "endless device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_passed_over_in_a_folder(tmp_path: Path, kind: str) -> None:
    NO_FILES[kind](write(tmp_path, spring=COUPON) / "x.yaml")
    assert run("check", tmp_path) == (0, "1 file, no problems\n", "")
    assert run("fmt", "--check", tmp_path).code == 0


@installed
@pytest.mark.parametrize("kind", ["fifo", "endless device"])
@pytest.mark.parametrize("command", ["check", "fmt"])
def test_what_is_no_file_is_not_read(tmp_path: Path, kind: str, command: str) -> None:
    NO_FILES[kind](tmp_path / "x.yaml")
    code, out, err = process(command, tmp_path / "x.yaml")
    assert (code, out) == (2, "")
    assert "is neither a file nor a folder" in err


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    unreadable = Path("/proc/self/mem")
    if not unreadable.exists():
        pytest.skip("needs a file that nobody can read")
    (tmp_path / "x.yaml").symlink_to(unreadable)
    for command in ("check", "fmt"):
        code, out, err = run(command, tmp_path)
        assert code == 1
        assert "x.yaml" in out + err
        assert "the file can't be read" in out + err


def test_control_characters_of_names_are_shown(tmp_path: Path) -> None:
    write(tmp_path, **{"a\nb": "x", "\x1b[31m": "y"})
    code, out, _ = run("check", tmp_path)
    assert code == 1
    assert "\x1b" not in out
    assert sum(": error[" in line for line in out.splitlines()) == 2


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_names_that_are_no_text_are_shown(tmp_path: Path, form: str) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.yaml"
    Path(os.fsdecode(name)).write_text(WRONG)
    code, out, err = run("check", "--format", form, tmp_path)
    assert (code, err) == (1, "")
    assert "unknown-fact" in out
