from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.page import Page
from engine.catalogue.spelling import offsets
from engine.catalogue.yaml_reader import Mapping, Node, Scalar, Sequence, SourceFile, read
from engine.diagnostics import Span

MEBIBYTE = 1 << 20


def read_text(text: str) -> SourceFile:
    return read("policy.yaml", text.encode())


def plain(node: Node) -> object:
    """A document as Python data."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def documents(text: str) -> list[object]:
    return [plain(document) for document in read_text(text).documents]


def problems(source: SourceFile) -> list[tuple[str, int, int]]:
    return [(d.name, d.location.line, d.location.column) for d in source.diagnostics]


def problems_of(text: str) -> list[tuple[str, int, int]]:
    return problems(read_text(text))


def only_mapping(text: str) -> Mapping:
    source = read_text(text)
    assert source.diagnostics == ()
    (document,) = source.documents
    assert isinstance(document, Mapping)
    return document


def value(text: str, key: str = "a") -> Scalar:
    found = only_mapping(text).get(key)
    assert isinstance(found, Scalar)
    return found


def place(scalar: Scalar, word: str) -> tuple[int, int, int, int]:
    """Where the file has a word of a scalar's text."""
    start = scalar.text.index(word)
    return scalar.locate(Span(start, start + len(word)))[1:]


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for key, inner in node.entries:
            yield key
            yield from scalars(inner)


def test_every_scalar_is_the_text_that_was_written() -> None:
    text = "a: NO\nb: 0012\nc: 'x'\nd: \"y\"\ne: [1.50, true, ~, 2026-01-01]\n"
    expected = {
        "a": "NO",
        "b": "0012",
        "c": "x",
        "d": "y",
        "e": ["1.50", "true", "~", "2026-01-01"],
    }
    assert documents(text) == [expected]


def test_documents_are_read_in_order_and_empty_ones_are_left_out() -> None:
    text = "---\n---\n# only a comment\n---\na: 1\n---\n\n---\n- b\n"
    assert documents(text) == [{"a": "1"}, ["b"]]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n", "\ufeff"])
def test_a_file_without_content_has_no_documents_and_no_problems(text: str) -> None:
    source = read_text(text)
    assert (source.documents, source.diagnostics) == ((), ())


def test_directives_are_harmless() -> None:
    assert documents("%YAML 1.2\n%TAG !e! tag:e\n---\na: 1\n") == [{"a": "1"}]


def test_a_byte_order_mark_is_skipped_and_takes_no_column() -> None:
    source = read("f", "\ufeffa: 1".encode())
    (document,) = source.documents
    assert document.location == ("f", 1, 1, 1, 2)
    assert source.text == "a: 1"


def test_locations_count_code_points_from_one() -> None:
    document = only_mapping("é𝒳: 𝒳b\r\nc: 'it''s'\r\n")
    found = [scalar.location[1:] for scalar in scalars(document)]
    assert found == [(1, 1, 1, 3), (1, 5, 1, 7), (2, 1, 2, 2), (2, 4, 2, 11)]


def test_lines_are_those_of_the_parser() -> None:
    document = only_mapping("a: 1\rb: 2\x85c: 3\u2028d: 4\u2029e: 5\n")
    keys = [key.location[1:3] for key, _ in document.entries]
    assert keys == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]


def test_a_mapping_is_where_its_first_key_is_or_its_brace() -> None:
    document = only_mapping("a:\n  bc: {d: 1}\n")
    inner = document.get("a")
    assert isinstance(inner, Mapping)
    braced = inner.get("bc")
    assert isinstance(braced, Mapping)
    found = [node.location[1:] for node in (document, inner, braced)]
    assert found == [(1, 1, 1, 2), (2, 3, 2, 5), (2, 7, 2, 8)]


def test_a_list_is_where_its_first_entry_is_or_its_bracket() -> None:
    document = only_mapping("a:\n  - bc\nd: [e]\n")
    found = [inner.location[1:] for _, inner in document.entries]
    assert found == [(2, 5, 2, 7), (3, 4, 3, 5)]


