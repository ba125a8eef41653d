"""Two partners with data of their own in one space, and what each would find of the other."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader

from engine.service.caller import Scope
from engine.service.keeping.keys import Keys
from tests.web.asking import Said, Web
from web.subjects import Route

POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: CHF
---
coupon: pro
title: Professional
valid: 12 months
grants: {plan: professional, points: 50, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: core
title: Core
valid: 12 months
grants: {plan: core, duration: 12 months}
redemption: [at most 1 redemption per code]
---
partner: acme-energy
title: Acme Energy
contact: {email: hello@acme.example}
prices: {list: {pro: 480 EUR, core: 180 EUR}, volume: {10: 5%}, markup: 15%}
---
partner: other-heat
title: Other Heat
contact: {email: hello@other.example}
prices: {list: {pro: 510 EUR}}
"""
A, B, NOBODY = "acme-energy", "other-heat", "noone-watts"


@dataclass
class Owned:
    """What a partner has."""

    letter: str
    partner: str
    key: str
    purchase: str = ""
    codes: list[str] = field(default_factory=list)
    batch: str = ""
    subscription: str = ""
    webhook: str = ""

    @property
    def names(self) -> dict[str, str]:
        """What identifies its things, by the names of parameters and fields."""
        letter = self.letter
        return {
            "code": self.codes[1],
            "codes": self.codes[1],
            "client": f"solar-{letter}",
            "project": f"roof-{letter}",
            "account": f"cus-{letter}",
            "customer": f"cus-{letter}",
            "purchase": self.purchase,
            "partner": self.partner,
            "batch": self.batch,
            "reference": f"REF-{letter}-1",
            "q": f"NOTE-{letter}",
            "webhook": self.webhook,
        }

    @property
    def secrets(self) -> list[str]:
        """Texts that no other partner may read anywhere."""
        letter = self.letter
        own = [f"SECRET-{letter}", f"solar-{letter}", f"roof-{letter}", f"cus-{letter}"]
        own += [f"REF-{letter}-1", f"NOTE-{letter}", f"{letter}@people.example"]
        return [*own, *self.codes, self.purchase, self.batch, self.subscription, self.webhook]


def partner_key(web: Web, partner: str, *scopes: Scope) -> str:
    """A key of a partner."""
    given = scopes or (Scope.INVENTORY,)
    return Keys(web.database).create("acme", f"{partner}'s", given, web.now, "tests", partner)


def furnish(web: Web, letter: str, partner: str, coupons: dict[str, int]) -> Owned:
    """Give a partner one of everything: bought, assigned, noted, activated, told of."""
    own = Owned(letter, partner, partner_key(web, partner))
    lines = [{"coupon": name, "count": count} for name, count in coupons.items()]
    bought = web.ask("POST /v1/inventory/purchases", {"partner": partner, "lines": lines}).body
    own.purchase = bought["purchase"]
    listed = asked(web, own, "GET /v1/inventory/codes").body["codes"]
    own.codes, own.batch = [each["code"] for each in listed], listed[0]["batch"]
    person = {"name": f"SECRET-{letter}", "email": f"{letter}@people.example"}
    client = {"title": f"SECRET-{letter} Ltd", "responsible": person}
    asked(web, own, f"PUT /v1/clients/solar-{letter}", client)
    asked(web, own, f"PUT /v1/clients/solar-{letter}/projects/roof-{letter}", {})
    asked(web, own, f"PUT /v1/clients/solar-{letter}/accounts/cus-{letter}")
    names = {"client": f"solar-{letter}", "project": f"roof-{letter}"}
    asked(web, own, "POST /v1/inventory/assign", {"codes": own.codes[:2], **names})
    noted = {"codes": own.codes[:2], "text": f"NOTE-{letter}"}
    asked(web, own, "POST /v1/inventory/note", noted)
    line = {"code": own.codes[1], "reference": f"REF-{letter}-1"}
    asked(web, own, "POST /v1/inventory/reference", {"lines": [line]})
    activate = {"codes": own.codes[:1], "account": f"cus-{letter}"}
    (done,) = asked(web, own, "POST /v1/inventory/activate", activate).body["lines"]
    own.subscription = done["subscription"]
    hook = {"url": f"mailto:{letter}@people.example"}
    own.webhook = asked(web, own, "POST /v1/webhooks", hook).body["id"]
    return own


def asked(web: Web, who: Owned, call: str, body: object = None) -> Said:
    """What a partner is answered, where it has to be done."""
    said = web.ask(call, body, who.key)
    assert said.status < 300, (call, said.body)
    refused = [each for each in said.body.get("lines", ()) if each.get("outcome") == "refused"]
    assert not refused, (call, refused)
    return said


@dataclass
class Variation:
    """A call in which one name is what the other partner has, and the same with nothing's."""

    route: Route
    what: str
    names: dict[str, str]
    query: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def call(self) -> str:
        path = self.route.path
        for name in self.route.variables:
            path = path.replace(f"{{{name}}}", self.names[name])
        text = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.route.method} {path}" + (f"?{text}" if text else "")

    @property
    def body(self) -> Any:
        if self.route.body is None:
            return None
        found = _with(self.route.body.example, self.names)
        return {**found, **self.more} if self.more else found


def body_names(value: Any) -> set[str]:
    """The names in an example that stand for something."""
    if isinstance(value, dict):
        return set(value).union(*map(body_names, value.values()))
    return set().union(*map(body_names, value)) if isinstance(value, list) else set()


def _with(value: Any, names: dict[str, str], name: str = "") -> Any:
    """An example about other things."""
    if isinstance(value, dict):
        return {key: _with(each, names, key) for key, each in value.items()}
    if isinstance(value, list):
        items = [names[name]] if name in names else [_with(each, names) for each in value]
        return items[:1]
    return names.get(name, value) if name != "title" else value


def text_of(said: Said) -> str:
    """Everything that an answer says, in its headers too; what differs each time is left out."""
    headers = {key: value for key, value in said.headers.items() if key != "X-Request-Id"}
    body = said.body
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key not in ("request", "decision")}
        return json.dumps([headers, body], sort_keys=True)
    if isinstance(body, bytes) and body.startswith(b"%PDF"):
        pages = PdfReader(io.BytesIO(body)).pages
        return "\n".join(page.extract_text() for page in pages)
    return f"{json.dumps(headers)}{body.decode() if isinstance(body, bytes) else body}"
