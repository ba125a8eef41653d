from __future__ import annotations

from pathlib import Path

import pytest

from engine import resources
from engine.catalogue.shapes import KINDS, check_shape
from engine.catalogue.yaml_reader import read
from engine.resources import folder

Found = tuple[str, int, int]


def kinds_and_problems(text: str) -> list[tuple[str | None, list[Found]]]:
    found = []
    for document in read("f", text.encode()).documents:
        kind, problems = check_shape(document)
        places = [(p.name, p.location.line, p.location.column) for p in problems]
        found.append((kind, places))
    return found


def problems_of(text: str) -> list[Found]:
    ((_, found),) = kinds_and_problems(text)
    return found


def message_of(text: str) -> str:
    (document,) = read("f", text.encode()).documents
    _, (problem,) = check_shape(document)
    return problem.message


def help_of(text: str) -> str:
    (document,) = read("f", text.encode()).documents
    _, (problem,) = check_shape(document)
    return problem.help


COUPON = "coupon: a\ndiscount: 5%\n"
GROUP = "group: a\nowner: {customer: a, product: b, plan: c}\nusers: {product: a, plan: b}\n"


def test_the_schemas_are_found() -> None:
    found = {path.name for path in folder("schemas").glob("*.json")}
    assert found == {f"{kind}.schema.json" for kind in KINDS}


def test_a_folder_that_does_not_ship_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        folder("nowhere")


def test_an_installed_engine_has_its_folders_in_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "engine" / "data" / "schemas"
    shipped.mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    monkeypatch.setattr(resources, "_HERE", tmp_path / "engine")
    assert folder("schemas") == shipped


def test_each_document_has_the_kind_of_its_first_key() -> None:
    text = f"{COUPON}---\nspace: b\n---\nvocabulary: c\n"
    assert kinds_and_problems(text) == [("coupon", []), ("space", []), ("vocabulary", [])]


@pytest.mark.parametrize("text", ["- coupon: a\n", "coupon\n", "'a: b'\n", "[]\n"])
def test_a_document_that_is_no_mapping_has_no_kind(text: str) -> None:
    ((kind, ((name, line, _),)),) = kinds_and_problems(text)
    assert (kind, name, line) == (None, "wrong-shape", 1)


def test_an_empty_mapping_has_no_kind() -> None:
    assert kinds_and_problems("{}\n") == [(None, [("wrong-shape", 1, 1)])]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("cupon: a\nformat: b\n", "did you mean `coupon`?"),
        ("title: a\nformat: b\ncoupon: c\n", "put `coupon` first"),
        ("template: a\nformat: b\n", "put `format` first"),
        ("xyz: a\n", "the kinds are"),
    ],
)
def test_an_unknown_first_key_gets_advice(text: str, advice: str) -> None:
    assert kinds_and_problems(text) == [(None, [("unknown-key", 1, 1)])]
    assert help_of(text).startswith(advice)


def test_an_unknown_key_is_reported_at_the_key_with_a_suggestion() -> None:
    assert problems_of(f"{COUPON}titel: x\n") == [("unknown-key", 3, 1)]
    assert message_of(f"{COUPON}titel: x\n") == "a `coupon` document has no key `titel`"
    assert help_of(f"{COUPON}titel: x\n") == "did you mean `title`?"


def test_an_unknown_key_like_no_other_lists_the_keys_that_are_left() -> None:
    text = f"{COUPON}grants: {{plan: x, points: 1, zzz: 2}}\n"
    assert help_of(text) == (
        "its keys can be `from`, `features`, `add-ons`, `subaccounts` or `duration`"
    )


def test_a_kind_further_down_is_told_to_begin_a_document() -> None:
    text = f"{COUPON}scenario: x\n"
    assert help_of(text) == "begin a new document before it, with a line `---`"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("format: a\n", [("missing-key", 1, 1)]),
        ("coupon: a\n", [("missing-key", 1, 1)]),
        ("rates: a\nbase: EUR\ntable:\n  - USD: 1\n", [("missing-key", 4, 5)]),
        ("group: a\n", [("missing-key", 1, 1)] * 3),
        (f"{GROUP}access: [{{}}]\n", [("missing-key", 4, 10)]),
        ("scenario: a\nsteps:\n  - at: b\n", [("missing-key", 3, 5)]),
    ],
)
def test_a_missing_key_is_reported_at_the_first_key_of_its_mapping(
    text: str, expected: list[Found]
) -> None:
    assert problems_of(text) == expected


