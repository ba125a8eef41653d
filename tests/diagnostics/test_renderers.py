"""The forms of diagnostics, letter by letter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.diagnostics import Diagnostic, Location
from engine.diagnostics.pages import page, summary
from engine.diagnostics.renderers import FORMATS, as_json, github, sarif, text

FILE = "policies/black-friday.yaml"
LINE = "  - prodct is one of pro, core"
TEXT = "\n" * 13 + LINE + "\n"
UNKNOWN = Diagnostic(
    "unknown-fact",
    "no fact is called `prodct`",
    Location(FILE, 14, 5, 14, 11),
    "did you mean `product`?",
)
NO_FEE = Diagnostic("no-fee-rule", "no rule says which fees", Location(FILE, 1, 1, 1, 7))


def at(line: str, column: int, end: int, *, end_line: int = 1) -> str:
    """The excerpt and its carets for a stretch of the one line of a file."""
    place = Location("a.yaml", 1, column, end_line, end)
    shown = text.render([Diagnostic("unknown-fact", "m", place)], {"a.yaml": line}, 1)
    _header, excerpt, carets, _summary = shown.split("\n")
    return f"{excerpt}\n{carets}"


def moved(diagnostic: Diagnostic, file: str) -> Diagnostic:
    place = diagnostic.location._replace(file=file)
    return Diagnostic(diagnostic.name, diagnostic.message, place, diagnostic.help)


def test_the_forms_are_those_of_the_command_line() -> None:
    assert list(FORMATS) == ["text", "json", "github", "sarif"]


# --- text -------------------------------------------------------------------------------------


def test_text_shows_the_place_the_line_and_the_help() -> None:
    expected = """\
policies/black-friday.yaml:14:5: error[unknown-fact]: no fact is called `prodct`
   14 |   - prodct is one of pro, core
      |     ^^^^^^ did you mean `product`?
1 error in 1 file"""
    assert text.render([UNKNOWN], {FILE: TEXT}, 1) == expected


def test_text_shows_a_warning_without_help() -> None:
    expected = """\
a.yaml:1:1: warning[no-fee-rule]: no rule says which fees
    1 | coupon: black-friday
      | ^^^^^^
1 warning in 2 files"""
    source = {"a.yaml": "coupon: black-friday\n"}
    assert text.render([moved(NO_FEE, "a.yaml")], source, 2) == expected


def test_text_of_a_file_that_can_not_be_read_is_the_header() -> None:
    expected = """\
