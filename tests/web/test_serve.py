"""`coupon serve`: one command from a folder of policies to an answer."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.running import SHIPPED, run
from tests.web.asking import POLICIES, fee
from tests.web.serving import Answer, eventually, free_port, new_key, serving
from web import server

BODY = {"subscription": {"id": "sub-1"}, "charges": [fee("le-1")], "codes": ["SPRING"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with policies."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "all.yaml").write_text(POLICIES, "utf-8")
    return tmp_path


def test_the_first_command_prints_a_request_that_works(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "policies")
    with serving(tmp_path) as served:
        line = next(each for each in served.printed.splitlines() if each.startswith("  curl"))
        found = subprocess.run(line, shell=True, capture_output=True, check=True)  # noqa: S602
        answer = json.loads(found.stdout)
        assert answer["charges"][0]["discounts"]
        assert served.stop() == 0


def test_a_second_start_keeps_keys_and_state(folder: Path) -> None:
    with serving(folder) as served:
        key = served.key
        redeemed = served.ask("POST /v1/redeem", {"code": "SPRING", **subscription()})
        assert redeemed.status == 201
        assert served.stop(signal.SIGINT) == 0
    with serving(folder) as served:
        shown = served.ask("GET /v1/subscriptions/sub-1", key=key)
        assert [each["code"] for each in shown.body["redemptions"]] == ["SPRING"]
        assert served.printed.count("the first key") == 1


def subscription() -> dict[str, object]:
    return {"subscription": {"id": "sub-1"}}


def test_running_requests_are_finished_when_it_stops(folder: Path) -> None:
    with serving(folder) as served:
        with sqlite3.connect(folder / "coupon.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            answers: list[Answer] = []
            body = {"code": "SPRING", **subscription()}
            asked = Thread(target=lambda: answers.append(served.ask("POST /v1/redeem", body)))
            asked.start()
            asked.join(0.5)
            served.process.send_signal(signal.SIGTERM)
            asked.join(0.5)
            assert not answers
            other.execute("COMMIT")
        other.close()
        asked.join()
        assert [each.status for each in answers] == [201]
        assert served.process.wait(30) == 0


def test_a_changed_file_is_read_and_one_with_errors_never_replaces_it(folder: Path) -> None:
    policies = folder / "policies" / "all.yaml"
    with serving(folder) as served:
        policies.write_text(POLICIES.replace("discount: 10%", "discunt: 10%"), "utf-8")
        eventually(lambda: "did you mean `discount`" in served.printed)
        assert served.ask("POST /v1/evaluate", BODY).body["totals"][0]["discount"] == "10.00"
        policies.write_text(POLICIES.replace("10%", "25%"), "utf-8")
        eventually(lambda: served.ask("GET /v1/coupons/spring/pending").status == 200)
        assert served.ask("POST /v1/evaluate", BODY).body["totals"][0]["discount"] == "10.00"
        assert served.ask("POST /v1/coupons/spring/pending/enact").status == 200
        assert served.ask("POST /v1/evaluate", BODY).body["totals"][0]["discount"] == "25.00"


def test_it_starts_on_errors_where_the_store_has_the_space(folder: Path) -> None:
    url, policies = f"sqlite:///{folder / 'coupon.db'}", folder / "policies"
    assert run("push", "--policies", policies, "--database", url).code == 0
    key = new_key(url)
    broken = POLICIES.replace("discount: 10%", "discunt: 10%")
    (policies / "all.yaml").write_text(broken, "utf-8")
    with serving(folder) as served:
        answer = served.ask("POST /v1/evaluate", BODY, key=key)
        assert answer.body["totals"][0]["discount"] == "10.00"


def test_several_workers_count_together(folder: Path) -> None:
    with serving(folder, "--workers", "2") as served:
        # A worker writes a line for itself, and one for each of its threads.
        started = [each["message"].split()[1] for each in served.logged if "Started" in str(each)]
        assert len(set(started)) <= 2
        for _ in range(20):
            assert served.ask("GET /healthz").status == 200
        metrics = served.ask("GET /metrics").body
    counted = re.search(
        r'requests_total{method="GET",route="/healthz",status="200"} (\d+)', metrics
    )
    assert counted is not None
    assert int(counted[1]) == 20


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_killed_service_leaves_its_port(
    folder: Path, store: str, request: pytest.FixtureRequest
) -> None:
    url = {"sqlite": "sqlite:///coupon.db"}.get(store) or request.getfixturevalue("postgres_url")
    with serving(folder, "--database", url) as served:
        served.stop(signal.SIGKILL)

        def is_free() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", served.port)) != 0

        eventually(is_free)


def test_each_line_of_the_log_is_json(folder: Path) -> None:
    with serving(folder) as served:
        served.ask("POST /v1/evaluate", BODY)
        served.stop()
        assert {each["level"] for each in served.logged} == {"info"}


def test_errors_stop_the_first_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    policies = folder / "policies" / "all.yaml"
    policies.write_text(POLICIES.replace("discount: 10%", "discunt: 10%"), "utf-8")
    said = run("serve", "--port", str(free_port()))
    assert said.code == 1
    assert "did you mean `discount`" in said.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--database", "sqlite://"], "on disk"),
        (["--database", "mysql://x/y"], "sqlite or postgresql"),
        (["--trusted-proxies", "10.0.0.0/99"], "COUPON_TRUSTED_PROXIES"),
        (["--policies", "nowhere"], "nowhere"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_wrong_usage_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], words: str
) -> None:
    monkeypatch.chdir(folder)
    said = run("serve", "--port", str(free_port()), *options)
    assert (said.code, words in said.err) == (2, True)


def test_the_port_that_was_taken_is_in_the_greeting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COUPON_PORT", "0")
    ran: list[server.Place] = []
    monkeypatch.setattr(server, "run", lambda place, *_: ran.append(place))
    said = run("serve")
    assert (said.code, f"at {ran[0].address}, described" in said.out) == (0, True)
    assert ran[0].port > 0


def test_a_taken_port_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run("serve", "--port", str(port))
    assert said.code == 1
    assert f"127.0.0.1:{port}" in said.err
    assert "`--port` takes another" in said.err
