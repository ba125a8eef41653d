"""Partners: prices, contact and logo, and what is wrong with them at the very word."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import load, load_texts
from engine.catalogue.logos import MAX_BYTES, Logo
from engine.catalogue.partners import Contact, Partner, Prices
from engine.money import Money
from tests.catalogue.test_diagnostics import Found, marked

COUPON = """\
coupon: year
discount: 10%
redemption: [at most 5 redemptions per code]
application: [fee is period]
---
"""
PARTNER = """\
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example, phone: "+41 44 000 00 00", web: https://acme.example}
colours: {primary: "#00539f"}
prices:
  list: {year: 480 EUR}
  volume: {50: 10%, 10: 5.5%}
  markup: 15%
references: "{client}-{project}-{number:3}"
"""


def catalogue(text: str) -> Catalogue:
    return load_texts({"p.yaml": COUPON + text})


def found(text: str) -> Found:
    """The name, line and column of each diagnostic; the lines of the coupon don't count."""
    diagnostics = catalogue(text).diagnostics
    return [(each.name, each.location.line - 5, each.location.column) for each in diagnostics]


def said(text: str) -> tuple[str, str]:
    (only,) = catalogue(text).diagnostics
    return only.message, only.help


def test_a_partner_is_read() -> None:
    read = catalogue(PARTNER)
    assert read.diagnostics == ()
    partner = read.partners["acme-energy"]
    assert isinstance(partner, Partner)
    assert (partner.title, partner.logo, partner.colour) == ("Acme Energy", None, "#00539f")
    assert partner.contact == Contact(
        "hello@acme.example", "+41 44 000 00 00", "https://acme.example"
    )
    assert partner.prices == Prices(
        {"year": Money(48000, "EUR")},
        ((10, Fraction(55, 1000)), (50, Fraction(1, 10))),
        Fraction(15, 100),
    )
    assert partner.references == "{client}-{project}-{number:3}"


def test_a_partner_needs_only_a_name() -> None:
    partner = catalogue("partner: acme\n").partners["acme"]
    assert (partner.title, partner.prices, partner.contact) == ("acme", Prices(), Contact())


def test_prices_may_be_in_several_currencies() -> None:
    other = COUPON.replace("year", "month")
    text = f"{other}partner: a\nprices: {{list: {{year: 480 EUR, month: 5000 JPY}}}}\n"
    assert catalogue(text).diagnostics == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("unknown-currency", "prices: {list: {year: 480 ‹EUX}}"),
        ("too-many-decimals", "prices: {list: {year: ‹480.005 EUR}}"),
        ("too-many-decimals", "prices: {list: {year: ‹480.5 JPY}}"),
        ("type-mismatch", "prices: {list: {year: ‹480}}"),
        ("type-mismatch", "prices: {list: {year: ‹-480 EUR}}"),
        ("unknown-coupon", "prices: {list: {‹yaer: 480 EUR}}"),
        ("wrong-shape", "prices: {volume: {‹2.5: 5%}}"),
        ("wrong-shape", "prices: {volume: {‹0: 5%}}"),
        ("wrong-shape", "prices: {volume: {10: ‹120%}}"),
        ("wrong-shape", "prices: {volume: {10: ‹100.5%}}"),
        ("wrong-shape", "prices: {volume: {10: ‹5}}"),
        ("wrong-shape", "prices: {volume: {10: 20%, 50: ‹5%}}"),
        ("wrong-shape", "prices: {volume: {50: ‹5%, 10: 20%}}"),
        ("wrong-shape", "prices: {markup: ‹-5%}"),
        ("wrong-shape", "prices: {markup: ‹1000.5%}"),
        ("duplicate-key", "prices: {volume: {10: 5%, ‹10: 6%}}"),
        ("type-mismatch", "contact: {email: ‹hello}"),
        ("type-mismatch", "contact: {email: '‹hello@acme'}"),
        ("type-mismatch", "contact: {email: '‹Hello <hello@acme.example>'}"),
        ("wrong-shape", 'colours: {primary: ‹"blue"}'),
        ("unknown-value", "references: '{‹cleint}-{number}'"),
        ("unknown-value", "references: 'A-‹{}'"),
        ("wrong-shape", "references: '{client}-‹{number'"),
        ("wrong-shape", "references: '{client}-number‹}'"),
        ("wrong-shape", "references: '‹{{client}}'"),
        ("wrong-shape", "references: '{‹client:3}'"),
        ("wrong-shape", "references: '{‹number:12}'"),
        ("wrong-shape", "references: '{‹number:}'"),
    ],
)
def test_a_partner_is_wrong_at_its_word(name: str, key: str) -> None:
    text, expected = marked(f"partner: a\n{key}\n", name)
    assert found(text) == expected


def test_a_name_that_no_address_could_have_is_wrong() -> None:
    assert found("partner: Acme Energy\n") == [("wrong-shape", 1, 10)]


