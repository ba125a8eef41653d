"""Partner documents: prices, contact and look become a checked partner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from engine.catalogue import fields
from engine.catalogue.mail import check_address
from engine.catalogue.named import Names, check_word, read_amount
from engine.catalogue.nodes import Mapping, Scalar
from engine.catalogue.partners import Contact, Partner, Prices
from engine.catalogue.references import read_pattern
from engine.catalogue.report import Report, whole
from engine.diagnostics.suggest import did_you_mean
from engine.money import Money

_MOST_MARKUP = Fraction(10)

_WEB = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)


def read_partner(document: Mapping, names: Names, report: Report) -> Partner | None:
    """The partner of a document; what is wrong with it is reported, and left out."""
    name = fields.name_of(document)
    if name is None:
        return None
    check_word(name, "partner", report)
    colours = fields.mapping(document.get("colours"))
    return Partner(
        name.text.strip(),
        whole(name),
        fields.text(document, "title") or name.text.strip(),
        fields.text(document, "logo"),
        _contact(fields.mapping(document.get("contact")), report),
        None if colours is None else fields.text(colours, "primary"),
        _prices(fields.mapping(document.get("prices")), names, report),
        read_pattern(document, report),
    )


def _contact(node: Mapping | None, report: Report) -> Contact:
    if node is None:
        return Contact()
    email = fields.scalar(node.get("email"))
    if email is not None:
        check_address(email, report)
    web = fields.scalar(node.get("web"))
    if web is not None and _WEB.fullmatch(web.text.strip()) is None:
        message = f"`{web.text.strip()}` stands where the address of a website is needed"
        report.at("wrong-shape", message, web, "write one such as `https://acme.example`")
    return Contact(*(fields.text(node, key) for key in ("email", "phone", "web")))


# --- prices -------------------------------------------------------------------------------------


def _prices(node: Mapping | None, names: Names, report: Report) -> Prices:
    if node is None:
        return Prices()
    return Prices(
        dict(_listed(fields.mapping(node.get("list")), names, report)),
        _volume(fields.mapping(node.get("volume")), report),
        _markup(fields.scalar(node.get("markup")), report),
    )


def _markup(written: Scalar | None, report: Report) -> Fraction:
    share = _share(written) if written is not None else None
    if written is not None and share is not None and share > _MOST_MARKUP:
        message = f"a markup of `{written.text.strip()}` is more than ten times the price"
        report.at("wrong-shape", message, written, "write at most `1000%`")
    return share or Fraction(0)


def _listed(node: Mapping | None, names: Names, report: Report) -> Iterator[tuple[str, Money]]:
    """The price of one code of each coupon."""
    for key, value in node.entries if node is not None else ():
        coupon, written = key.text.strip(), fields.scalar(value)
        if not names.is_known(coupon):
            help_ = did_you_mean(coupon, names.coupons)
            report.at("unknown-coupon", f"no coupon is called `{coupon}`", key, help_)
        amount = read_amount(written, names.lost, report)
        if amount is not None:
            yield coupon, amount


def _volume(node: Mapping | None, report: Report) -> tuple[tuple[int, Fraction], ...]:
    """The tiers, the smallest first; more codes are never dearer."""
    tiers = sorted(_tiers(node, report), key=lambda tier: tier[0])
    for (fewer, larger, above), (more, smaller, written) in pairwise(tiers):
        if smaller < larger:
            better, less = above.text.strip(), written.text.strip()
            message = f"{fewer} codes get `{better}`, but {more} only `{less}`"
            report.at("wrong-shape", message, written, f"write at least `{better}`")
    return tuple((count, share) for count, share, _ in tiers)


def _tiers(node: Mapping | None, report: Report) -> Iterator[tuple[int, Fraction, Scalar]]:
    """From how many codes which share is taken off; what has the wrong shape was reported."""
    for key, value in node.entries if node is not None else ():
        written = fields.scalar(value)
        share = _share(written) if written is not None else None
        if written is None or share is None or not key.text.isdecimal():
            continue
        if share > 1:
            message = f"`{written.text.strip()}` off is more than the whole price"
            report.at("wrong-shape", message, written, "write at most `100%`")
        else:
            yield int(key.text), share, written


def _share(written: Scalar) -> Fraction | None:
    """The share that a percentage is; of another text the shape of the document says so."""
    figure = written.text.strip().removesuffix("%")
    is_decimal = figure.replace(".", "", 1).isdecimal() and figure.isascii()
    return Fraction(figure) / 100 if is_decimal and figure != written.text.strip() else None
