"""Delivery by webhook: signed, in order, again where it failed, and never where it may not go."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from standardwebhooks import Webhook as Receiving

from engine.outbox.queue import PAUSES
from tests.outbox.post import ME, Post
from tests.outbox.receiving import Taken, receiver

SECOND = 1_000_000


def test_what_happens_is_told_with_a_signature(post: Post) -> None:
    with receiver() as found:
        hook = post.hook(found.url, "code.redeemed", "coupon.changed")
        post.announce("spring", data={"coupon": "spring", "version": 2})
        done = post.deliver()
    (taken,) = found.taken
    assert (done.delivered, post.waiting()) == (1, 0)
    assert taken.said == {
        "type": "coupon.changed",
        "timestamp": "2026-03-01T12:00:00Z",
        "data": {"coupon": "spring", "version": 2},
    }
    assert taken.headers["content-type"] == "application/json"
    assert hook.secret is not None
    assert hook.secret.startswith("whsec_")


def test_the_signature_is_that_of_standard_webhooks(post: Post) -> None:
    post.now = type(post.now)(time.time_ns() // 1000)
    with receiver() as found:
        hook = post.hook(found.url)
        post.announce()
        post.deliver()
    taken = found.taken[0]
    assert Receiving(hook.secret or "").verify(taken.body, taken.headers) == taken.said


def test_a_replaced_secret_signs_for_a_day_beside_the_new_one(post: Post) -> None:
    with receiver() as found:
        hook = post.hook(found.url)
        fresh = post.webhooks.rotate(hook.id, ME)
        assert fresh.secret not in (None, hook.secret)
        post.announce("one")
        post.deliver()
        post.later(86_401)
        post.announce("two")
        post.deliver()
    both, one = (each.headers["webhook-signature"].split() for each in found.taken)
    assert (len(both), len(one)) == (2, 1)


def test_only_the_kinds_that_a_webhook_wants_are_sent(post: Post) -> None:
    with receiver() as found:
        post.hook(found.url, "coupon.pending")
        post.announce(kind="coupon.changed")
        post.announce(kind="coupon.pending")
        post.deliver()
    assert found.kinds == ["coupon.pending"]


def test_a_partner_hears_what_is_its_business_only(post: Post) -> None:
    with receiver() as found, receiver() as all_of_it:
        post.hook(found.url, partner="voltaic")
        post.hook(all_of_it.url)
        post.announce("one", partner="voltaic")
        post.announce("two", partner="another")
        post.announce("three")
        post.deliver()
    assert [each.said["data"]["coupon"] for each in found.taken] == ["one"]
    assert len(all_of_it.taken) == 3


def test_codes_in_clear_reach_no_webhook(post: Post) -> None:
    with receiver() as found:
        post.hook(found.url)
        said = {"purchase": "P-1", "codes": [{"code": "SECRET"}], "attach": {"receipt": "P-1"}}
        post.announce("P-1", "codes.delivered", said, to=("buyer@acme.example",))
        post.deliver()
    assert found.taken[0].said["data"] == {"purchase": "P-1"}
    assert post.rows("SELECT count(*) FROM outbox WHERE body LIKE '%SECRET%'") == [(1,)]


def test_a_link_that_lets_one_person_in_reaches_no_webhook(post: Post) -> None:
    with receiver() as found:
        post.hook(found.url)
        post.announce("xyz/cus-1", "group.confirm", {"path": "/x"}, to=("ada@xyz.example",))
        post.deliver()
    assert found.taken == []


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(post: Post) -> None:
    with receiver(lambda _: 500) as found:
        hook = post.hook(found.url)
        post.announce()
        for number, pause in enumerate(PAUSES, start=1):
            assert post.deliver().put_off == 1
            assert post.deliver().tries == 0
            assert len(found.taken) == number
            post.later(pause / SECOND)
        assert post.deliver().failed == 1
        post.announce()
        found.answer = lambda _: 204
        assert post.deliver().delivered == 1
    assert len({each.id for each in found.taken[:-1]}) == 1
    ((error,),) = post.rows("SELECT error FROM outbox WHERE failed IS NOT NULL")
    assert error == "the receiver answered 500"
    assert hook.waiting == 0


def test_messages_of_one_subject_come_in_order_and_others_do_not_wait(post: Post) -> None:
    def answer(taken: Taken) -> int:
        return 500 if taken.said["data"] == {"n": 1} and len(found.taken) < 3 else 200

    with receiver(answer) as found:
        post.hook(found.url)
        for subject, n in (("a", 1), ("a", 2), ("b", 3), ("a", 4)):
            post.announce(subject, data={"n": n})
        post.deliver()
        assert [each.said["data"]["n"] for each in found.taken] == [1, 3]
        post.later(6)
        post.deliver()
    assert [each.said["data"]["n"] for each in found.taken] == [1, 3, 1, 2, 4]
    assert post.waiting() == 0


def test_a_receiver_that_is_gone_is_switched_off_with_what_waits_for_it(post: Post) -> None:
    with receiver(lambda _: 410) as found:
        hook = post.hook(found.url)
        for n in range(3):
            post.announce(str(n))
        assert post.deliver().failed == 3
        post.announce("later")
        post.deliver()
    shown = post.webhooks.show(hook.id, ME)
    assert (shown.active, len(found.taken), post.waiting()) == (False, 1, 0)


def test_a_redirect_is_not_followed(post: Post) -> None:
    with receiver() as inside, receiver(lambda _: 302, Location="") as found:
        found.headers["Location"] = inside.url
        post.hook(found.url)
        post.announce()
        assert post.deliver().put_off == 1
    assert (len(found.taken), len(inside.taken)) == (1, 0)
    assert post.rows("SELECT error FROM outbox") == [
        ("the receiver answered 302, and no call is sent elsewhere",)
    ]


def test_a_receiver_that_hangs_stops_nobody_else(post: Post) -> None:
    def hang(_: Taken) -> int:
        hanging.released.wait(10)
        return 200

    with receiver(hang) as hanging, receiver() as found:
        post.hook(hanging.url)
        for n in range(20):
            post.announce(str(n))
        post.hook(found.url)
        for n in range(20):
            post.announce(str(n))
        done = post.deliver()
    assert len(found.taken) == 20
    assert (done.delivered, done.put_off, len(hanging.taken)) == (20, 1, 1)
    assert "took more than 0.4 seconds" in str(post.rows("SELECT error FROM outbox"))


def test_a_receiver_that_answers_byte_by_byte_is_hung_up_on(post: Post) -> None:
    with dripping() as port:
        post.hook(f"http://127.0.0.1:{port}/")
        post.announce()
        assert post.deliver().put_off == 1
    assert "took more than 0.4 seconds" in str(post.rows("SELECT error FROM outbox"))


@contextmanager
def dripping() -> Iterator[int]:
    """A server that sends a byte of its answer now and then; its port."""
    stop = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\n" * 100:
                if stop.wait(0.05):
                    return
                connection.send(bytes([byte]))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        stop.set()
        thread.join()


def test_a_receiver_that_is_not_there_is_left_alone_for_a_while(post: Post) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    post.hook(f"http://127.0.0.1:{port}/")
    post.announce("one")
    post.announce("two")
    assert (post.deliver().put_off, post.deliver().tries) == (1, 0)
    assert "connection refused" in str(post.rows("SELECT error FROM outbox"))


def test_what_is_written_to_is_mailed_beside_the_webhooks(post: Post) -> None:
    post.hook("mailto:ops@acme.example")
    post.announce("one", to=("ops@acme.example", "ada@acme.example"))
    found = post.rows("SELECT channel, receiver FROM outbox ORDER BY message")
    assert found == [("mail", "ops@acme.example"), ("mail", "ada@acme.example")]


def test_nobody_who_listens_costs_no_message(post: Post) -> None:
    post.announce()
    assert post.waiting() == 0