def test_flow_and_plain_say_how_a_text_is_written() -> None:
    found = [(s.plain, s.flow) for s in scalars(only_mapping("a: [b, 'c', {d: e}]\nf: g\n"))]
    flow = [(True, True), (False, True), (True, True), (True, True)]
    assert found == [(True, False), *flow, (True, False), (True, False)]


def test_a_block_of_text_is_located_without_the_empty_lines_after_it() -> None:
    assert value("a: |\n  x\n  yz\n\n\nb: 1\n").location[1:] == (1, 4, 3, 5)


def test_get_and_key_find_nothing_where_there_is_no_such_key() -> None:
    document = only_mapping("a: 1\n")
    assert (document.get("b"), document.key("b")) == (None, None)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("a: fee is period\n", "period", (1, 11, 1, 17)),
        ("a: 'it''s fee'\n", "fee", (1, 11, 1, 14)),
        ("a: 'it''s fee'\n", "'", (1, 7, 1, 9)),
        ('a: "\\u00e9\\x41\\t fee"\n', "fee", (1, 18, 1, 21)),
        ('a: "\\u00e9\\x41\\t fee"\n', "A", (1, 11, 1, 15)),
        ('a: "\\U0001f600 fee"\n', "fee", (1, 16, 1, 19)),
        ('a: "x \\\n   fee"\n', "fee", (2, 4, 2, 7)),
        ('a: "x\n\n   fee"\n', "fee", (3, 4, 3, 7)),
        ("a: 'x\n   fee'\n", "fee", (2, 4, 2, 7)),
        ("a: fee is\n   period\r\n   or setup\n", "period", (2, 4, 2, 10)),
        ("a: fee is\n   period\r\n   or setup\n", "setup", (3, 7, 3, 12)),
        ("a: fee is\n   period\r\n   or setup\n", "is period", (1, 8, 2, 10)),
        ("a: |\n  fee is\n  period\n", "period", (3, 3, 3, 9)),
        ("a: |2\n    fee is\n  period\n", "fee", (2, 5, 2, 8)),
        ("a: >-\n  fee is\n\n\n  period\n", "period", (5, 3, 5, 9)),
        ("a: > # folded\n\n  fee\n  is\n    period\n", "period", (5, 5, 5, 11)),
        ("a: !!str &x fee\n", "fee", (1, 13, 1, 16)),
    ],
)
def test_a_word_of_a_text_is_found_where_the_file_writes_it(
    text: str, word: str, expected: tuple[int, int, int, int]
) -> None:
    (document,) = read_text(text).documents
    assert isinstance(document, Mapping)
    found = document.get("a")
    assert isinstance(found, Scalar)
    assert place(found, word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: fee is\n", (1, 10, 1, 10)),
        ("a: 'fee'\n", (1, 8, 1, 8)),
        ("a: ''\n", (1, 5, 1, 5)),
        ("a: |\n  fee\n", (2, 6, 2, 6)),
    ],
)
def test_the_end_of_a_text_is_after_its_last_character(
    text: str, expected: tuple[int, int, int, int]
) -> None:
    scalar = value(text)
    end = len(scalar.text.rstrip("\n"))
    assert scalar.locate(Span(end, end))[1:] == expected


