"""The tagger: a probability for each character, whatever the length of the text."""

from pathlib import Path

import numpy as np
import pytest

from app.adapters.pii import person
from app.adapters.pii.rule import LIKELY, UNKNOWN, Found, Reading, Word
from app.adapters.pii.tagged import number, runs
from app.adapters.pii.tagger import Tagger
from app.domain.pii import PiiType


@pytest.fixture(scope="module")
def tagger(embedded_model_dir: Path) -> Tagger:
    return Tagger(embedded_model_dir.parent)


def names(tagger: Tagger, text: str) -> str:
    """The characters that more likely belong to a name."""
    tags = tagger.read(text)[PiiType.PERSON]
    return "".join(character for character, p in zip(text, tags, strict=True) if p >= person.SURE)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("窓口の比嘉さんに、先週の件を折り返すよう頼まれました。", "比嘉"),
        ("グエン・ヴァン・ナムと申します、在留カードの更新で伺いました", "グエン・ヴァン・ナム"),
        ("hi, it's siobhan again, the parcel never came", "siobhan"),
        ("Oluwaseun Adeyemi will pick up the keys on Friday.", "Oluwaseun Adeyemi"),
    ],
)
def test_a_name_is_found_without_a_list_that_holds_it(tagger: Tagger, text: str, name: str) -> None:
    assert names(tagger, text).strip() == name


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "光回線の南口店は何時までですか", "Will the Grace plan renew in May?", "🙂" * 40, "\ud800"]
)
def test_what_is_no_name_is_none(tagger: Tagger, text: str) -> None:
    assert names(tagger, text).strip() == ""


def test_a_long_text_is_read_in_pieces_to_its_end(tagger: Tagger) -> None:
    text = "配送についてお尋ねします。" * 300 + "担当は比嘉さんです。" + "よろしくお願いいたします。" * 300
    assert names(tagger, text) == "比嘉"
    assert len(tagger.read("あ" * 5000)[PiiType.PERSON]) == 5000


def reading(text: str, *marked: tuple[int, int], kind: PiiType = PiiType.PERSON) -> Reading:
    """Its words are single letters; `marked` parts belong to `kind` for certain."""
    tags = np.zeros(len(text), dtype=np.float32)
    for start, end in marked:
        tags[start:end] = 1
    return Reading(tuple(Word(at, at + 1, "") for at in range(len(text)) if text[at] != " "), (), {kind: tags})


def test_what_stands_between_the_parts_of_a_name_is_part_of_it() -> None:
    text = "Ask Ann Lee, please"
    assert list(runs(text, reading(text, (4, 7), (8, 11)), PiiType.PERSON, 0.5)) == [(4, 11)]


def test_a_number_needs_a_digit() -> None:
    text = "passport of mine, XK12"
    found = number(PiiType.PASSPORT)(text, reading(text, (0, 8), (18, 22), kind=PiiType.PASSPORT))
    assert [text[start:end] for start, end, _ in found] == ["XK12"]


def test_what_the_tagger_rules_out_is_no_name_where_weak_signs_say_so() -> None:
    text = "Ann Lee brought it back"
    words = tuple(Word(start, end, "") for start, end in ((0, 3), (4, 7), (8, 15), (16, 18), (19, 23)))
    doubted = Reading(words, (), {PiiType.PERSON: np.zeros(len(text), dtype=np.float32)})
    assert Found(0, 7, LIKELY) in list(person.in_english(text, Reading(words)))
    assert list(person.in_english(text, doubted)) == []


def test_what_the_text_says_is_a_name_is_one_whatever_the_tagger_says() -> None:
    text = "My name is Ann Lee."
    doubted = Reading((), (), {PiiType.PERSON: np.zeros(len(text), dtype=np.float32)})
    assert {(start, end) for start, end, _ in person.in_english(text, doubted)} == {(11, 18)}


@pytest.mark.parametrize(
    ("name", "tag", "rest", "is_there"),
    [
        ("宮崎", "名詞-固有名詞-地名-一般", "に行きたいです", False),
        ("宮崎", "名詞-固有名詞-地名-一般", "さんに頼みました", True),
        ("さようで", "副詞", "ございますか", False),
        ("Ánchel", UNKNOWN, " will call", True),
    ],
)
def test_a_place_to_go_to_is_no_name_and_a_word_nobody_knows_may_be(
    name: str, tag: str, rest: str, is_there: bool
) -> None:
    tags = {PiiType.PERSON: np.array([1.0] * len(name) + [0.0] * len(rest), dtype=np.float32)}
    found = person.tagged(name + rest, Reading((Word(0, len(name), tag),), (), tags))
    assert bool(list(found)) == is_there
