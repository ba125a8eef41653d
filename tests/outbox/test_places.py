"""Where webhooks may be: the public part of the net, and what the operator allows."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from engine.outbox import places
from engine.outbox.calling import Telephone, Unreached
from engine.outbox.places import BadPlace, Forbidden, addresses, is_public, read_place
from tests.outbox.post import HERE, QUICK

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "0.0.0.0",  # noqa: S104 - to be refused
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::10.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2001:0:7f00:1::]",
    "[2606:4700::5efe:7f00:1]",
    "[2606:4700::200:5efe:a00:1]",
    "[3fff::1]",
    "192.0.0.9",
    "192.88.99.1",
    "168.63.129.16",
    "localhost",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_no_webhook_is_at_a_private_address(host: str) -> None:
    with pytest.raises(Forbidden):
        addresses(read_place(f"https://{host}/"), ())


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
)
def test_public_addresses_may_be_called_however_they_are_written(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    found = addresses(read_place(f"https://{host}/"), ())
    assert found == [ipaddress.ip_address(address)]


def test_no_address_is_reached_for_one_beside_it_that_is_allowed() -> None:
    # A relay at 10.0.0.1 that is allowed leads to 127.0.0.1, which is not.
    private = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("64:ff9b::/96"))
    for host in ("[2001:0:a00:1::80ff:fffe]", "[64:ff9b::7f00:1]"):
        with pytest.raises(Forbidden):
            addresses(read_place(f"http://{host}/"), private)
    both = (*private, *HERE)
    assert addresses(read_place("http://[2001:0:a00:1::80ff:fffe]/"), both)


def test_every_address_of_a_name_has_to_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(places.socket, "getaddrinfo", looked_up)
    with pytest.raises(Forbidden, match=r"10\.0\.0\.1, which is not public"):
        addresses(read_place("https://hooks.example/"), ())


def test_a_name_is_looked_up_once_and_the_call_goes_where_it_was_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def looked_up(host: object, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        assert len(asked) == 1, "the second answer may lead elsewhere"
        return [(2, 1, 6, "", ("8.8.8.8", port))]

    def connected(address: tuple[str, int], *_: object) -> socket.socket:
        raise OSError(f"asked for {address[0]}")

    monkeypatch.setattr(places.socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connected)
    with pytest.raises(Unreached, match=r"asked for 8\.8\.8\.8"):
        Telephone().post("https://hooks.example/", b"{}", {})


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://acme.example/", "is no URL such as"),
        ("https:///hooks", "is no URL such as"),
        ("acme.example/hooks", "is no URL such as"),
        ("https://ada:secret@acme.example/", "messages are signed instead"),
        ("https://acme.example/#part", "leave it out"),
        ("https://acme.example:0/", "port 0"),
        ("https://acme.example:99999/", "is no URL"),
        ("https://acme.example/a b", "printable ASCII"),
        ("https://acme.example/\r\nX: y", "printable ASCII"),
        ("https://acme.example/" + "a" * 2000, "at most 2000"),
    ],
)
def test_what_is_no_url_of_a_webhook_is_refused(url: str, says: str) -> None:
    with pytest.raises(BadPlace, match=says):
        read_place(url)


def test_http_is_for_networks_that_are_allowed() -> None:
    with pytest.raises(Forbidden, match="use `https:`"):
        addresses(read_place("http://8.8.8.8/"), HERE)
    assert addresses(read_place("http://127.0.0.1/"), HERE)
    assert addresses(read_place("http://[::ffff:127.0.0.1]/"), HERE)


def test_documentation_addresses_are_not_public() -> None:
    assert not is_public(ipaddress.ip_address("2001:db8::1"))


def test_tls_is_asked_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    with secure("localhost", tmp_path) as (port, trusted):
        telephone = Telephone(HERE, QUICK._replace(whole=5), trusted)
        assert telephone.post(f"https://localhost:{port}/", b"{}", {}).status == 200


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with secure("other.example", tmp_path) as (port, trusted):
        telephone = Telephone(HERE, QUICK._replace(whole=5), trusted)
        with pytest.raises(Unreached, match="certificate"):
            telephone.post(f"https://localhost:{port}/", b"{}", {})


@contextmanager
def secure(name: str, folder: Path) -> Iterator[tuple[int, ssl.SSLContext]]:
    """A server with a certificate of a name, and a context that trusts it."""
    certificate, key = _certificate(name, folder)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=str(certificate))

    def serve() -> None:
        plain, _ = listening.accept()
        with suppress(OSError), server.wrap_socket(plain, server_side=True) as connection:
            while not connection.recv(1 << 16).endswith(b"{}"):
                continue
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], trusted
        thread.join()


def _certificate(name: str, folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