def test_a_coupon_needs_a_discount_or_grants() -> None:
    expected = "a `coupon` document needs one of the keys `discount` or `grants`"
    assert message_of("coupon: a\n") == expected


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("active: yes", 9, "`active` must be `true` or `false`, not `yes`"),
        ("active: True", 9, "`active` must be `true` or `false`, not `True`"),
        ('active: "true\\n"', 9, "`active` must be `true` or `false`, not `true`"),
        ("valid: 12", 8, "`valid` must be a length of time such as `12 months`, not `12`"),
        ("valid: 0 days", 8, "`valid` must be a length of time such as `12 months`, not `0 days`"),
        ("codes: X", 8, "`codes` must be a list of texts, not `X`"),
        ("codes: [[X]]", 9, "an entry of `codes` must be a text, not a list"),
        ("alerts: [80]", 10, "an entry of `alerts` must be a percentage such as `5%`, not `80`"),
        ("labels: [a]", 9, "`labels` must be a mapping of labels to values, not a list"),
        ("allow: [no-fee]", 9, "an entry of `allow` must be the name of a warning, not `no-fee`"),
        ("redemption: on Friday", 13, "`redemption` must be a list of sentences, not `on Friday`"),
        ("title: {a: b}", 8, "`title` must be a text, not a mapping"),
        ("grants: {points: ٣}", 18, "`points` must be a whole number of at most 9 digits, not `٣`"),
        (
            "grants: {}",
            9,
            "`grants` must be a mapping with what is granted, such as `plan` and `duration`, "
            "not an empty mapping",
        ),
    ],
)
def test_a_wrong_value_is_reported_at_the_value_in_words(
    line: str, column: int, message: str
) -> None:
    assert problems_of(f"{COUPON}{line}\n") == [("wrong-shape", 3, column)]
    assert message_of(f"{COUPON}{line}\n") == message


@pytest.mark.parametrize("value", ["", " ''", ' ""', " # a comment"])
def test_an_empty_value_is_reported_at_its_key(value: str) -> None:
    text = f"{COUPON}title:{value}\n"
    assert problems_of(text) == [("wrong-shape", 3, 1)]
    assert message_of(text) == "`title` must be a text, and nothing is given"


def test_a_value_that_became_a_comment_is_explained() -> None:
    text = "partner: a\ncolours:\n  primary: #00539f\n"
    assert help_of(text) == "what follows `#` is a comment, unless it stands in quotes"


def test_an_empty_list_entry_is_reported_where_it_would_stand() -> None:
    assert problems_of(f"{COUPON}redemption:\n  -\n  - a\n") == [("wrong-shape", 4, 4)]


def test_a_mapping_for_a_discount_is_explained_by_the_colon() -> None:
    text = "coupon: a\ndiscount:\n  - 5% when product is a: b\n"
    assert problems_of(text) == [("wrong-shape", 3, 5)]
    assert "`: `" in help_of(text)


@pytest.mark.parametrize(
    ("rule", "column"),
    [("fee is: period", 5), ("because: x", 5), ("{a: b}", 5), ("rull: x\n    because: y", 5)],
)
def test_a_mapping_without_rule_is_a_cut_sentence_and_nothing_else(rule: str, column: int) -> None:
    text = f"{COUPON}redemption:\n  - {rule}\n"
    assert problems_of(text) == [("yaml-cut", 4, column)]


def test_a_cut_sentence_in_brackets_is_reported_at_its_first_key() -> None:
    text = f"{COUPON}redemption: [through 2026-11-30, fee is: period, code: a]\n"
    assert problems_of(text) == [("yaml-cut", 3, 34), ("yaml-cut", 3, 50)]


def test_what_is_wrong_inside_a_rule_is_reported_there() -> None:
    text = f"{COUPON}application:\n  - rule: x\n    becuase: y\n    reason: Wrong Country\n"
    assert problems_of(text) == [("unknown-key", 5, 5), ("wrong-shape", 6, 13)]


def test_all_problems_of_a_document_are_reported_in_order() -> None:
    text = "coupon: a\nactive: 1\ntitel: b\ncodes: c\n"
    assert problems_of(text) == [
        ("missing-key", 1, 1),
        ("wrong-shape", 2, 9),
        ("unknown-key", 3, 1),
        ("wrong-shape", 4, 8),
    ]


def test_a_misspelt_key_is_not_missing_too() -> None:
    text = "group: a\nowner: {custmer: a, product: b, plan: c}\nusers: {product: a, plan: b}\n"
    assert problems_of(f"{text}access: []\n") == [("unknown-key", 2, 9)]