PIECES = (
    *("a", "b ", " ", "  ", "\n", "\r\n", "\r", "\x85", "\u2028", "\t", "'", '"', "''", "\\n"),
    *("\\x41", "\\\n", "\\\\", '\\"', ": ", "- ", "\n- ", "\n  ", "|", ">", "|2", ">+", ">-"),
    *(" #c", "[", "]", "{", "}", ",", "é", "𝒳", "\n---\n", "a: ", "k: |\n  ", "k: >2\n   "),
    *('k: "', "k: '", "&x ", "!t ", "*x ", "\ufeff", "\u200b", "\\0"),
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_source_of_every_character_spells_that_character(text: str) -> None:
    source = read_text(text)
    for document in source.documents:
        for scalar in scalars(document):
            written = source.text[slice(*scalar.source)]
            assert scalar.is_alias or all(spelt(written, scalar))


def spelt(source: str, scalar: Scalar) -> list[bool]:
    starts, ends = offsets(source, scalar.text, plain=scalar.plain)
    written = [source[start:end] for start, end in zip(starts, ends, strict=False)]
    return [
        piece == character or piece[:1] in ("\\", "'") or (character in " \n" and not piece.strip())
        for piece, character in zip(written, scalar.text, strict=True)
    ]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_lines_and_columns_agree_with_the_marks_of_the_parser(text: str) -> None:
    page = Page("f", text)
    try:
        for event in yaml.parse(f"\ufeff{text}", Loader=yaml.CLoader):
            mark = event.start_mark
            if mark is not None and mark.index < len(text):
                location = page.locate(Span(mark.index, mark.index))
                assert (location.line, location.column) == (mark.line + 1, mark.column + 1)
    except yaml.YAMLError:
        return


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: code starts with BF #1  \n", "code starts with BF #1"),
        ("a: b\t# c", "b\t# c"),
        ("a: # c\n", "# c"),
        ("a: 'b' # c\n", None),
        ("a: b\n   d # c\n", None),
        ("a: b\n# c\n", None),
        ("a: b\n", None),
        ("a: |\n  b\n # c\n", None),
    ],
)
def test_uncut_puts_back_what_a_comment_cut_off(text: str, expected: str | None) -> None:
    assert value(text).uncut() == expected


def test_uncut_works_inside_brackets() -> None:
    items = only_mapping("a: [fee is period #1\n  ]\n").get("a")
    assert isinstance(items, Sequence)
    first = items.items[0]
    assert isinstance(first, Scalar)
    assert first.uncut() == "fee is period #1"


def test_a_file_over_one_mebibyte_is_not_read() -> None:
    source = read("f", b"a" * (MEBIBYTE + 1))
    assert (source.documents, problems(source)) == ((), [("too-large", 1, 1)])
    assert read("f", b"#" * MEBIBYTE).diagnostics == ()


def test_sixty_four_lists_inside_each_other_are_read() -> None:
    source = read_text("[" * 64 + "]" * 64)
    assert (len(source.documents), source.diagnostics) == (1, ())


@pytest.mark.parametrize(
    ("text", "column"),
    [("[" * 65 + "]" * 65, 65), ("- " * 65, 129), ("[" * 63 + "{a: {", 68), ("? " * 70, 129)],
)
def test_nesting_over_sixty_four_stops_where_it_exceeds(text: str, column: int) -> None:
    source = read_text(f"a: 1\n---\n{text}")
    assert [plain(d) for d in source.documents] == [{"a": "1"}]
    assert problems(source) == [("too-large", 3, column)]


def test_a_key_too_deep_is_reported_at_that_key() -> None:
    lines = [f"{' ' * depth}k{depth}:" for depth in range(70)]
    assert problems_of("\n".join(lines)) == [("too-large", 65, 65)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x b\n", [("yaml-syntax", 1, 4)]),
        ("a: !!str b\n", [("yaml-syntax", 1, 4)]),
        ("a: ! b\n", [("yaml-syntax", 1, 4)]),
        ("a: &x !t b\n", [("yaml-syntax", 1, 4), ("yaml-syntax", 1, 7)]),
        ("a: !t # c\n   &x\n   - b\n", [("yaml-syntax", 1, 4), ("yaml-syntax", 2, 4)]),
        ("&k a: [&x b, !t {c: *x}]\n", [("yaml-syntax", 1, c) for c in (1, 8, 14, 21)]),
        ("a: &x\nb: *x\n", [("yaml-syntax", 1, 4), ("yaml-syntax", 2, 4)]),
        ("*x : b\nc: d\n", [("yaml-syntax", 1, 1)]),
        ("a: b\n<<: *x\n", [("yaml-syntax", 2, 1), ("yaml-syntax", 2, 5)]),
        ("a: b\n'<<': c\n", []),
    ],
)
def test_anchors_aliases_tags_and_merge_keys_are_errors_at_their_own_marks(
    text: str, expected: list[tuple[str, int, int]]
) -> None:
    assert problems_of(text) == expected


def test_reading_goes_on_past_anchors_and_tags() -> None:
    assert documents("a: &x !t b\nc: [!u d]\n") == [{"a": "b", "c": ["d"]}]


