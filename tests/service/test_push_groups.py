"""Groups and partners pushed: what ways in become, what of a partner is kept."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.catalogue.loader import assemble, read_files
from engine.cli.changing import pushed_text
from engine.decisions.explanation import source_of
from engine.service.changes.changed import Described, HeldBack, Pushed, Saved
from engine.service.errors import BadPolicies
from tests.service.changing import ANN, SPACE, SPRING, Acme

GROUP = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners}
users: {product: Group users, plan: xyz-users}
access:
  - code: XYZCODE
    seats: 50
  - email domain: xyz.example
"""
MORE = GROUP.replace("50", "60")
PARTNER = "partner: acme-energy\nprices: {list: {spring: 10 EUR}}\n"
NEW = (Described("xyz", "new"),)
MAIL = "email domain: xyz.example"


def changed(*said: str) -> tuple[Described, ...]:
    """The group as changed in some ways."""
    return (Described("xyz", "changed", said),)


@pytest.fixture
def acme() -> Acme:
    """A space with a group."""
    found = Acme()
    found.push(GROUP)
    return found


def seats(acme: Acme) -> tuple[str, str]:
    """The rule about the seats of the shared code, and where it stands."""
    rule = acme.book().coupons["xyz-code"].ready.policy.redemption[-1]
    return rule.text, source_of(rule)


def test_each_way_in_comes_into_force_as_a_coupon() -> None:
    acme = Acme()
    assert acme.push(GROUP) == Pushed(new=("xyz-code", "xyz-email-domain"), groups=NEW)
    assert acme.codes() == {"XYZCODE": True}
    assert ("ann", "new coupon", "xyz-code") in acme.noted()
    assert acme.push(GROUP) == Pushed()


def test_a_book_has_the_groups_and_partners_of_the_files() -> None:
    acme = Acme()
    acme.push(SPRING, GROUP, PARTNER)
    book = acme.book()
    assert [way.coupon for way in book.groups["xyz"].ways] == ["xyz-code", "xyz-email-domain"]
    assert str(book.partners["acme-energy"].prices.listed["spring"]) == "10.00 EUR"


def test_a_changed_number_of_seats_waits_for_its_coupon_alone(acme: Acme) -> None:
    assert acme.push(MORE) == Pushed(
        pending=("xyz-code",),
        groups=changed(
            "access: without code: XYZCODE, seats: 50", "access: with code: XYZCODE, seats: 60"
        ),
    )
    assert acme.differences("xyz-code") == [
        (
            "redemption",
            "at most 50 redemptions for the whole coupon",
            "at most 60 redemptions for the whole coupon",
        )
    ]
    assert seats(acme) == ("at most 50 redemptions per coupon", "policy.yaml:10:12")
    acme.changes.enact("xyz-code", ANN)
    assert seats(acme)[0] == "at most 60 redemptions per coupon"
    assert [each.version for each in acme.changes.versions("xyz-code", ANN)] == [2, 1]


def test_a_sentence_is_at_the_word_of_the_file_that_its_version_was_read_from(acme: Acme) -> None:
    moved = MORE.replace("title: ", "# one line\n# and another\ntitle: ")
    acme.push(moved)
    assert seats(acme)[1] == "policy.yaml:10:12"
    acme.changes.enact("xyz-code", ANN)
    assert seats(acme)[1] == "policy.yaml:12:12"
    acme.push(SPRING, MORE)
    acme.push(SPRING, GROUP)
    acme.changes.enact("xyz-code", ANN)
    assert seats(acme) == ("at most 50 redemptions per coupon", "policy.yaml:17:12")


def test_a_way_that_is_gone_archives_its_coupon(acme: Acme) -> None:
    without = GROUP.replace("  - email domain: xyz.example\n", "")
    assert acme.push(without) == Pushed(
        archived=("xyz-email-domain",), groups=changed(f"access: without {MAIL}")
    )
    assert acme.book().coupons["xyz-email-domain"].archived
    assert acme.push(GROUP) == Pushed(
        back=("xyz-email-domain",), groups=changed(f"access: with {MAIL}")
    )


def test_a_group_that_is_gone_archives_all_its_coupons(acme: Acme) -> None:
    gone = (Described("xyz", "gone"),)
    assert acme.push(SPRING) == Pushed(
        new=("spring",), archived=("xyz-code", "xyz-email-domain"), groups=gone
    )
    assert acme.book().groups == {}


def test_another_shared_code_takes_the_place_of_the_first(acme: Acme) -> None:
    acme.push(GROUP.replace("XYZCODE", "XYZNEW"))
    acme.changes.enact("xyz-code", ANN)
    assert acme.codes() == {"XYZCODE": False, "XYZNEW": True}


def test_a_shared_code_that_belongs_to_a_coupon_keeps_the_way_back() -> None:
    acme = Acme()
    acme.push(SPRING.replace("codes: [SPRING]", "codes: [XYZCODE]"))
    pushed = acme.push(SPRING.replace("codes: [SPRING]", "codes: [OTHER]"), GROUP)
    assert pushed.new == ("xyz-email-domain",)
    assert pushed.held_back == (
        HeldBack(
            "xyz-code",
            "the code `XYZCODE` belongs to the coupon `spring`: take it out of `spring` and enact "
            "that first, or choose another code",
        ),
    )


