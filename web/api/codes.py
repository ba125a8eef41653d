"""Codes: issued one by one or in batches, imported, listed, exported and switched."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from engine.decisions.decoding import convert
from engine.service.caller import Scope
from engine.service.changes.changed import Switched
from engine.service.changes.switching import Kind
from engine.service.codes.batches_shown import BatchFilters, ListedBatches, ShownBatch
from engine.service.codes.code_files import CodeEntries, ImportedCodes
from engine.service.codes.codes import Filters, ShownCode, ShownCodes
from engine.service.codes.issuing import IssueCodes, Issued
from web import examples
from web.call import Call, bad_parameter
from web.files import CSV, file
from web.requests import SWITCH, Switch
from web.subjects import PAGED, Body, Parameter, Subject

SUBJECT = Subject("codes", "Codes and batches")
_TEXT = {"type": "string", "minLength": 1, "maxLength": 255}
_COUPON = Parameter("coupon", "Only those of this coupon.", _TEXT)
_BATCH = Parameter("batch", "Only those of this batch.", _TEXT)
_CUSTOMER = Parameter("customer", "Only those that are bound to this customer.", _TEXT)
_ACTIVE = Parameter(
    "active",
    "Only those that are switched on, or off.",
    {"type": "string", "enum": ["true", "false"]},
)


@SUBJECT.call(
    "GET",
    "/v1/codes",
    Scope.READ,
    {200: ShownCodes},
    query=(*PAGED, _COUPON, _BATCH, _CUSTOMER, _ACTIVE),
)
def list_codes(call: Call) -> ShownCodes:
    """List codes, all or some of them."""
    return _listed(call, call.parameter("coupon"))


@SUBJECT.call(
    "GET",
    "/v1/coupons/{coupon}/codes",
    Scope.READ,
    {200: ShownCodes},
    query=(*PAGED, _BATCH, _CUSTOMER, _ACTIVE),
)
def list_coupon_codes(call: Call, coupon: str) -> ShownCodes:
    """List the codes of a coupon, all or some of them."""
    return _listed(call, coupon)


@SUBJECT.call(
    "POST",
    "/v1/coupons/{coupon}/codes",
    Scope.MANAGE,
    {201: Issued},
    body=Body(lambda _: IssueCodes, examples.ISSUE),
)
def issue_codes(call: Call, coupon: str) -> Issued:
    """Issue codes of a coupon: new ones as its format writes them, or custom ones.

    They are a batch, which gets a name where none is given. At most 10,000 are issued at once:
    where `issued` is less than `wanted`, go on with `POST /v1/batches/{batch}/resume`. Given
    `codes` are taken one by one; those that can't be are `refused`, and harm no other. Where all
    of them are, there is no batch, and `batch` is null.
    """
    return call.desk.issuing.issue(coupon, call.body(), call.caller)


@SUBJECT.call("GET", "/v1/coupons/{coupon}/codes/export", Scope.READ, {200: None}, media=(CSV,))
def export_coupon_codes(call: Call, coupon: str) -> Response:
    """Write the codes of a coupon as CSV.

    A text that a spreadsheet would take for a formula stands behind a `'`.
    """
    return _csv(call.desk.code_files.export(Filters(coupon), call.caller), coupon)


@SUBJECT.call("GET", "/v1/codes/{code}", Scope.READ, {200: ShownCode})
def show_code(call: Call, code: str) -> ShownCode:
    """Show a code, in whatever spelling, and what became of it."""
    return call.desk.codes.show(code, call.caller)


@SUBJECT.call("POST", "/v1/codes/{code}/on", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_code_on(call: Call, code: str) -> Switched:
    """Switch a code on, at once."""
    return _switch(call, "code", code, on=True)


@SUBJECT.call("POST", "/v1/codes/{code}/off", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_code_off(call: Call, code: str) -> Switched:
    """Switch a code off, at once: where it is redeemed it goes on applying."""
    return _switch(call, "code", code, on=False)


@SUBJECT.call(
    "POST",
    "/v1/codes/import",
    Scope.MANAGE,
    {200: ImportedCodes},
    body=Body(lambda _: CodeEntries, examples.IMPORT),
)
def import_codes(call: Call) -> ImportedCodes:
    """Take codes that were issued elsewhere, up to 10,000, each by itself.

    One that can't be taken is refused with its reason, and harms no other. `coupon codes import`
    takes them as CSV.
    """
    return call.desk.code_files.take_entries(call.body(), call.caller)


@SUBJECT.call(
    "GET", "/v1/batches", Scope.READ, {200: ListedBatches}, query=(*PAGED, _COUPON, _CUSTOMER)
)
def list_batches(call: Call) -> ListedBatches:
    """List batches by name."""
    filters = BatchFilters(call.parameter("coupon"), call.parameter("customer"))
    return call.desk.batches.list(filters, call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", "/v1/batches/{batch}", Scope.READ, {200: ShownBatch})
def show_batch(call: Call, batch: str) -> ShownBatch:
    """Show a batch, and what became of its codes."""
    return call.desk.batches.show(batch, call.caller)


@SUBJECT.call("POST", "/v1/batches/{batch}/resume", Scope.MANAGE, {200: Issued})
def resume_batch(call: Call, batch: str) -> Issued:
    """Issue codes that a batch lacks, 10,000 at most."""
    return call.desk.issuing.resume(batch, call.caller)


@SUBJECT.call("POST", "/v1/batches/{batch}/on", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_batch_on(call: Call, batch: str) -> Switched:
    """Switch every code of a batch on, at once."""
    return _switch(call, "batch", batch, on=True)


@SUBJECT.call("POST", "/v1/batches/{batch}/off", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_batch_off(call: Call, batch: str) -> Switched:
    """Switch every code of a batch off, at once: what is redeemed goes on applying."""
    return _switch(call, "batch", batch, on=False)


@SUBJECT.call("GET", "/v1/batches/{batch}/export", Scope.READ, {200: None}, media=(CSV,))
def export_batch(call: Call, batch: str) -> Response:
    """Write the codes of a batch as CSV.

    A text that a spreadsheet would take for a formula stands behind a `'`.
    """
    return _csv(call.desk.code_files.export(Filters(batch=batch), call.caller), batch)


def _listed(call: Call, coupon: str | None) -> ShownCodes:
    batch, customer = call.parameter("batch"), call.parameter("customer")
    filters = Filters(coupon, batch, customer, _active(call))
    return call.desk.codes.list(filters, call.cursor(), call.limit(), call.caller)


def _active(call: Call) -> bool | None:
    text = call.parameter("active")
    if text not in (None, "true", "false"):
        raise bad_parameter("active", "`true` or `false` is expected")
    return None if text is None else text == "true"


def _switch(call: Call, kind: Kind, name: str, *, on: bool) -> Switched:
    request = convert(call.body(), Switch)
    return call.desk.changes.switch(kind, name, on, request.because, call.caller)


def _csv(parts: Iterator[str], name: str) -> Response:
    return file((each.encode() for each in parts), f"{name}.csv", CSV)