policies/black-friday.yaml:14:5: error[unknown-fact]: no fact is called `prodct`
1 error in 1 file"""
    assert text.render([UNKNOWN], {}, 1) == expected


@pytest.mark.parametrize(
    ("diagnostics", "files", "expected"),
    [
        ([], 0, "0 files, no problems"),
        ([], 1, "1 file, no problems"),
        ([], 3, "3 files, no problems"),
        ([UNKNOWN], 1, "1 error in 1 file"),
        ([NO_FEE, NO_FEE], 3, "2 warnings in 3 files"),
        ([UNKNOWN, NO_FEE, UNKNOWN], 3, "2 errors and 1 warning in 3 files"),
    ],
)
def test_text_ends_with_a_summary(diagnostics: list[Diagnostic], files: int, expected: str) -> None:
    assert text.render(diagnostics, {}, files).splitlines()[-1] == expected


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("東京 prodct", 4, 10, "    1 | 東京 prodct\n      |      ^^^^^^"),
        ("- 東京 x", 3, 5, "    1 | - 東京 x\n      |   ^^^^"),
        ("🎉 prodct", 3, 9, "    1 | 🎉 prodct\n      |    ^^^^^^"),
        ("cafe\u0301 prodct", 7, 13, "    1 | cafe\u0301 prodct\n      |      ^^^^^^"),
        ("cafe\u0301 x", 5, 6, "    1 | cafe\u0301 x\n      |    ^"),
        ("\u1112\u1161\u11ab x", 5, 6, "    1 | \u1112\u1161\u11ab x\n      |    ^"),
        ("-\tprodct", 3, 9, "    1 | -   prodct\n      |     ^^^^^^"),
        ("東\tprodct", 3, 9, "    1 | 東  prodct\n      |     ^^^^^^"),
        ("a\tb", 2, 3, "    1 | a   b\n      |  ^^^"),
    ],
)
def test_carets_stand_under_the_word(line: str, column: int, end: int, expected: str) -> None:
    assert at(line, column, end) == expected


def test_a_stretch_of_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    expected = "    1 | codes: [A,\n      |        ^^^"
    assert at("codes: [A,  \n  B]\n", 8, 5, end_line=2) == expected


def test_an_empty_stretch_has_one_caret() -> None:
    assert at("codes: [A", 10, 10) == "    1 | codes: [A\n      |          ^"


def test_a_place_after_the_last_line_is_an_empty_line() -> None:
    end = Diagnostic("yaml-syntax", "the file ends too early", Location("a.yaml", 9, 1, 9, 1))
    expected = "    9 |\n      | ^"
    assert "\n".join(text.render([end], {"a.yaml": "a\n"}, 1).split("\n")[1:3]) == expected


def test_a_long_line_is_shortened_around_the_place() -> None:
    line = "x" * 300 + " prodct " + "y" * 300
    expected = f"    1 | …{'x' * 32} prodct {'y' * 60}…\n      | {' ' * 34}^^^^^^"
    assert at(line, 302, 308) == expected


def test_the_start_and_the_end_of_a_long_line_are_kept() -> None:
    start = f"    1 | prodct {'y' * 93}…\n      | ^^^^^^"
    end = f"    1 | …{'x' * 93} prodct\n      | {' ' * 95}^^^^^^"
    assert at("prodct " + "y" * 300, 1, 7) == start
    assert at("x" * 300 + " prodct", 302, 308) == end


def test_the_carets_of_a_long_stretch_end_with_the_line() -> None:
    assert at("x" * 300, 1, 301) == f"    1 | {'x' * 100}…\n      | {'^' * 100}"


def test_a_line_as_long_as_a_file_is_shortened_too() -> None:
    line = "東" * 200_000 + " prodct " + "y" * 200_000
    expected = f"    1 | …{'東' * 16} prodct {'y' * 60}…\n      | {' ' * 34}^^^^^^"
    assert at(line, 200_002, 200_008) == expected


def test_controls_of_the_source_are_written_out() -> None:
    line = "a\x1b[31m\u202eb\x00 prodct"
    expected = f"    1 | a<U+001B>[31m<U+202E>b<U+0000> prodct\n      | {' ' * 31}^^^^^^"
    assert at(line, 11, 17) == expected


def test_controls_in_names_messages_and_help_are_written_out() -> None:
    place = Location("a\x1b.yaml", 1, 1, 1, 2)
    wrong = Diagnostic("unknown-fact", "no fact is called `\x07\r\n`", place, "not `\x9b`")
    expected = """\
a<U+001B>.yaml:1:1: error[unknown-fact]: no fact is called `<U+0007><U+000D><U+000A>`
    1 | x
      | ^ not `<U+009B>`
