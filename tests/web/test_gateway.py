"""Over a file of SQLite one thread answers, and nothing waits in it."""

from __future__ import annotations

import json
import resource
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from granian.rsgi import Headers, Scope

from engine.service.caller import PUBLIC
from tests.web.asking import POLICIES, fee
from tests.web.serving import Served, eventually, new_key, serving
from web.gateway import _environ

MAX_BODY = 200_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "policies").mkdir()
    (folder / "policies" / "all.yaml").write_text(POLICIES, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUPON_REFUSAL_STEP", "3")
        patch.setenv("COUPON_MAX_BODY", str(MAX_BODY))
        with serving(folder) as found:
            yield found


def redeem(subscription: str, code: str = "SPRING") -> dict[str, object]:
    return {"code": code, "subscription": {"id": subscription}}


def public_key(served: Served) -> str:
    """A key that refusals tell nothing."""
    return new_key(f"sqlite:///{served._folder / 'coupon.db'}", PUBLIC)


def test_a_body_that_comes_slowly_keeps_nobody_waiting(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        head = f"POST /v1/redeem HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.key}\r\n"
        body = json.dumps(redeem("slow")).encode()
        lengths = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        slow.sendall(head.encode() + lengths.encode() + body[:5])
        assert served.ask("GET /v1/subscriptions/nobody").status == 404
        slow.sendall(body[5:])
        assert slow.recv(4096).startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_a_body_in_chunks_is_read_whole(served: Served, size: int) -> None:
    body = json.dumps({"charges": [], "codes": []}).encode() + b" " * size
    said = served.ask("POST /v1/evaluate", data=iter([body[:7], body[7:]]))
    assert said.status == 200


def test_no_more_of_a_body_is_read_than_it_may_have(served: Served) -> None:
    said = served.ask("POST /v1/evaluate", data=iter([b" " * 700_000] * 4))
    assert said.status == 413


@pytest.mark.parametrize("letter", [b"\xe9", b"\xc3\xa9"])
def test_an_idempotency_key_that_no_text_can_be_is_refused_and_not_left_out(
    served: Served, letter: bytes
) -> None:
    body = json.dumps(redeem("letters")).encode()
    lines = [
        b"POST /v1/redeem HTTP/1.1",
        b"Host: x",
        f"Authorization: Bearer {served.key}".encode(),
        b"Content-Type: application/json",
        f"Content-Length: {len(body)}".encode(),
        b"Idempotency-Key: " + letter,
    ]
    with socket.create_connection(("127.0.0.1", served.port)) as asking:
        asking.sendall(b"\r\n".join([*lines, b"", body]))
        said = asking.recv(4096)
    assert said.startswith(b"HTTP/1.1 400")
    assert b"Idempotency-Key" in said


def test_a_body_in_chunks_is_bounded_as_it_is_set(served: Served) -> None:
    def chunks(size: int) -> Iterator[bytes]:
        yield b'{"code": "Primavera", "subscription": {"id": "chunks"}'
        yield from (b" " * 1000 for _ in range(size // 1000))
        yield b"}"

    assert served.ask("POST /v1/redeem", data=chunks(MAX_BODY // 2)).status == 201
    assert served.ask("POST /v1/redeem", data=chunks(MAX_BODY * 3 // 2)).status == 413


def test_files_that_vanish_take_nothing_away(served: Served) -> None:
    policies = served._folder / "policies" / "all.yaml"
    policies.unlink()
    eventually(lambda: "holds no policies" in served.printed)
    assert served.ask("POST /v1/redeem", redeem("vanished", "Primavera")).status == 201
    policies.write_text(POLICIES, "utf-8")


def test_a_refusal_that_is_held_back_keeps_nobody_waiting(served: Served) -> None:
    key = public_key(served)
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(served.ask, "POST /v1/redeem", redeem("sub-1", "NOSUCH"), key=key)
        assert served.ask("GET /v1/subscriptions/nobody").status == 404
        assert not refused.done()
        assert refused.result().status == 409


def test_long_work_keeps_nobody_waiting(served: Served) -> None:
    with ThreadPoolExecutor(1) as threads:
        wanted = {"count": 10_000, "batch": "long"}
        issued = threads.submit(served.ask, "POST /v1/coupons/spring/codes", wanted)
        while not issued.running():
            pass
        for number in range(5):
            assert served.ask("POST /v1/redeem", redeem(f"{number}", "NOSUCH")).status == 409
        assert not issued.done()
        assert issued.result().status == 201


def test_an_answer_is_given_after_its_commit(served: Served) -> None:
    said = served.ask(
        "POST /v1/redeem", redeem("durable", "SWISS") | {"customer": {"country": "CH"}}
    )
    assert said.status == 201
    with sqlite3.connect(served._folder / "coupon.db") as other:
        found = other.execute(
            "select count(*) from redemptions where redemption = ?", (said.body["id"],)
        )
        assert found.fetchone() == (1,)


def test_what_could_not_be_written_is_answered_with_a_problem(served: Served) -> None:
    with sqlite3.connect(served._folder / "coupon.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        said = served.ask("PUT /v1/subscriptions/held", {"customer": {"id": "cus-1"}})
        other.execute("ROLLBACK")
    assert said.status == 503
    assert served.ask("GET /v1/subscriptions/held").status == 404


def test_what_the_disk_did_not_take_is_not_answered_as_done(served: Served) -> None:
    for process in processes(served):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (32_768, resource.RLIM_INFINITY))
    refused = served.ask("POST /v1/redeem", redeem("full"))
    for process in processes(served):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    assert refused.status == 503
    assert refused.body["type"] == "/problems/unavailable"
    assert served.ask("GET /v1/subscriptions/full").status == 404
    assert served.ask("POST /v1/redeem", redeem("full")).status == 201


def processes(served: Served) -> list[int]:
    """The service and its worker."""
    tasks = Path(f"/proc/{served.process.pid}/task")
    children = " ".join(each.read_text() for each in tasks.glob("*/children"))
    return [served.process.pid, *map(int, children.split())]


def test_an_evaluation_of_what_is_redeemed_sees_it(served: Served) -> None:
    assert served.ask("POST /v1/redeem", redeem("seen")).status == 201
    said = served.ask("POST /v1/evaluate", {"subscription": {"id": "seen"}, "charges": [fee("a")]})
    assert [each["discount"] for each in said.body["charges"]] == ["10.00"]


def test_a_file_is_sent_whole_with_its_length(served: Served) -> None:
    wanted = {"count": 3, "batch": "file"}
    assert served.ask("POST /v1/coupons/spring/codes", wanted).status == 201
    said = served.ask("GET /v1/batches/file/export")
    assert (said.status, len(said.body.splitlines())) == (200, 4)


def test_a_header_with_an_underscore_is_not_taken_for_another() -> None:
    headers = {"x-forwarded-for": "192.0.2.1", "x_forwarded_for": "198.51.100.77"}
    scope = SimpleNamespace(
        method="GET",
        path="/",
        query_string="",
        server="[::1]:80",
        client="[::1]:5000",
        scheme="http",
        http_version="1.1",
        authority=None,
    )
    environ = _environ(cast("Scope", scope), cast("Headers", headers), b"")
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"]) == ("::1", "::1")
