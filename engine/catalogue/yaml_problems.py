"""The errors of the YAML parser, in the words of someone who writes policies."""

from __future__ import annotations

from yaml import MarkedYAMLError

from engine.catalogue.page import Page
from engine.diagnostics import Diagnostic, Span

_IN_QUOTES = "put the whole text in quotes"
_SPACES = "indent with spaces"
_SAME_COLUMN = "begin the keys of one mapping in the same column, and quote a text as a whole"
_CLOSE = "close it, and quote a text that holds a comma or a bracket"

_Saying = tuple[str, str]

_SAYINGS: dict[str, _Saying] = {
    "could not find expected ':'": (
        "`:` is missing after this key",
        "write `key: value`, or indent a text that goes on from the line above",
    ),
    "mapping values are not allowed in this context": (
        "`:` makes a key of what stands before it, and no key can stand there",
        "put a text that holds `: ` in quotes, and begin keys in the same column",
    ),
    "block sequence entries are not allowed in this context": (
        "a list can't begin here",
        "begin each `- ` on a line of its own, or put a text that begins with `- ` in quotes",
    ),
    "mapping keys are not allowed in this context": ("`?` can't stand here", _IN_QUOTES),
    "found character that cannot start any token": ("a text can't begin with {here}", _IN_QUOTES),
    "found a tab character that violates indentation": ("a tab can't indent a line", _SPACES),
    "found a tab character where an indentation space is expected": (
        "a tab can't indent a line",
        _SPACES,
    ),
    "found unexpected end of stream": (
        "the text in quotes that begins here is never closed",
        "close the quotes where the text ends",
    ),
    "found unexpected document indicator": (
        "the text in quotes that begins here is not closed before the document ends",
        "close the quotes where the text ends",
    ),
    "did not find expected ',' or ']'": (
        "a comma or `]` is missing here, in the list that `[` begins in line {line}",
        _CLOSE,
    ),
    "did not find expected ',' or '}'": (
        "a comma or `}}` is missing here, in the mapping that `{{` begins in line {line}",
        _CLOSE,
    ),
    "did not find expected node content": ("a value is missing before {here}", ""),
    "did not find expected key": ("a key such as `title:` is missing here", _SAME_COLUMN),
    "did not find expected '-' indicator": (
        "`- ` is missing here, in the list that begins in line {line}",
        "begin the entries of one list in the same column, and quote a text as a whole",
    ),
    "did not find expected <document start>": (
        "only a line `---` and another document can follow here",
        "quote a text as a whole, not a part of it",
    ),
    "found unknown escape character": (
        "a backslash in double quotes begins an escape, and YAML knows none such",
        r"write `\\` for a backslash, or use single quotes",
    ),
    "did not find expected hexdecimal number": (
        "an escape lacks hexadecimal digits",
        r"write `\\` for a backslash, or use single quotes",
    ),
    "found invalid Unicode character escape code": ("this escape stands for no character", ""),
    "found undefined tag handle": ("a text can't begin with `!`", _IN_QUOTES),
    "found incompatible YAML document": ("this version of YAML is unknown", "leave the line out"),
    "found duplicate %YAML directive": ("`%YAML` is given twice", "leave one out"),
    "found duplicate %TAG directive": ("`%TAG` is given twice", "leave the line out"),
}

_FROM_THE_BEGINNING = {
    "could not find expected ':'",
    "found unexpected end of stream",
    "found unexpected document indicator",
}
"""Errors that the parser meets long after the words that are at fault."""

_WHILE: dict[str, _Saying] = {
    "while scanning an anchor": ("a text can't begin with `&`", _IN_QUOTES),
    "while scanning an alias": ("a text can't begin with `*`", _IN_QUOTES),
    "while scanning a tag": ("a text can't begin with `!`", _IN_QUOTES),
    "while parsing a tag": ("a text can't begin with `!`", _IN_QUOTES),
    "while scanning a block scalar": (
        "only a line break or a comment can follow `|` or `>`",
        "begin the text on the next line, or put it in quotes",
    ),
    "while scanning a directive": (
        "a line that begins with `%` is an instruction to YAML, and there is none such",
        "leave the line out",
    ),
}
_UNKNOWN: _Saying = ("this is not valid YAML", "")


def explain(error: MarkedYAMLError, page: Page) -> Diagnostic:
    """The diagnostic of an error of the parser, where the parser met it."""
    at = min(error.problem_mark.index, len(page.text)) if error.problem_mark else len(page.text)
    begun = error.context_mark.index if error.context_mark else at
    if error.problem in _FROM_THE_BEGINNING:
        at = begun
    message, help_ = _saying(error)
    here = _here(page.text[at : at + 1])
    if here == _TAB:
        message, help_ = "a tab can't indent a line", _SPACES
    if here == _FILE_END and "or '" in (error.problem or ""):
        at, here, message = begun, "", "the bracket that opens here is never closed"
    span = Span(at, at + (here not in (_LINE_END, _FILE_END)))
    said = message.format(line=page.line(begun), here=here)
    return Diagnostic("yaml-syntax", said, page.locate(span), help_)


def _saying(error: MarkedYAMLError) -> _Saying:
    found = _SAYINGS.get(error.problem or "")
    return found or _WHILE.get(error.context or "", _UNKNOWN)


_TAB = "a tab"
_LINE_END = "the end of the line"
_FILE_END = "the end of the file"


def _here(character: str) -> str:
    """What stands where the parser stopped."""
    if not character:
        return _FILE_END
    if character in "\r\n\x85\u2028\u2029":
        return _LINE_END
    return {"\t": _TAB, "`": "a backtick"}.get(character, f"`{character}`")
