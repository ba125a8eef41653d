"""What a pending change alters, said in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.calendar import format_instant
from engine.catalogue.catalogue import Coupon, Grants, PolicyRule
from engine.language import checked as c
from engine.language.prose import english
from engine.language.terms import quoted
from engine.language.walk import fact_of
from engine.service.changes.changed import Difference, Passed, Plan
from engine.service.changes.enacting import compiled, missing, obstacle
from engine.service.contexts import find_context
from engine.service.storing import Draft
from engine.service.usage.recount import uncounted
from engine.service.versions import Pending
from engine.service.work import Work

_ELSEWHERE = "its sentences stay, and what they are read with changes: facts, format or features"


def plan(task: Work, change: Pending) -> Plan:
    """What enacting a pending change alters."""
    in_force = task.book.coupons[change.coupon]
    before = in_force.ready.policy
    context = find_context(task.tx, task.space, change.context)
    draft = Draft(context.read(change.document, change.name), change.document, context)
    altered = tuple(differences(before, draft.policy))
    own = compiled(context.read(change.document, change.coupon), context)
    return Plan(
        change.coupon,
        in_force.version,
        change.author,
        None if change.enact_at is None else format_instant(change.enact_at),
        missing(task, change),
        altered,
        uncounted(task.tx, task.space, own),
        (*([] if altered else [_ELSEWHERE]), *_notes(task, change, draft)),
    )


def _notes(task: Work, change: Pending, draft: Draft) -> Iterator[str]:
    problem = obstacle(task, change, draft)
    if problem is not None:
        yield f"{problem.message}: {problem.advice}"
    if task.book.coupons[change.coupon].archived:
        yield "its file is gone: it is archived, and can't be redeemed"
    ended = end_passed(draft.policy, task.now)
    if ended is not None:
        yield f"its end has passed: {ended}"


def passed(task: Work, names: Iterable[str]) -> tuple[Passed, ...]:
    """The coupons in force whose end has passed."""
    found = ((name, end_passed(task.book.coupons[name].ready.policy, task.now)) for name in names)
    return tuple(Passed(name, rule) for name, rule in found if rule is not None)


def end_passed(coupon: Coupon, now: int) -> str | None:
    """The rule by which a coupon can't be redeemed any more, whatever is given."""
    for rule in (each.rule for each in coupon.redemption):
        parts = rule.operands if isinstance(rule, c.Every) else (rule,)
        for part in parts:
            if isinstance(part, c.During) and part.fact is None and _is_over(part.span, now):
                return english(part)
    return None


def _is_over(span: c.Span, now: int) -> bool:
    return span.end is not None and span.end <= now


# --- differences --------------------------------------------------------------------------------


def differences(before: Coupon, after: Coupon) -> Iterator[Difference]:
    """Everything that differs between two versions, in the order of a document."""
    old, new = dict(_single(before)), dict(_single(after))
    for part, said in old.items():
        if said != new[part]:
            yield Difference(part, said, new[part])
    yield from _discount(before, after)
    for part, one, other in (
        ("redemption", before.redemption, after.redemption),
        ("application", before.application, after.application),
    ):
        yield from _rules(part, one, other)
    yield from _listed("codes", before.codes, after.codes)
    yield from _listed("labels", _labels(before), _labels(after))


def _single(coupon: Coupon) -> Iterator[tuple[str, str | None]]:
    """What a coupon says once, by the part of the document that says it."""
    yield "coupon", coupon.name
    yield "title", coupon.title
    yield "timezone", coupon.zone.key if coupon.zone is not None else None
    yield "rounding", coupon.rounding.value
    yield "grants", _granted(coupon.grants)
    yield "valid", str(coupon.valid) if coupon.valid is not None else None
    yield "format", coupon.format
    yield "alerts", ", ".join(f"{share}%" for share in coupon.alerts) or None
    yield "best of", coupon.best_of


def _granted(grants: Grants | None) -> str | None:
    if grants is None:
        return None
    parts = {
        "plan": grants.plan,
        "features": ", ".join(grants.features),
        "add-ons": ", ".join(grants.add_ons),
        "value": _value(grants),
        "points": grants.points,
        "subaccounts": grants.subaccounts,
        "duration": grants.duration,
        "from": "code" if grants.from_code else None,
    }
    return "; ".join(f"{key} {value}" for key, value in parts.items() if value not in (None, ""))


def _value(grants: Grants) -> str | None:
    """All features as a value of their set, which tells reserved bits, too."""
    if grants.feature_set is None or grants.value is None:
        return None
    return grants.feature_set.hex(grants.value)


def _discount(before: Coupon, after: Coupon) -> Iterator[Difference]:
    """The lines of a discount are a choice in their order, so that they differ as a whole."""
    old, new = _tiers(before), _tiers(after)
    if old != new:
        yield Difference("discount", old, new)


def _tiers(coupon: Coupon) -> str | None:
    lines = [english(each.tier) for each in coupon.discount]
    return "; else ".join(lines) or None


def _rules(
    part: str, before: Sequence[PolicyRule], after: Sequence[PolicyRule]
) -> Iterator[Difference]:
    """Rules that are gone, changed or new; two of one subject are one that changed."""
    gone = [each for each in before if _said(each) not in set(map(_said, after))]
    new = [each for each in after if _said(each) not in set(map(_said, before))]
    for each in gone:
        instead = next((other for other in new if _subject(other) == _subject(each)), None)
        if instead is not None:
            new.remove(instead)
        yield Difference(part, _said(each), None if instead is None else _said(instead))
    yield from (Difference(part, None, _said(each)) for each in new)


def _said(each: PolicyRule) -> str:
    told = f"; whom it refuses is told {quoted(each.because)}" if each.because is not None else ""
    named = f"; programs are told {each.reason}" if each.reason is not None else ""
    return f"{english(each.rule)}{told}{named}"


def _subject(each: PolicyRule) -> object:
    """What a rule is about: two rules about the same are one that was changed."""
    rule = each.rule
    if isinstance(rule, c.Limit):
        return "limit", rule.noun, tuple(fact.name for fact in rule.per)
    if isinstance(rule, c.Stacking):
        return "stacking"
    fact = fact_of(rule)
    return type(rule).__name__, fact.name if fact is not None else None


def _listed(part: str, before: Iterable[str], after: Iterable[str]) -> Iterator[Difference]:
    old, new = tuple(before), tuple(after)
    yield from (Difference(part, each, None) for each in old if each not in new)
    yield from (Difference(part, None, each) for each in new if each not in old)


def _labels(coupon: Coupon) -> list[str]:
    return [f"{key}: {value}" for key, value in coupon.labels.items()]
