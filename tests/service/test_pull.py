from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalogue.loader import assemble, read_files
from engine.service.changes.changed import Pushed
from tests.service.changing import ANN, AUTUMN, DEARER, SPACE, SPRING, Acme

FILE = f"""\
# our folder
{SPACE}---
# the best time of the year
{SPRING.replace("discount: 10%", "discount: 10%   # a tenth")}---
{AUTUMN}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of policies."""
    (tmp_path / "all.yaml").write_text(FILE, "utf-8")
    return tmp_path


def push(acme: Acme, folder: Path) -> Pushed:
    sources = read_files([folder])
    return acme.changes.push(assemble(sources), sources, ANN)


@pytest.fixture
def acme(folder: Path) -> Acme:
    """A space with what the folder says."""
    found = Acme()
    push(found, folder)
    return found


def enacted(acme: Acme, document: str) -> None:
    acme.changes.save("spring", document, ANN)
    acme.changes.enact("spring", ANN)


def test_a_folder_that_means_what_is_in_force_is_left_alone(acme: Acme, folder: Path) -> None:
    text = FILE.replace("fee is period", "fee  is  period")
    (folder / "all.yaml").write_text(text, "utf-8")
    assert acme.changes.pull(folder, ANN) == []
    assert (folder / "all.yaml").read_text("utf-8") == text


def test_what_differs_is_written_and_comments_stay(acme: Acme, folder: Path) -> None:
    enacted(acme, SPRING.replace("5 redemptions", "3 redemptions"))
    assert acme.changes.pull(folder, ANN) == [folder / "all.yaml"]
    text = (folder / "all.yaml").read_text("utf-8")
    assert text == FILE.replace("5 redemptions", "3 redemptions", 1)
    assert push(acme, folder) == Pushed()


def test_keys_that_are_new_or_gone_are_so_in_the_file(acme: Acme, folder: Path) -> None:
    enacted(acme, SPRING.replace("title: Spring\n", "") + "labels: {own: x}\n")
    acme.changes.pull(folder, ANN)
    text = (folder / "all.yaml").read_text("utf-8")
    assert "# the best time" in text
    assert text.count("title: Spring") == 1
    assert "application: [fee is period]\nlabels: {own: x}\n---\n" in text
    assert push(acme, folder) == Pushed()


def test_a_change_of_the_folder_gives_way_to_what_is_in_force(acme: Acme, folder: Path) -> None:
    (folder / "all.yaml").write_text(FILE.replace("10% ", "20% "), "utf-8")
    acme.changes.pull(folder, ANN)
    assert (folder / "all.yaml").read_text("utf-8") == FILE


def test_a_coupon_without_a_document_gets_a_file(acme: Acme, folder: Path) -> None:
    acme.changes.save("winter", SPRING.replace("spring", "winter").replace("SPRING", "W"), ANN)
    assert acme.changes.pull(folder, ANN) == [folder / "winter.yaml"]
    assert push(acme, folder) == Pushed()


def test_a_file_of_that_name_keeps_what_it_has(acme: Acme, folder: Path) -> None:
    (folder / "winter.yaml").write_text("vocabulary: ours\nfees: [extra]\n", "utf-8")
    acme.changes.save("winter", SPRING.replace("spring", "winter").replace("SPRING", "W"), ANN)
    acme.changes.pull(folder, ANN)
    text = (folder / "winter.yaml").read_text("utf-8")
    assert text.startswith("vocabulary: ours\nfees: [extra]\n---\ncoupon: winter\n")
    push(acme, folder)
    assert acme.changes.pull(folder, ANN) == []


def test_a_new_folder_gets_every_coupon(acme: Acme, tmp_path: Path) -> None:
    written = acme.changes.pull(tmp_path / "new", ANN)
    assert [path.name for path in written] == ["autumn.yaml", "spring.yaml"]


def test_a_renamed_coupon_is_written_over_its_older_self(acme: Acme, folder: Path) -> None:
    enacted(acme, DEARER.replace("coupon: spring", "coupon: march") + "was: spring\n")
    acme.changes.pull(folder, ANN)
    text = (folder / "all.yaml").read_text("utf-8")
    assert "coupon: march" in text
    assert "coupon: spring" not in text


def test_an_archived_coupon_is_not_written(acme: Acme, folder: Path) -> None:
    (folder / "all.yaml").write_text(FILE.replace(AUTUMN, "").rstrip("-\n") + "\n", "utf-8")
    assert push(acme, folder).archived == ("autumn",)
    assert acme.changes.pull(folder, ANN) == []


def test_a_document_with_errors_is_written_anew(acme: Acme, folder: Path) -> None:
    (folder / "all.yaml").write_text(FILE.replace("fee is", "fees is", 1), "utf-8")
    acme.changes.pull(folder, ANN)
    assert push(acme, folder) == Pushed()
