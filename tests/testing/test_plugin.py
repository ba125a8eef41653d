"""The plugin of pytest, in projects of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Loaded before any run of pytest within this one, which would load them anew each time.
import engine.testing.coupons
import engine.testing.report
import engine.testing.runner  # noqa: F401
from tests.cli.running import COUPON, SPACE

pytest_plugins = ["pytester"]

SCENARIO = """\
scenario: spring takes a tenth off
given: {at: 2026-05-01T00:00:00Z, subscription: {id: s}}
steps:
  - {redeem: SPRING, expect: redeemed}
  - {charge: {id: c, fee: period, amount: 10.00 CHF}, expect: {discount: 1.00 CHF}}
"""
WRONG = SCENARIO.replace("discount: 1.00 CHF", "discount: 2.00 CHF").replace(
    "fee: period", "fee: setup"
)
PLUGIN = ("-p", "no:coupon", "-p", "engine.testing.plugin", "-p", "no:cacheprovider")


def policies(pytester: pytest.Pytester, **files: str) -> None:
    folder = pytester.mkdir("policies")
    for name, text in {"space": SPACE, "spring": COUPON, **files}.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, *arguments)


def test_scenarios_are_tests(pytester: pytest.Pytester) -> None:
    policies(pytester, story=SCENARIO)
    result = run(pytester, "policies", "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*story.yaml::spring takes a tenth off PASSED*"])


def test_all_files_of_the_folder_are_one_catalogue(pytester: pytest.Pytester) -> None:
    policies(pytester, story=SCENARIO)
    run(pytester, "policies/story.yaml").assert_outcomes(passed=1)


def test_scenarios_are_found_without_a_path(pytester: pytest.Pytester) -> None:
    policies(pytester, spring=f"{COUPON}---\n{SCENARIO}")
    pytester.makefile(".yaml", compose="services: {web: {image: x}}\n")
    run(pytester).assert_outcomes(passed=1)


def test_a_failure_says_what_came_and_which_sentence_said_so(pytester: pytest.Pytester) -> None:
    policies(pytester, story=WRONG)
    result = run(pytester, "policies")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*story.yaml:5: charge c",
            "*expected  discount 2.00 CHF",
            "*came      discount none, net 10.00 CHF, SPRING declined: condition_not_met",
            "*spring.yaml:6:15: `fee is period`*",
        ]
    )


def test_scenarios_elsewhere_are_about_the_policies(pytester: pytest.Pytester) -> None:
    policies(pytester)
    folder = pytester.mkdir("stories")
    (folder / "story.yaml").write_text(SCENARIO, "utf-8")
    run(pytester, "stories").assert_outcomes(passed=1)
    run(pytester).assert_outcomes(passed=1)


def test_a_folder_with_coupons_of_its_own_is_a_catalogue_of_its_own(
    pytester: pytest.Pytester,
) -> None:
    policies(pytester)
    folder = pytester.mkdir("others")
    (folder / "all.yaml").write_text(f"{SPACE}---\n{COUPON}---\n{SCENARIO}", "utf-8")
    run(pytester, "others").assert_outcomes(passed=1)


def test_files_that_are_named_are_one_catalogue(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("others")
    for name, text in {"space": SPACE, "spring": COUPON, "story": SCENARIO}.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    (folder / "double.yaml").write_text(COUPON, "utf-8")
    files = [f"others/{name}.yaml" for name in ("space", "spring", "story")]
    run(pytester, *files).assert_outcomes(passed=1)
    run(pytester, "others").assert_outcomes(errors=1)


def test_policies_with_errors_are_an_error_at_their_word(pytester: pytest.Pytester) -> None:
    policies(pytester, story=SCENARIO.replace("subscription:", "subscripton:"))
    result = run(pytester, "policies")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["policies/story.yaml:2:35: error?unknown-fact?:*"])


def test_a_file_of_the_policies_that_is_not_yaml_is_an_error(pytester: pytest.Pytester) -> None:
    policies(pytester, story=SCENARIO, broken="coupon: [\n")
    run(pytester, "policies").assert_outcomes(errors=1)


def test_a_name_selects_scenarios(pytester: pytest.Pytester) -> None:
    policies(pytester, story=SCENARIO)
    run(pytester, "policies", "-k", "tenth").assert_outcomes(passed=1)
    run(pytester, "policies", "-k", "fifth").assert_outcomes(deselected=1)


TEST = """\
AT = "2026-05-01T00:00:00Z"
SUBSCRIPTION = {"id": "s"}
CHARGE = {"id": "c", "fee": "period", "amount": "10.00", "currency": "CHF"}

def test_spring(coupons):
    redeemed = coupons.redeem("SPRING", at=AT, subscription=SUBSCRIPTION)
    assert redeemed.coupon == "spring"
    request = {"at": AT, "subscription": SUBSCRIPTION, "charges": [CHARGE]}
    assert coupons.evaluate(request).charges[0].discount == "1.00"
    assert coupons.charge(CHARGE, at=AT, subscription=SUBSCRIPTION).net == "9.00"
"""


def test_ten_lines_test_a_coupon(pytester: pytest.Pytester) -> None:
    policies(pytester)
    pytester.makepyfile(TEST)
    run(pytester).assert_outcomes(passed=1)


def test_each_test_begins_with_empty_state(pytester: pytest.Pytester) -> None:
    policies(pytester)
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_once(coupons, number):\n"
        "    said = {'at': f'202{number}-01-01T00:00:00Z', 'subscription': {'id': 's'}}\n"
        "    assert coupons.redeem({'code': 'SPRING', **said}).version == 1\n"
        "    assert coupons.redeem('SPRING', **said).reasons[0].reason == 'already_redeemed'\n"
        "    assert coupons.remove('SPRING', **said).how == 'removed'\n"
        "    assert coupons.redeem('SPRING', **said).coupon == 'spring'\n"
    )
    run(pytester).assert_outcomes(passed=3)


def test_a_request_without_a_moment_says_so(pytester: pytest.Pytester) -> None:
    policies(pytester)
    pytester.makepyfile("def test_it(coupons):\n    coupons.redeem('SPRING')\n")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the moment is missing: give `at`*"])


def test_an_option_names_the_folder_of_policies(pytester: pytest.Pytester) -> None:
    policies(pytester)
    (pytester.path / "policies").rename(pytester.path / "offers")
    pytester.makeini("[pytest]\ncoupon_policies = offers\n")
    pytester.makepyfile(TEST)
    run(pytester).assert_outcomes(passed=1)


def test_policies_with_errors_fail_a_test_that_asks_them(pytester: pytest.Pytester) -> None:
    policies(pytester, wrong="coupon: x\n")
    pytester.makepyfile("def test_it(coupons):\n    pass\n")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*wrong.yaml:1:1: error?missing-key?:*"])


def test_other_yaml_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", compose="services: {}\n", broken="a: [\n")
    pytester.makefile(".yml", tool="name: x\nscenario: {name: y}\n")
    pytester.makepyfile("def test_it():\n    pass\n")
    run(pytester).assert_outcomes(passed=1)


def test_the_plugin_loads_nothing_of_the_engine_until_it_is_needed() -> None:
    code = (
        "import sys, pytest, engine.testing.plugin as plugin\n"
        "loaded = [name for name in sys.modules if name.startswith(('engine.', 'sqlalchemy'))]\n"
        "print(sorted(loaded))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "['engine.testing', 'engine.testing.plugin']"