def test_an_alias_stands_as_itself_and_says_so() -> None:
    (document,) = read_text("a: *x\nb: '*x'\n").documents
    found = [(scalar.text, scalar.is_alias) for scalar in scalars(document)]
    assert found == [("a", False), ("*x", True), ("b", False), ("*x", False)]


def test_a_duplicate_key_is_reported_at_the_second_and_the_first_counts() -> None:
    source = read_text("a: 1\nb: {c: 1, 'c': 2, c: 3}\n\"a\": 2\n")
    expected = [("duplicate-key", 2, 11), ("duplicate-key", 2, 19), ("duplicate-key", 3, 1)]
    assert problems(source) == expected
    assert [plain(d) for d in source.documents] == [{"a": "1", "b": {"c": "1"}}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\n? [b]\n: c\n", ("yaml-syntax", 2, 3)),
        ("a: {[b]: c}\n", ("yaml-syntax", 1, 5)),
        ("a: {{b}: c}\n", ("yaml-syntax", 1, 5)),
        ("a: {? {b: c} : d}\n", ("yaml-syntax", 1, 7)),
        ("a: 1\n: b\n", ("yaml-syntax", 2, 1)),
        ("{{ name }}: b\n", ("yaml-syntax", 1, 2)),
    ],
)
def test_a_key_is_a_text(text: str, expected: tuple[str, int, int]) -> None:
    assert problems_of(text) == [expected]


def test_a_document_whose_first_key_is_no_text_is_left_out() -> None:
    assert documents("[a]: b\nc: d\n---\ne: f\n") == [{"e": "f"}]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a:\n\tb: 1\n", 2, 1, "a tab can't indent a line"),
        ("a: 1\n\tb: 2\n", 2, 1, "a tab can't indent a line"),
        ("a: |\n\tb\n", 2, 1, "a tab can't indent a line"),
        ("a: 'b\nc", 1, 4, "the text in quotes that begins here is never closed"),
        ('a: "b\n', 1, 4, "the text in quotes that begins here is never closed"),
        (
            'a: "b\n---\nc: "d"\n',
            1,
            4,
            "the text in quotes that begins here is not closed before the document ends",
        ),
        ("a: [b,\n  c", 1, 4, "the bracket that opens here is never closed"),
        ("a: {b: c\n", 1, 4, "the bracket that opens here is never closed"),
        (
            "a: [b\nc: d\n",
            2,
            2,
            "a comma or `]` is missing here, in the list that `[` begins in line 1",
        ),
        (
            "a: {b: [c}\n",
            1,
            10,
            "a comma or `]` is missing here, in the list that `[` begins in line 1",
        ),
        (
            "a: {b: c]\n",
            1,
            9,
            "a comma or `}` is missing here, in the mapping that `{` begins in line 1",
        ),
        (
            "a: b: c\n",
            1,
            5,
            "`:` makes a key of what stands before it, and no key can stand there",
        ),
        ("a: 1\nb\nc: 2\n", 2, 1, "`:` is missing after this key"),
        ("a: - b\n", 1, 4, "a list can't begin here"),
        ("a: ? b\n", 1, 4, "`?` can't stand here"),
        ("a: @b\n", 1, 4, "a text can't begin with `@`"),
        ("a: `b`\n", 1, 4, "a text can't begin with a backtick"),
        ("a: %b\n", 1, 4, "a text can't begin with `%`"),
        ("a: & b\n", 1, 5, "a text can't begin with `&`"),
        ("a: * b\n", 1, 5, "a text can't begin with `*`"),
        ("a: !<b c\n", 1, 7, "a text can't begin with `!`"),
        ("a: !e!b c\n", 1, 4, "a text can't begin with `!`"),
        ('a: "b" c\n', 1, 8, "a key such as `title:` is missing here"),
        ("- a\nb: 1\n", 2, 1, "`- ` is missing here, in the list that begins in line 1"),
        ("a: }\n", 1, 4, "a value is missing before `}`"),
        ("[a] b\n", 1, 5, "only a line `---` and another document can follow here"),
        ("a: | b\n", 1, 6, "only a line break or a comment can follow `|` or `>`"),
        ("a: |0\n  b\n", 1, 5, "only a line break or a comment can follow `|` or `>`"),
        (
            'a: "\\q"\n',
            1,
            5,
            "a backslash in double quotes begins an escape, and YAML knows none such",
        ),
        ('a: "\\x4"\n', 1, 7, "an escape lacks hexadecimal digits"),
        ('a: "\\ud800"\n', 1, 7, "this escape stands for no character"),
        ("%YAML 1.9\n---\na\n", 1, 1, "this version of YAML is unknown"),
        ("%YAML 1.1\n%YAML 1.1\n---\na\n", 2, 1, "`%YAML` is given twice"),
        ("%TAG ! x\n%TAG ! y\n---\na\n", 2, 1, "`%TAG` is given twice"),
        (
            "%FOO x\n---\na\n",
            1,
            5,
            "a line that begins with `%` is an instruction to YAML, and there is none such",
        ),
    ],
)
def test_a_syntax_error_is_said_in_plain_words_where_the_parser_met_it(
    text: str, line: int, column: int, message: str
) -> None:
    (problem,) = read_text(text).diagnostics
    found = (problem.name, problem.location.line, problem.location.column, problem.message)
    assert found == ("yaml-syntax", line, column, message)


