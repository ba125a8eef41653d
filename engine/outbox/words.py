"""The words of letters: a subject and some paragraphs for each kind of notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.outbox.phrases import (
    Around,
    Said,
    Words,
    codes_text,
    listed,
    moment,
    one_line,
    short,
)

# --- codes --------------------------------------------------------------------------------------


def _delivered(said: Said, around: Around) -> Words:
    count = int(said.get("count") or 0)
    lines = listed(said, "lines", lambda each: f"{each['count']} x {each['title']}")
    codes = listed(said, "codes", lambda each: f"{each['code']}  {each['coupon']}")
    shown = len(said.get("codes") or ())
    expires = moment(said, "expires", around)
    return Words(
        f"Your {codes_text(count)} of purchase {said.get('purchase')}",
        (
            f"Thank you for your purchase {said.get('purchase')}. Your {codes_text(count)}:",
            lines,
            codes,
            f"The first {shown} are shown; the receipt has all of them." if shown < count else "",
            f"The first of them expires on {expires}: a code that has not been activated by then "
            "can't be used, and is not refunded."
            if expires
            else "",
            "The receipt is attached. Keep the codes safe: whoever has one can use it.",
            f"Total: {said.get('total')} {said.get('currency')}",
        ),
        facts=False,
    )


def _assigned(said: Said, _: Around) -> Words:
    if "count" in said:
        codes = codes_text(int(said["count"]))
        means = "They can" if said["count"] > 1 else "It can"
        return Words(
            f"{codes} for {short(said.get('client'))}",
            (f"{codes} bought for this client. {means} be activated on its accounts only:",),
        )
    return Words(
        "A code was assigned",
        ("A pre-paid code was assigned. It can be activated on an account of this client only:",),
    )


def _activated(said: Said, _: Around) -> Words:
    return Words(
        f"A subscription is active on {said.get('account') or said.get('subscription')}",
        ("A pre-paid code was activated, and what it holds is in use from now on:",),
    )


def _expiring(said: Said, around: Around) -> Words:
    count = int(said.get("count") or 0)
    rest = count - len(said.get("listed") or ())
    return Words(
        f"{codes_text(count)} will soon expire",
        (
            f"{codes_text(count).capitalize()} of yours {'has' if count == 1 else 'have'} not been "
            f"activated, and will expire within {said.get('within')}:",
            listed(said, "listed", lambda each: _expiring_line(each, around)),
            f"and {rest} more." if rest > 0 else "",
            "Activate them in time, or ask us to extend or exchange them: a code that has expired "
            "can't be activated, and is not refunded.",
        ),
        facts=False,
    )


def _expiring_line(each: Said, around: Around) -> str:
    reference = f", {each['reference']}" if each.get("reference") else ""
    return f"{each['code']}  {each['coupon']}, {moment(each, 'expires', around)}{reference}"


def _extended(_said: Said, _: Around) -> Words:
    return Words("A code is valid for longer", ("The end of a pre-paid code was moved:",))


def _exchanged(_said: Said, _: Around) -> Words:
    return Words(
        "A code was exchanged",
        ("A pre-paid code was taken back, and another one was issued in its place:",),
    )


def _cancelled(_said: Said, _: Around) -> Words:
    return Words(
        "A code was cancelled", ("A pre-paid code was cancelled, and can't be used any more:",)
    )


def _approval(said: Said, _: Around) -> Words:
    who, account = (one_line(str(said.get(key))) for key in ("asked_by", "account"))
    missing = int(said.get("missing") or 1)
    others = "another person has" if missing == 1 else f"{missing} other people have"
    return Words(
        f"An activation on {account} waits for approval",
        (
            f"{who} asked to activate a pre-paid code on the account {account}, and {others} to "
            "agree.",
            "To agree: `coupon inventory approve CODE`, or POST /v1/inventory/approve. To decline: "
            "`coupon inventory decline CODE`, or POST /v1/inventory/decline.",
            "Here are the last symbols of the code. The whole of it is found by its reference, or "
            "by `coupon inventory list --status reserved` or "
            "GET /v1/inventory/codes?status=reserved:",
        ),
    )


def _renewal(said: Said, around: Around) -> Words:
    return Words(
        f"The subscription {said.get('subscription')} is to be renewed",
        (
            f"It ends on {moment(said, 'until', around)}, and nothing follows it yet. Activate "
            "another code on the same account, and it goes on without a gap:",
        ),
    )


def _review(said: Said, _: Around) -> Words:
    counts: Said = said.get("counts") or {}
    whose = short(said.get("client") or said.get("partner"))
    return Words(
        f"Your inventory in {said.get('month')}: {counts.get('unused', 0)} codes unused",
        (
            f"What became of the pre-paid codes of {whose}, at the beginning of "
            f"{said.get('month')}:",
            "\n".join(f"  {name.replace('_', ' ')}: {count}" for name, count in counts.items()),
            "A code that has expired is not refunded: plan what is to be activated, and by when.",
        ),
        facts=False,
    )


# --- redemptions and groups ---------------------------------------------------------------------


def _redeemed(_said: Said, _: Around) -> Words:
    return Words("A code was redeemed", ("A code was redeemed:",))


def _removed(_said: Said, _: Around) -> Words:
    return Words(
        "A redemption was removed",
        ("A code was taken off a subscription; the next charge gets no discount of it:",),
    )


def _admitted(said: Said, _: Around) -> Words:
    return Words(
        f"{said.get('customer')} came into {said.get('group')}", ("A member came into a group:",)
    )


def _left(said: Said, _: Around) -> Words:
    return Words(
        f"{said.get('customer')} left {said.get('group')}",
        ("A member left a group, and the seat is free again:",),
    )


def _confirm(said: Said, around: Around) -> Words:
    title = said.get("title") or said.get("group")
    return Words(
        f"Confirm that you belong to {title}",
        (
            f"Somebody, probably you, asked for a subscription of {title} with this address. "
            "To confirm it, open this link:",
            f"{around.public_url.rstrip('/')}{said.get('path')}",
            f"It works until {moment(said, 'expires', around)}. If it was not you, do nothing: "
            "without the link nobody comes in.",
        ),
        facts=False,
    )


# --- coupons, limits, invoices ------------------------------------------------------------------


def _pending(said: Said, _: Around) -> Words:
    return Words(
        f"A change of {said.get('coupon')} is pending",
        ("A coupon was changed. The change has no effect until it is enacted:",),
    )


def _changed(said: Said, _: Around) -> Words:
    if said.get("archived"):
        return Words(
            f"{said.get('coupon')} is archived",
            ("The file of a coupon is gone. It can't be redeemed; what is redeemed applies on:",),
        )
    return Words(
        f"{said.get('coupon')} is in force in version {said.get('version')}",
        ("Another version of a coupon came into force:",),
    )


def _switched(said: Said, _: Around) -> Words:
    what = said.get("kind", "coupon")
    on = "on" if said.get("active") else "off"
    means = "can be redeemed" if said.get("active") else "can't be redeemed; what is redeemed stays"
    return Words(f"The {what} {said.get('name')} was switched {on}", (f"From now on it {means}:",))


def _limit(said: Said, around: Around) -> Words:
    counted: Said = said.get("counted_by") or {}
    since = moment(said, "since", around)
    return Words(
        f"{said.get('coupon')}: {said.get('step')} of a limit is used",
        (
            f"The coupon {said.get('coupon')} allows {said.get('limit')}. Of {said.get('most')}, "
            f"{said.get('used')} are used" + (f" since {since}." if since else "."),
            "\n".join(f"  {name}: {one_line(str(each))}" for name, each in counted.items()),
        ),
        facts=False,
    )


def _invoice(said: Said, around: Around) -> Words:
    return Words(
        f"Invoice {said.get('invoice')}",
        (
            f"The invoice {said.get('invoice')} of the subscription {said.get('subscription')} "
            f"from {moment(said, 'issued', around)} is attached.",
            listed(said, "totals", lambda each: f"{each['net']} {each['currency']}"),
        ),
        facts=False,
    )


def _test(_said: Said, _: Around) -> Words:
    return Words(
        "A test of notifications",
        ("You asked for this mail: notifications reach this address.",),
    )


WORDS: Mapping[str, Callable[[Said, Around], Words]] = {
    "codes.delivered": _delivered,
    "code.assigned": _assigned,
    "code.activated": _activated,
    "code.expiring": _expiring,
    "code.extended": _extended,
    "code.exchanged": _exchanged,
    "code.cancelled": _cancelled,
    "approval.needed": _approval,
    "subscription.renewal_due": _renewal,
    "inventory.review": _review,
    "invoice.issued": _invoice,
    "code.redeemed": _redeemed,
    "redemption.removed": _removed,
    "coupon.pending": _pending,
    "coupon.changed": _changed,
    "coupon.switched": _switched,
    "limit.near": _limit,
    "group.admitted": _admitted,
    "group.left": _left,
    "group.confirm": _confirm,
    "webhook.test": _test,
}
"""What is written of each kind of notice."""