def test_an_alias_or_a_merge_key_is_no_second_problem() -> None:
    assert problems_of("coupon: a\n<<: *b\nactive: *c\ncodes: [*d]\n") == []


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("{code: X, seats: 5}", []),
        ("{code: X}", []),
        ("{unique codes: 10}", []),
        ("{networks: ['2001:db8::/32']}", []),
        ("{code: X, list: 4}", [("wrong-shape", 4, 20)]),
        ("{list: 4, seats: 5}", [("wrong-shape", 4, 20)]),
        ("{seats: 5}", [("missing-key", 4, 10)]),
        ("{netwoks: [a]}", [("unknown-key", 4, 11)]),
    ],
)
def test_a_way_into_a_group_is_exactly_one(way: str, expected: list[Found]) -> None:
    assert problems_of(f"{GROUP}access: [{way}]\n") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{redeem: X, expect: redeemed}", []),
        ("{redeem: X, expect: {refused: [limit_reached, ended]}}", []),
        ("{redeem: X, expect: redeemd}", [("wrong-shape", 3, 23)]),
        ("{redeem: X, expect: held}", [("wrong-shape", 3, 23)]),
        ("{redeem: X, expect: {refusd: ended}}", [("unknown-key", 3, 24)]),
        ("{redeem: X, expect: {discount: none}}", [("wrong-shape", 3, 23)]),
        ("{redeem: X, expect: {refused: Not Yet}}", [("wrong-shape", 3, 33)]),
        ("{redem: X}", [("unknown-key", 3, 4)]),
        ("{redeem: X, hold: Y}", [("wrong-shape", 3, 15)]),
        ("{redeem: X, for: 3 days}", [("wrong-shape", 3, 15)]),
        ("{hold: X, for: 15 minutes, expect: held}", []),
        ("{redeem: X, vip: true, partner: {tier: gold}}", []),
        ("{charge: {id: a}, expect: {discount: none, net: 1 USD, declined: {A: b}}}", []),
        ("{charge: {id: a}, expect: {discont: none}}", [("unknown-key", 3, 30)]),
        ("{charge: {id: a}, expect: none}", [("wrong-shape", 3, 29)]),
        ("{charge: {id: a}, expect: {indicated: true}}", [("unknown-key", 3, 30)]),
        ("{evaluate: {id: a}, codes: [A], expect: {indicated: true}}", []),
        ("{onboard: {subscription: {id: s}}, expect: {A: redeemed, B: {refused: c}}}", []),
        ("{onboard: {subscription: {id: s}}, expect: {A: done}}", [("wrong-shape", 3, 50)]),
        ("{switch-off: {coupon: a}, expect: done}", []),
        ("{switch-off: {code: a}, expect: done}", [("wrong-shape", 3, 16)]),
        ("{issue: {coupon: a, count: 5, as: B}, expect: done}", []),
        ("{issue: {coupon: a, count: many}}", [("wrong-shape", 3, 30)]),
        ("{parse: A, expect: {named: Core, features: [a], fields: {b: c}}}", []),
        ("{change: {coupon: a, discount: 50%}, expect: pending}", []),
        ("{change: {coupon: a, discont: 50%}}", [("unknown-key", 3, 24)]),
        ("{change: {coupon: a, application: [fee: period]}}", [("yaml-cut", 3, 38)]),
    ],
)
def test_the_steps_of_a_scenario(step: str, expected: list[Found]) -> None:
    assert problems_of(f"scenario: a\nsteps:\n- {step}\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("space: a\nrounding: up\n", ("wrong-shape", 2, 11)),
        ("space: a\napprovals: {changes: -1}\n", ("wrong-shape", 2, 22)),
        ("space: a\nnotices: {renewal: 30 days}\n", ("wrong-shape", 2, 20)),
        ("features: a\nwidth: 16\nbits: {x: b}\n", ("wrong-shape", 3, 8)),
        ("features: a\nwidth: 16\nnamed: {x: yz}\n", ("wrong-shape", 3, 12)),
        ("format: a\ntemplate: b\nfields: {issued: month}\n", ("wrong-shape", 3, 18)),
        ("format: a\ntemplate: b\nfields: {serail: 20}\n", ("unknown-key", 3, 10)),
        ("rates: a\nbase: EUR\ntable: [{at: b, USD: 0}]\n", ("wrong-shape", 3, 22)),
        ("rates: a\nbase: EUR\ntable: [{at: b, USD: '1,1'}]\n", ("wrong-shape", 3, 22)),
        ("partner: a\nprices: {volume: {ten: 5%}}\n", ("wrong-shape", 2, 19)),
        ("partner: a\nprices: {markup: 15}\n", ("wrong-shape", 2, 18)),
        ("vocabulary: a\nvalues: {product: core}\n", ("wrong-shape", 2, 19)),
    ],
)
def test_the_other_documents(text: str, expected: Found) -> None:
    assert problems_of(text) == [expected]


LARGE = {
    "codes": (f"{COUPON}codes:\n" + "  - CODE\n" * 10_000, 0),
    "cut sentences": (f"{COUPON}redemption:\n" + "  - a: b\n" * 20_000, 1001),
    "unknown keys": (COUPON + "".join(f"key{n}: x\n" for n in range(20_000)), 1001),
}


@pytest.mark.parametrize("name", LARGE)
def test_the_problems_of_a_large_document_are_bounded(name: str) -> None:
    text, count = LARGE[name]
    (document,) = read("f", text.encode()).documents
    _, problems = check_shape(document)
    assert len(problems) == count


def test_no_message_is_the_validators_own() -> None:
    text = "coupon: a\nactive: []\nxyz: 1\ncodes: [{a: b}, '']\nredemption: {}\ngrants: {}\n"
    (document,) = read("f", text.encode()).documents
    _, problems = check_shape(document)
    messages = " ".join(problem.message for problem in problems)
    foreign = ("is not of type", "is a required", "is not valid under", "does not match", "'")
    assert [word for word in foreign if word in messages] == []
