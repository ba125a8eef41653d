from __future__ import annotations

from threading import Thread

import pytest

from engine.decisions.flaws import RequestError
from engine.decisions.usage import RecordedUsage
from engine.language.syntax import TypeName
from engine.money import Rounding
from engine.service.book import Book, Books
from engine.service.contexts import Unreadable
from engine.service.errors import NoSuchSpace
from engine.service.office import Office
from tests.service.changing import ANN, AUTUMN, DEARER, NOW, SPACE, SPRING, Acme


def asking(sentence: str) -> str:
    return SPRING.replace("fee is period", sentence)


def vocabulary(**facts: str) -> str:
    lines = [f"  customer.{name}: {kind}" for name, kind in facts.items()]
    return "\n".join(["vocabulary: ours", "facts:", *lines, ""])


def test_a_space_that_was_never_read_is_none() -> None:
    with pytest.raises(NoSuchSpace, match="the store has no space `acme`"):
        Acme().book()


def test_a_pushed_coupon_is_in_force_as_its_file_says() -> None:
    acme = Acme()
    acme.push(SPRING)
    found = acme.book().coupons["spring"]
    assert (found.version, found.archived, found.ready.policy.active) == (1, False, True)
    assert found.ready.policy.codes == ("SPRING",)


def test_places_are_those_of_the_author_s_file() -> None:
    acme = Acme()
    text = f"{SPACE}--- # the coupons\n# of spring\n{SPRING}"
    acme.push_files({"shop/policy.yaml": text})
    rule = acme.book().coupons["spring"].ready.policy.application[0]
    lines = text.split("\n")
    assert rule.location.file == "shop/policy.yaml"
    assert lines[rule.location.line - 1][rule.location.column - 1 :] == "fee is period]"


def test_the_book_is_the_same_until_something_changes() -> None:
    acme = Acme()
    acme.push(SPRING)
    first = acme.office.read(lambda task: task.book, ANN)
    assert acme.office.read(lambda task: task.book, ANN) is first
    acme.push(SPRING, AUTUMN)
    second = acme.office.read(lambda task: task.book, ANN)
    assert set(second.coupons) == {"spring", "autumn"}
    assert second.coupons["spring"].ready is first.coupons["spring"].ready
    assert second.types is first.types