def test_a_space_has_a_pattern_of_references_and_lengths_of_notices() -> None:
    notices = (
        "approvals: {activations: 2}\nnotices: {expiring: [60 days, 1 day], renewal: [1 month]}"
    )
    space = catalogue(f'space: s\nreferences: "{{year}}-{{number:4}}"\n{notices}\n').space
    assert space is not None
    assert (space.references, space.approvals, space.activations) == ("{year}-{number:4}", 0, 2)
    assert [str(each) for each in (*space.expiring, *space.renewal)] == [
        "60 days",
        "1 day",
        "1 month",
    ]
    text, expected = marked("space: s\nreferences: '{‹yaer}'\n", "unknown-value")
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "references: '{yaer}'",
            ("no placeholder is called `yaer`", "did you mean `year`?"),
        ),
        (
            "references: '{colour}'",
            (
                "no placeholder is called `colour`",
                "they are `{client}`, `{project}`, `{partner}`, `{coupon}`, `{purchase}`, "
                "`{year}`, `{number}`",
            ),
        ),
        (
            "references: '{client'",
            (
                "`{` has no `}` after it",
                "write a placeholder such as `{client}` or `{number:3}`",
            ),
        ),
        (
            "references: '{year:2}'",
            (
                "`{year:2}` is no placeholder: only a number has digits, 1 to 9",
                "write `{number:3}`",
            ),
        ),
        (
            "prices: {volume: {10: 120%}}",
            ("`120%` off is more than the whole price", "write at most `100%`"),
        ),
        ("prices: {list: {yaer: 1 EUR}}", ("no coupon is called `yaer`", "did you mean `year`?")),
        (
            "contact: {email: hello}",
            (
                "`hello` stands where an email address is needed",
                "write one such as `hello@acme.example`",
            ),
        ),
        (
            "contact: {web: javascript:alert(1)}",
            (
                "`javascript:alert(1)` stands where the address of a website is needed",
                "write one such as `https://acme.example`",
            ),
        ),
        (
            "contact: {email: a@b.example, phone: '1', web: 'https://b.example', fax: '2'}",
            (
                "`contact` has no key `fax`",
                "it has all its keys: `email`, `phone`, `web`",
            ),
        ),
    ],
)
def test_what_the_author_of_a_partner_is_told(text: str, expected: tuple[str, str]) -> None:
    assert said(f"partner: a\n{text}\n") == expected


# --- logos --------------------------------------------------------------------------------------


def picture(form: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, form)
    return file.getvalue()


def with_logo(home: Path, name: str = "acme.png") -> Catalogue:
    (home / "p.yaml").write_text(f"partner: acme\nlogo: {name}\n", "utf-8")
    return load([home])


def complaint(read: Catalogue) -> tuple[str, str, int, int]:
    (only,) = read.diagnostics
    assert read.logos == {}
    return only.name, only.message, only.location.line, only.location.column


@pytest.mark.parametrize(("form", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_logo_is_read_from_beside_its_document(tmp_path: Path, form: str, media: str) -> None:
    image = picture(form)
    inside = tmp_path / "logos"
    inside.mkdir()
    (inside / "acme.img").write_bytes(image)
    read = with_logo(tmp_path, "logos/acme.img")
    assert read.diagnostics == ()
    assert read.partners["acme"].logo == "logos/acme.img"
    assert read.logos == {"acme": Logo(media, image)}  # type: ignore[arg-type]


def test_a_logo_that_is_not_there(tmp_path: Path) -> None:
    message = "there is no file `acme.png` beside this one"
    assert complaint(with_logo(tmp_path)) == ("unknown-value", message, 2, 7)
    (tmp_path / "acme.png").mkdir()
    assert complaint(with_logo(tmp_path)) == ("unknown-value", message, 2, 7)


@pytest.mark.parametrize(
    "image",
    [b"", b"GIF89a", b"<svg/>", picture()[:40], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"],
)
def test_a_logo_that_is_no_picture(tmp_path: Path, image: bytes) -> None:
    (tmp_path / "acme.png").write_bytes(image)
    message = "`acme.png` is not a PNG or JPEG picture of at most 4096 × 4096 pixels"
    assert complaint(with_logo(tmp_path)) == ("wrong-shape", message, 2, 7)


def test_a_small_file_of_a_huge_picture_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "acme.png").write_bytes(picture(size=(5000, 3)))
    assert complaint(with_logo(tmp_path))[0] == "wrong-shape"


def test_a_logo_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "acme.png").open("wb") as file:
        file.write(picture())
        file.truncate(MAX_BYTES + 1)
    message = "the logo `acme.png` is larger than 1 MB"
    assert complaint(with_logo(tmp_path)) == ("too-large", message, 2, 7)


@pytest.mark.parametrize("name", ["../acme.png", "/etc/acme.png", "C:\\acme.png", "a/../../x.png"])
def test_a_logo_does_not_leave_the_folder(tmp_path: Path, name: str) -> None:
    home = tmp_path / "policies"
    home.mkdir()
    (tmp_path / "acme.png").write_bytes(picture())
    message = f"`{name}` is no file in the folder of its document"
    assert complaint(with_logo(home, name)) == ("wrong-shape", message, 2, 7)


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    home = tmp_path / "policies"
    home.mkdir()
    (tmp_path / "acme.png").write_bytes(picture())
    (home / "acme.png").symlink_to(tmp_path / "acme.png")
    assert complaint(with_logo(home))[0] == "wrong-shape"


def test_a_logo_is_not_looked_for_where_texts_have_no_folder() -> None:
    read = catalogue("partner: a\nlogo: a.png\n")
    assert (read.diagnostics, read.logos, read.partners["a"].logo) == ((), {}, "a.png")