def test_documents_before_a_syntax_error_are_returned_and_the_broken_one_is_not() -> None:
    assert documents("a: 1\n---\nb: 2\n---\nc: [\n") == [{"a": "1"}, {"b": "2"}]
    assert documents("a: 1\n...\nb\n...\n'c' d\n") == [{"a": "1"}]
    assert documents("a: 1\n---\n'b' c\n") == [{"a": "1"}]


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("a: é\n".encode("latin-1"), 1, 4, "not UTF-8"),
        ("b: 𝒳\r\na: ".encode() + b"\xff\n", 2, 4, "`0xFF`"),
        (b"\xef\xbb\xbfa\xe2\x82", 1, 2, "`0xE2`"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16"),
        (b"\xfe\xff\x00a", 1, 1, "UTF-16"),
        ("a: 1".encode("utf-32"), 1, 1, "UTF-32"),
        (b"\x00\x00\xfe\xff\x00\x00\x00a", 1, 1, "UTF-32"),
        ("a: 1".encode("utf-16-le"), 1, 2, "`U+0000`"),
        (b"a: 1\nb: \x00\n", 2, 4, "`U+0000`"),
        (b"a: \x1b[31m\n", 1, 4, "`U+001B`"),
        (b"a: \x7f\n", 1, 4, "`U+007F`"),
        ("a: \x9f\n".encode(), 1, 4, "`U+009F`"),
        (b"\x00" * MEBIBYTE, 1, 1, "`U+0000`"),
    ],
)
def test_bytes_that_are_no_text_are_reported_at_the_first_of_them(
    data: bytes, line: int, column: int, words: str
) -> None:
    (problem,) = read("f", data).diagnostics
    found = (problem.name, problem.location.line, problem.location.column)
    assert found == ("yaml-syntax", line, column)
    assert words in problem.message


def test_documents_before_a_bad_byte_are_returned() -> None:
    source = read("f", b"a: 1\n---\nb: [\xff]\n")
    assert ([plain(d) for d in source.documents], len(source.diagnostics)) == ([{"a": "1"}], 1)


def test_a_syntax_error_before_a_bad_byte_is_reported_too() -> None:
    source = read("f", b"a: b: c\nd: \xff\n")
    assert problems(source) == [("yaml-syntax", 1, 5), ("yaml-syntax", 2, 4)]