def test_threads_load_a_book_once() -> None:
    acme = Acme()
    acme.push(SPRING)
    books, found = Books("acme"), list[Book]()

    def load() -> None:
        with acme.database.read() as tx:
            found.append(books.in_force(tx))

    threads = [Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_a_coupon_that_is_switched_off_is_not_active() -> None:
    acme = Acme()
    acme.push(SPRING + "active: false\n")
    assert not acme.book().coupons["spring"].ready.policy.active
    acme.changes.switch("coupon", "spring", on=True, because="it begins", caller=ANN)
    assert acme.book().coupons["spring"].ready.policy.active


def test_rates_are_those_of_the_table() -> None:
    acme = Acme()
    acme.push(SPRING, 'rates: ours\nbase: EUR\ntable: [{at: 2026-01-01, USD: "1.10"}]\n')
    rates = acme.book().rates
    assert rates is not None
    assert rates.at(NOW).factor("EUR", "USD") == rates.at(NOW).per_base["USD"]
    assert str(rates.at(NOW).per_base["USD"]) == "11/10"


def test_each_coupon_rounds_as_the_space_said_when_it_was_read() -> None:
    acme = Acme()
    acme.push(SPRING)
    acme.push(SPRING, AUTUMN, space=f"{SPACE}rounding: half-even\n")
    book = acme.book()
    assert book.space.rounding is Rounding.HALF_EVEN
    assert book.coupons["spring"].ready.policy.rounding is Rounding.HALF_UP
    assert book.coupons["autumn"].ready.policy.rounding is Rounding.HALF_EVEN


def test_a_coupon_may_name_one_that_was_read_with_other_surroundings() -> None:
    acme = Acme()
    other = AUTUMN.replace("[at most", "[not together with spring, at most")
    acme.push(SPRING)
    acme.push(SPRING, other, space=f"{SPACE}currency: EUR\n")
    assert acme.book().coupons["autumn"].ready.redemption.stacked[0].forbids("spring")


def test_a_rule_follows_the_coupon_that_it_names_to_its_new_name() -> None:
    acme = Acme()
    other = AUTUMN.replace("[at most", "[not together with spring, at most")
    acme.push(SPRING, other)
    renamed = SPRING.replace("coupon: spring", "coupon: march") + "was: spring\n"
    acme.push(renamed, other.replace("with spring", "with march"))
    acme.changes.enact("spring", ANN)
    assert acme.book().coupons["autumn"].ready.redemption.stacked[0].forbids("march")


def test_a_version_that_is_not_understood_is_an_error_and_no_coupon_without_its_rule() -> None:
    acme = Acme()
    acme.push(SPRING)
    acme.run("UPDATE versions SET document = replace(document, 'fee is', 'fees is')")
    with pytest.raises(Unreadable, match=r"`spring` can't be read, at policy.yaml:9: no fact"):
        acme.book()


# --- one vocabulary for requests ----------------------------------------------------------------


def test_values_of_old_and_new_vocabularies_are_accepted() -> None:
    acme = Acme()
    closed = "vocabulary: ours\nvalues: {product: [core]}\n"
    acme.push(closed, asking("product is core"))
    acme.push(closed.replace("core", "pro"), AUTUMN)
    facts = acme.book().types.vocabulary.facts
    assert facts["product"].closed == {"core", "pro"}


def test_a_fact_that_is_open_somewhere_is_open() -> None:
    acme = Acme()
    acme.push("vocabulary: ours\nvalues: {product: [core]}\n", asking("product is core"))
    acme.push(AUTUMN)
    assert acme.book().types.vocabulary.facts["product"].closed is None


def test_values_of_a_choice_are_joined() -> None:
    acme = Acme()
    acme.push(vocabulary(rank="one of gold, silver"), asking("customer.rank is gold"))
    acme.push(vocabulary(rank="one of silver, bronze"), AUTUMN)
    fact = acme.book().types.vocabulary.facts["customer.rank"]
    assert set(fact.type.values) == {"gold", "silver", "bronze"}


def test_a_fact_of_a_coupon_in_force_may_still_be_given_when_files_declare_it_no_more() -> None:
    acme = Acme()
    acme.push(vocabulary(vip="yes/no"), asking("customer.vip"))
    acme.push(AUTUMN)
    assert "customer.vip" in acme.book().types.vocabulary.facts


def test_where_a_fact_has_another_type_now_an_older_coupon_never_knows_it() -> None:
    acme = Acme()
    acme.push(vocabulary(vip="yes/no"), asking("customer.vip"))
    acme.push(vocabulary(vip="text"), SPRING, AUTUMN.replace("fee is period", "customer.vip is x"))
    book = acme.book()
    assert book.types.vocabulary.facts["customer.vip"].kind is TypeName.TEXT
    slot = book.types.vocabulary.slots["customer.vip"]
    old = book.coupons["spring"].ready.application
    new = book.coupons["autumn"].ready.application
    record = [None] * (len(book.types.vocabulary.facts) + 2)
    record[slot] = "x"  # type: ignore[call-overload]
    assert not old.opens(record, RecordedUsage())
    assert new.opens(record, RecordedUsage())
    assert "(of another type)" not in book.types.event_facts


def test_a_fact_that_now_holds_others_is_never_known_to_an_older_coupon() -> None:
    acme = Acme()
    acme.push(vocabulary(plan="text"), asking("customer.plan is x"))
    acme.push("vocabulary: ours\nfacts: {customer.plan.name: text}\n", SPRING, AUTUMN)
    book = acme.book()
    assert "customer.plan" not in book.types.vocabulary.facts
    assert "customer.plan.name" in book.types.event_facts
    assert book.types.evaluate


# --- other versions -----------------------------------------------------------------------------


def with_versions(acme: Acme, wanted: dict[str, object]) -> Book:
    with acme.database.read() as tx:
        return acme.office.books.with_versions(tx, wanted)


def share(book: Book) -> str:
    return book.coupons["spring"].ready.policy.discount[0].text


def test_a_pending_change_can_be_tried() -> None:
    acme = Acme()
    acme.push(SPRING)
    acme.push(DEARER)
    tried = with_versions(acme, {"spring": "pending"})
    assert (share(tried), tried.coupons["spring"].version) == ("20%", 2)
    assert share(acme.book()) == "10%"


def test_an_older_version_can_be_tried() -> None:
    acme = Acme()
    acme.push(SPRING)
    acme.push(DEARER)
    acme.changes.enact("spring", ANN)
    tried = with_versions(acme, {"spring": 1})
    assert (share(tried), tried.coupons["spring"].version) == ("10%", 1)


def test_a_change_of_the_name_is_tried_under_the_name_in_force() -> None:
    acme = Acme()
    acme.push(SPRING)
    acme.push(DEARER.replace("coupon: spring", "coupon: march") + "was: spring\n")
    tried = with_versions(acme, {"spring": "pending"})
    assert share(tried) == "20%"
    assert tried.coupons["spring"].ready.name == "spring"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"summer/~": 1}, "/versions/summer~1~0: no coupon in force is called `summer/~`"),
        ({"spring": "pending"}, "/versions/spring: `spring` has no pending change"),
        ({"spring": 7}, "has no version `7`: give its number, or `pending`"),
        ({"spring": True}, "has no version `True`"),
    ],
)
def test_what_does_not_exist_can_t_be_tried(wanted: dict[str, object], said: str) -> None:
    acme = Acme()
    acme.push(SPRING)
    with pytest.raises(RequestError) as error:
        with_versions(acme, wanted)
    assert said in str(error.value)


def test_the_book_of_another_office_follows() -> None:
    acme = Acme()
    acme.push(SPRING)
    other = Office(acme.database, "acme", lambda: NOW)
    other.read(lambda task: task.book, ANN)
    acme.push(DEARER)
    acme.changes.enact("spring", ANN)
    assert share(other.read(lambda task: task.book, ANN)) == "20%"