def test_what_a_coupon_is_read_with_is_not_said_to_change_with_a_group() -> None:
    acme = Acme()
    acme.push(SPRING)
    assert acme.push(SPRING, GROUP, PARTNER) == Pushed(
        new=("xyz-code", "xyz-email-domain"),
        groups=NEW,
        partners=(Described("acme-energy", "new"),),
    )
    dearer = PARTNER.replace("10 EUR", "12 EUR")
    assert acme.push(SPRING, GROUP, dearer) == Pushed(
        partners=(Described("acme-energy", "changed", ("prices' list's spring: 10 EUR → 12 EUR",)),)
    )


def test_a_coupon_of_a_group_can_be_changed_by_hand_until_the_files_say_other(acme: Acme) -> None:
    document = acme.changes.versions("xyz-code", ANN)[0].document
    saved = acme.changes.save("xyz-code", document.replace("most 50", "most 55"), ANN)
    assert saved == Saved("xyz-code", "pending", 1)
    acme.changes.enact("xyz-code", ANN)
    assert seats(acme) == ("at most 55 redemptions per coupon", "xyz-code:10:5")
    assert acme.push(GROUP) == Pushed(pending=("xyz-code",))


def test_a_saved_coupon_may_name_those_of_groups(acme: Acme) -> None:
    rule = "[not together with xyz-code, at most 5 redemptions per code]"
    document = SPRING.replace("[at most 5 redemptions per code]", rule)
    assert acme.changes.save("spring", document, ANN).outcome == "in force"
    with pytest.raises(BadPolicies):
        acme.changes.save("other", document.replace("xyz-code", "xyz-list"), ANN)


def test_pull_writes_no_coupon_of_a_group(tmp_path: Path) -> None:
    (tmp_path / "xyz.yaml").write_text(f"{SPACE}---\n{GROUP}", "utf-8")
    acme = Acme()
    sources = read_files([tmp_path])
    acme.changes.push(assemble(sources), sources, ANN)
    acme.push(MORE)
    acme.changes.enact("xyz-code", ANN)
    assert acme.changes.pull(tmp_path, ANN) == []
    empty = tmp_path / "empty"
    assert acme.changes.pull(empty, ANN) == []
    assert not empty.exists()


# --- logos --------------------------------------------------------------------------------------


def picture(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a partner and its logo."""
    text = f"{SPACE}---\n{SPRING}---\npartner: acme-energy\nlogo: acme.png\n"
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "p.yaml").write_text(text, "utf-8")
    (tmp_path / "policies" / "acme.png").write_bytes(picture("navy"))
    return tmp_path / "policies"


def push_folder(acme: Acme, folder: Path) -> Pushed:
    sources = read_files([folder])
    return acme.changes.push(assemble(sources), sources, ANN)


def kept(acme: Acme) -> list[tuple[str, str, bytes]]:
    return [tuple(row) for row in acme.rows("SELECT partner, media, image FROM logos")]


def test_a_logo_is_kept_in_the_store(folder: Path) -> None:
    acme = Acme()
    push_folder(acme, folder)
    assert kept(acme) == [("acme-energy", "image/png", picture("navy"))]
    assert acme.noted()[1] == ("ann", "logo", "acme-energy")
    assert push_folder(acme, folder) == Pushed()


def test_a_changed_logo_takes_the_place_of_the_first(folder: Path) -> None:
    acme = Acme()
    push_folder(acme, folder)
    (folder / "acme.png").write_bytes(picture("red"))
    said = ("the picture of its logo is another",)
    other = (Described("acme-energy", "changed", said),)
    assert push_folder(acme, folder) == Pushed(partners=other)
    assert kept(acme) == [("acme-energy", "image/png", picture("red"))]
    assert acme.noted()[-1] == ("ann", "logo", "acme-energy")


@pytest.mark.parametrize("text", ["partner: acme-energy\n", ""])
def test_a_logo_that_no_partner_names_is_removed(folder: Path, text: str) -> None:
    acme = Acme()
    push_folder(acme, folder)
    (folder / "p.yaml").write_text(f"{SPACE}---\n{SPRING}---\n{text}", "utf-8")
    push_folder(acme, folder)
    assert kept(acme) == []


def test_a_logo_stays_where_texts_are_pushed_without_their_folder(folder: Path) -> None:
    acme = Acme()
    push_folder(acme, folder)
    acme.push(SPRING, "partner: acme-energy\nlogo: acme.png\n")
    assert [name for name, _, _ in kept(acme)] == ["acme-energy"]


def test_a_logo_that_is_wrong_replaces_nothing(folder: Path) -> None:
    acme = Acme()
    push_folder(acme, folder)
    (folder / "acme.png").write_bytes(b"no picture")
    with pytest.raises(BadPolicies, match="wrong-shape"):
        push_folder(acme, folder)
    assert kept(acme) == [("acme-energy", "image/png", picture("navy"))]


def test_what_changed_of_a_group_is_said_and_that_it_holds_at_once(acme: Acme) -> None:
    old = GROUP.replace("xyz-owners", "xyz-owners, amount: 900.00 USD")
    acme.push(old)
    pushed = acme.push(old.replace("900.00", "950.00"))
    assert pushed_text(pushed).splitlines() == [
        "group xyz: changed, which holds at once; only the coupons of its ways wait",
        "  owner's amount: 900.00 USD → 950.00 USD",
    ]