@pytest.mark.parametrize(
    ("text", "place_of_word", "name"),
    [
        ("a: x pay\u202ecba y\n", (1, 6, 1, 13), "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a: x # see \u2066it\n", (1, 12, 1, 15), "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("a\u200b: x\n", (1, 1, 1, 4), "U+200B ZERO WIDTH SPACE"),
        ("a: co\xadde\n", (1, 4, 1, 9), "U+00AD SOFT HYPHEN"),
        ("a: co\u2060de\n", (1, 4, 1, 9), "U+2060 WORD JOINER"),
        ("a: x\nb: \ufeffy\n", (2, 4, 2, 6), "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("a: x\u200dy\n", (1, 4, 1, 7), "U+200D ZERO WIDTH JOINER"),
        ("a: AB\ufe0f\n", (1, 4, 1, 7), "U+FE0F VARIATION SELECTOR-16"),
        ("a: \u3164\n", (1, 4, 1, 5), "U+3164 HANGUL FILLER"),
        ("a: x\U000e0041\n", (1, 4, 1, 6), "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ('a: "x \\u202ey"\n', (1, 7, 1, 14), "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_an_invisible_character_is_named_at_its_word(
    text: str, place_of_word: tuple[int, int, int, int], name: str
) -> None:
    (problem,) = read_text(text).diagnostics
    assert (problem.name, problem.location[1:]) == ("confusable-text", place_of_word)
    assert f"`{name}`" in problem.message


def test_a_word_with_several_invisible_characters_is_reported_once() -> None:
    expected = [("confusable-text", 1, 4), ("confusable-text", 1, 8)]
    assert problems_of("a: \u200bx\u200b \u200by # z\n") == expected


def test_a_control_character_by_escape_is_reported_at_the_escape() -> None:
    assert problems_of('a: "x\\0y \\t\\n"\n') == [("yaml-syntax", 1, 6)]


@pytest.mark.parametrize(
    "text",
    [
        "a: 👨‍👩‍👧\n",
        "a: 🏳️‍🌈 ❤️ 👍🏽 1️⃣\n",
        "a: \U0001f3f4\U000e0067\U000e0062\U000e007f\n",
        "a: ©️ x\n",
    ],
)
def test_what_joins_emoji_is_no_problem(text: str) -> None:
    assert read_text(text).diagnostics == ()


def test_problems_are_in_the_order_of_the_file() -> None:
    text = "a: 1 # \u200b\na: &x 2\nb: [\n"
    expected = [("confusable-text", 1, 8), ("duplicate-key", 2, 1), ("yaml-syntax", 2, 4)]
    assert problems_of(text) == [*expected, ("yaml-syntax", 4, 1)]


def test_after_a_thousand_problems_reading_stops_and_says_so() -> None:
    source = read_text("a: [" + "*x," * 5000 + "]")
    names = [problem.name for problem in source.diagnostics]
    assert (names.count("yaml-syntax"), names.count("too-large")) == (1000, 1)


HOSTILE = {
    "brackets": "[" * MEBIBYTE,
    "braces": "{" * MEBIBYTE,
    "dashes": "- " * (MEBIBYTE // 2),
    "double quotes": '"' * MEBIBYTE,
    "single quote": "'" + "a" * (MEBIBYTE - 1),
    "question marks": "? " * (MEBIBYTE // 2),
    "keys on one line": "a: " * (MEBIBYTE // 3),
    "references": "".join(f"a{i}: &a{i} [*a{i - 1},*a{i - 1}]\n" for i in range(30_000))[:MEBIBYTE],
    "tags": "!" * MEBIBYTE,
    "same key": "a:\n" * (MEBIBYTE // 3),
    "invisible words": "\u200b " * (MEBIBYTE // 4),
    "blanks": "a: '" + " " * (MEBIBYTE - 8) + "'",
    "escapes": "a: [" + '"\\0",' * 20_000 + "]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_to_its_end_or_to_a_diagnostic(name: str) -> None:
    source = read("f", HOSTILE[name].encode())
    assert source.documents or source.diagnostics


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_reading_fail(data: bytes) -> None:
    assert read("f", data).name == "f"


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_reading_fail(text: str) -> None:
    assert read("f", text.encode("utf-8", errors="surrogatepass")).name == "f"


WHOLE = 'coupon: a\ncodes: [b, "c\\x41"]\nredemption:\n  - rule: >\n      x\n---\nspace: {é: 1}\n'


@pytest.mark.parametrize("size", range(len(WHOLE.encode())))
def test_a_truncated_file_never_makes_reading_fail(size: int) -> None:
    assert len(read("f", WHOLE.encode()[:size]).documents) <= 2


def test_a_file_has_at_most_a_hundred_thousand_keys_and_values() -> None:
    source = read("many.yaml", b"[" + b"a," * 100_001 + b"]")
    expected = [("too-large", "a file has at most 100,000 keys and values")]
    assert [(each.name, each.message) for each in source.diagnostics] == expected
