"""Sending mails through the server of the operator, several over one connection."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from engine.calendar import SECOND, zone
from engine.catalogue.mail import is_address
from engine.outbox.attachments import Attachment, attached
from engine.outbox.letters import too_large, write
from engine.outbox.phrases import Around, one_line
from engine.outbox.queue import Message, Outcome
from engine.service.caller import Caller
from engine.service.office import Office
from engine.service.settings import (
    MAIL_FROM,
    PUBLIC_URL,
    SMTP_URL,
    BadSetting,
    value_of,
)
from engine.service.work import Work

SECONDS = 20.0
"""So long the server may take for each thing that it is asked."""
MOST_ATTACHED = 5_000_000
"""So many bytes a paper may have that goes with a mail: many servers refuse mails above 10 MB."""
_FOR_GOOD = 500
_PORTS = {"smtp": 587, "smtps": 465}
_WRITER = Caller("courier")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed over. `starttls` asks for TLS on a connection without it."""

    host: str
    port: int
    is_tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends mails. `sender` is whom they are from; `public_url` is where links in them begin."""

    server: Server
    sender: str
    public_url: str = ""
    context: ssl.SSLContext | None = None

    @contextmanager
    def session(self, office: Office) -> Iterator[Session]:
        """Sends the mails of a space, over one connection that is made for the first."""
        session = Session(self, office)
        try:
            yield session
        finally:
            session.close()

    def connect(self) -> smtplib.SMTP:
        """A connection to the server. Raises `OSError` and `SMTPException`."""
        server, context = self.server, self.context or ssl.create_default_context()
        if server.is_tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=context
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.starttls:
                client.starttls(context=context)
            if server.user:
                client.login(server.user, server.password)
        except BaseException:
            client.close()
            raise
        return client


def read_mailer(environment: Mapping[str, str]) -> Mailer | None:
    """The mailer that the environment sets, if it sets one. Raises `BadSetting`."""
    if not value_of(SMTP_URL, environment):
        return None
    sender = value_of(MAIL_FROM, environment)
    if not is_address(parseaddr(sender)[1]):
        raise BadSetting(MAIL_FROM, sender, "an address such as `Coupons <coupons@acme.example>`")
    return Mailer(_server(environment), sender, value_of(PUBLIC_URL, environment))


def _server(environment: Mapping[str, str]) -> Server:
    try:
        parts = urlsplit(value_of(SMTP_URL, environment))
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise BadSetting(SMTP_URL, "(secret)", "a URL such as `smtp://mail.acme.example:587`")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    is_tls = parts.scheme == "smtps"
    asked = parse_qs(parts.query).get("starttls", ["1" if password else "0"])[-1]
    return Server(
        parts.hostname,
        port or _PORTS[parts.scheme],
        is_tls,
        not is_tls and asked == "1",
        user,
        password,
    )


class Session:
    """The mails of a space, over one connection."""

    def __init__(self, mailer: Mailer, office: Office) -> None:
        self._mailer = mailer
        self._office = office
        self._client: smtplib.SMTP | None = None

    def send(self, message: Message) -> Outcome:
        """Try a mail. A refusal is of this mail; whatever else fails is of the server.

        A server that takes nobody's mail, such as for a wrong password, refuses no mail.
        """
        if not is_address(message.receiver):
            return Outcome("no mail can be sent to this address")
        mail = self._office.read(lambda work: self._written(work, message), _WRITER)
        try:
            client = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return _failed(error)
        try:
            client.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            refusal = _refusal(error)
            if refusal is None:
                self.close()
                return _failed(error)
            self._reset()
            return Outcome(f"the mail server refused it: {refusal}")
        return Outcome()

    def close(self) -> None:
        """Leave the server."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()

    def _connected(self) -> smtplib.SMTP:
        if self._client is None:
            self._client = self._mailer.connect()
        return self._client

    def _reset(self) -> None:
        if self._client is not None and self._client.sock is None:
            self._client = None

    def _written(self, work: Work, message: Message) -> EmailMessage:
        said = msgspec.json.decode(message.body)
        data: dict[str, Any] = said["data"]
        papers = list(attached(work, data))
        fit = [each for each in papers if len(each.content) <= MOST_ATTACHED]
        missing = [too_large(each.name) for each in papers if each not in fit]
        signed = around(work, message, self._mailer.public_url)
        letter = write(message.kind, data, signed, missing)
        mail = EmailMessage(SMTP)
        name, address = parseaddr(self._mailer.sender)
        mail["From"] = formataddr((name, address))
        mail["To"] = message.receiver
        mail["Subject"] = letter.subject
        mail["Date"] = format_datetime(datetime.fromtimestamp(message.created // SECOND, UTC))
        # The same at each try, so that a receiver can drop a repetition.
        mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        for each in fit:
            _attach(mail, each)
        return mail


def around(work: Work, message: Message, public_url: str) -> Around:
    """Who signs a letter: a partner to its clients, else the space, to its partners also."""
    partner = work.book.partners.get(message.partner or "")
    signed: tuple[str | None, ...] = (work.book.space.name,)
    if partner is not None and message.receiver != partner.contact.email:
        contact = partner.contact
        signed = (partner.title, contact.email, contact.phone, contact.web)
    lines = tuple(one_line(each) for each in signed if each)
    return Around(lines, work.book.space.zone or zone("UTC"), public_url)


def _attach(mail: EmailMessage, found: Attachment) -> None:
    main, _, sub = found.media.partition("/")
    mail.add_attachment(found.content, maintype=main, subtype=sub, filename=found.name)


def _refusal(error: Exception) -> str | None:
    """What a server says against a mail; None where it says nothing against this one.

    Each answer with 5xx is about the mail that it answers, wherever it comes: one that is too
    large is refused before its receiver is named.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_answered(*each) for each in error.recipients.values())
    is_greeting = isinstance(error, smtplib.SMTPHeloError)
    if isinstance(error, smtplib.SMTPResponseException) and not is_greeting:
        is_this = isinstance(error, smtplib.SMTPDataError) or error.smtp_code >= _FOR_GOOD
        return _answered(error.smtp_code, error.smtp_error) if is_this else None
    return None


def _failed(error: Exception) -> Outcome:
    return Outcome(f"the mail server failed: {_said(error)}", rests=True)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return one_line(str(error)) or type(error).__name__


def _answered(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(f"{code} {said}")