1 error in 1 file"""
    assert text.render([wrong], {"a\x1b.yaml": "x"}, 1) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_end_where_those_of_yaml_do(end: str) -> None:
    source = f"a{end}{end}{LINE}{end}"
    wrong = Diagnostic("unknown-fact", "m", Location("a.yaml", 3, 5, 3, 11))
    expected = f"    3 | {LINE}\n      |     ^^^^^^"
    assert "\n".join(text.render([wrong], {"a.yaml": source}, 1).split("\n")[1:3]) == expected


def test_line_numbers_of_any_length_keep_the_margin_straight() -> None:
    wrong = Diagnostic("unknown-fact", "m", Location("a.yaml", 123_456, 1, 123_456, 2))
    expected = "123456 | x\n       | ^"
    shown = text.render([wrong], {"a.yaml": "\n" * 123_455 + "x"}, 1)
    assert "\n".join(shown.split("\n")[1:3]) == expected


def test_colour_only_when_asked() -> None:
    expected = (
        "\x1b[1ma.yaml:1:1:\x1b[0m \x1b[33m\x1b[1mwarning[no-fee-rule]\x1b[0m: "
        "no rule says which fees\n"
        "    1 | coupon: x\n"
        "      | \x1b[33m\x1b[1m^^^^^^\x1b[0m\n"
        "\x1b[1m1 warning in 1 file\x1b[0m"
    )
    source = {"a.yaml": "coupon: x\n"}
    assert text.render([moved(NO_FEE, "a.yaml")], source, 1, colour=True) == expected
    assert "\x1b" not in text.render([moved(NO_FEE, "a.yaml")], source, 1)


# --- json -------------------------------------------------------------------------------------


def test_json_has_the_keys_of_the_interface() -> None:
    expected = {
        "diagnostics": [
            {
                "severity": "error",
                "name": "unknown-fact",
                "message": "no fact is called `prodct`",
                "file": FILE,
                "line": 14,
                "column": 5,
                "end_line": 14,
                "end_column": 11,
                "help": "did you mean `product`?",
            },
            {
                "severity": "warning",
                "name": "no-fee-rule",
                "message": "no rule says which fees",
                "file": FILE,
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 7,
                "help": None,
            },
        ],
        "files": 3,
    }
    assert json.loads(as_json.render([UNKNOWN, NO_FEE], {}, 3)) == expected


def test_json_without_diagnostics_still_counts_the_files() -> None:
    assert json.loads(as_json.render([], {}, 2)) == {"diagnostics": [], "files": 2}


def test_json_is_plain_ascii() -> None:
    wrong = Diagnostic("confusable-text", "`\u202e` \ud800", Location(FILE, 1, 1, 1, 2))
    shown = as_json.render([wrong], {}, 1)
    assert shown.isascii()
    assert json.loads(shown)["diagnostics"][0]["message"] == "`\u202e` \ud800"


# --- github -----------------------------------------------------------------------------------


def test_github_gets_one_command_for_each() -> None:
    expected = (
        f"::error file={FILE},line=14,col=5,endLine=14,endColumn=11,title=unknown-fact::"
        "no fact is called `prodct`%0Adid you mean `product`?\n"
        f"::warning file={FILE},line=1,col=1,endLine=1,endColumn=7,title=no-fee-rule::"
        "no rule says which fees"
    )
    assert github.render([UNKNOWN, NO_FEE], {}, 1) == expected


def test_github_gets_its_special_characters_escaped() -> None:
    place = Location("a:b,c%.yaml", 1, 1, 1, 2)
    wrong = Diagnostic("wrong-shape", "100% of `a: b, c`\r\nand \x1b", place)
    expected = (
        "::error file=a%3Ab%2Cc%25.yaml,line=1,col=1,endLine=1,endColumn=2,title=wrong-shape::"
        "100%25 of `a: b, c`%0D%0Aand <U+001B>"
    )
    assert github.render([wrong], {}, 1) == expected


def test_github_takes_no_columns_for_several_lines() -> None:
    wrong = Diagnostic("wrong-shape", "m", Location("a.yaml", 1, 4, 3, 2))
    expected = "::error file=a.yaml,line=1,endLine=3,title=wrong-shape::m"
    assert github.render([wrong], {}, 1) == expected


def test_github_gets_nothing_where_nothing_is_wrong() -> None:
    assert github.render([], {}, 3) == ""


# --- sarif ------------------------------------------------------------------------------------


def run_of(diagnostics: list[Diagnostic]) -> Any:
    log = json.loads(sarif.render(diagnostics, {}, 1))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def test_sarif_describes_each_name_that_occurs_once() -> None:
    driver = run_of([UNKNOWN, NO_FEE, UNKNOWN])["tool"]["driver"]
    expected = {
        "name": "coupon",
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": summary(name)},
                "help": {"text": page(name), "markdown": page(name)},
                "defaultConfiguration": {"level": level},
            }
            for name, level in (("no-fee-rule", "warning"), ("unknown-fact", "error"))
        ],
    }
    assert driver == expected


def test_sarif_gives_each_result_its_rule_and_region() -> None:
    expected = [
        {
            "ruleId": "unknown-fact",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": "no fact is called `prodct`\ndid you mean `product`?"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": FILE},
                        "region": {
                            "startLine": 14,
                            "startColumn": 5,
                            "endLine": 14,
                            "endColumn": 11,
                        },
                    }
                }
            ],
        },
    ]
    run = run_of([UNKNOWN, NO_FEE])
    assert run["results"][:1] == expected
    assert run["results"][1]["ruleIndex"] == 0
    assert run["columnKind"] == "unicodeCodePoints"


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("policies/a b.yaml", "policies/a%20b.yaml"),
        ("a:b#c%.yaml", "a%3Ab%23c%25.yaml"),
        ("été.yaml", "%C3%A9t%C3%A9.yaml"),
        ("/srv/p q.yaml", "file:///srv/p%20q.yaml"),
    ],
)
def test_sarif_names_files_by_uri(file: str, uri: str) -> None:
    (result,) = run_of([moved(NO_FEE, file)])["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_sarif_without_diagnostics_has_no_results() -> None:
    run = run_of([])
    assert (run["tool"]["driver"]["rules"], run["results"]) == ([], [])


def test_no_more_than_a_thousand_diagnostics_are_shown_with_their_lines() -> None:
    place = Location("x.yaml", 1, 1, 1, 2)
    many = [Diagnostic("rule-syntax", f"number {each}", place) for each in range(1002)]
    lines = FORMATS["text"](many, {}, 1).split("\n")
    assert lines[-3:] == [
        "x.yaml:1:1: error[rule-syntax]: number 999",
        "and 2 more",
        "1002 errors in 1 file",
    ]
