"""The detector as a whole: overlaps, the company's own, switches, mixed languages, and time that grows with the length."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.adapters.pii import registry
from app.adapters.pii.detector import RECOGNISERS, PresidioDetector, load_detector
from app.adapters.pii.form import read_form
from app.adapters.pii.registry import open_analyser
from app.adapters.pii.rule import Entity, Reading, Word
from app.domain.pii import PiiSpan, PiiType, without_overlaps
from app.errors import SettingsError

PUBLIC = ("0120-000-417", "support@aoba.example", "大阪府堺市堺区南瓦町3-1", "あおば家電")


@pytest.fixture(scope="module")
def detector(embedded_model_dir: Path) -> PresidioDetector:
    return load_detector(embedded_model_dir.parent, PUBLIC)


def found(detector: PresidioDetector, text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.type) for span in detector.detect(text)]


def test_what_sticks_out_of_a_surer_span_stays_hidden() -> None:
    spans = [PiiSpan(0, 10, "ADDRESS", 0.9), PiiSpan(6, 14, "POSTAL_CODE", 0.95), PiiSpan(7, 9, "PHONE", 0.5)]
    assert without_overlaps(spans) == [PiiSpan(0, 6, "ADDRESS", 0.9), PiiSpan(6, 14, "POSTAL_CODE", 0.95)]


@pytest.mark.parametrize("said", ["0120-000-417", "０１２０－０００－４１７", "0120000417", "+81 120-000-417"])
def test_the_company_s_own_number_stays_however_it_is_written(detector: PresidioDetector, said: str) -> None:
    assert found(detector, f"電話{said}につながりません") == []


def test_the_company_s_own_addresses_stay(detector: PresidioDetector) -> None:
    assert found(detector, "Support@Aoba.example と 大阪府堺市堺区南瓦町３－１ に送りました") == []
    assert found(detector, "0120-000-418") == [("0120-000-418", "PHONE")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Please help. 担当の堀越さんに 206-555-0144 と伝えてください",
            [("堀越", "PERSON"), ("206-555-0144", "PHONE")],
        ),
        (
            "My name is Ian Foster.\n電話は０３−６６１２−００９１です",
            [("Ian Foster", "PERSON"), ("０３−６６１２−００９１", "PHONE")],
        ),
        ("ｶ゛ｷﾞ ㈱ 090\u200b-3344\u200b-1290", [("090\u200b-3344\u200b-1290", "PHONE")]),
    ],
)
def test_both_languages_in_one_message(detector: PresidioDetector, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(detector, text) == expected


def test_a_message_that_is_all_personal_data(detector: PresidioDetector) -> None:
    assert found(detector, "080-2211-0098") == [("080-2211-0098", "PHONE")]


def test_tokens_that_a_customer_types_are_no_personal_data(detector: PresidioDetector) -> None:
    assert found(detector, "<PHONE_1> と <PERSON_2> に <ADDRESS_1> を送って") == []


class NoModels:
    def read(self, text: str) -> Reading:
        return Reading()


def switched(tmp_path: Path, change: Callable[[str], str]) -> PresidioDetector:
    path = tmp_path / "recognisers.yaml"
    path.write_text(change(RECOGNISERS.read_text(encoding="utf-8")), encoding="utf-8")
    return PresidioDetector(open_analyser(NoModels(), path))  # type: ignore[arg-type]


def test_a_recogniser_is_switched_off_in_the_file(tmp_path: Path) -> None:
    off = "KotaePhone, type: predefined, supported_languages: [ja, en], enabled: "
    changed = switched(tmp_path, lambda text: text.replace(off + "true", off + "false"))
    assert found(changed, "080-2211-0098 または a@b.example") == [("a@b.example", "EMAIL")]


TEAMS_OWN = """
  - name: Locker
    type: custom
    supported_entity: LOCKER
    supported_languages: [{ language: ja, context: [ロッカー] }, { language: en, context: [locker] }]
    patterns: [{ name: six digits, regex: "L\\\\d{6}", score: 0.3 }]
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ロッカーはL004417です", [("L004417", "LOCKER")]),
        ("my locker says L004417", [("L004417", "LOCKER")]),
        ("部品L004417はありますか", []),
    ],
)
def test_a_team_adds_a_recogniser_without_code(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(switched(tmp_path, lambda shipped: shipped + TEAMS_OWN), text) == expected


def test_a_file_that_is_wrong_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"recognisers\.yaml: recognizers"):
        switched(tmp_path, lambda _: "recognizers: 5")


BOMBS = [
    "1", "1234567890", "1-", "0 ", "a@", "aaaa@a.", "Ann Lee, ", "ann lee ", "my name is ", "password is ", "パスワード:", "東京都渋谷区",
    "渋谷区1-2", "1-2-3 ", "12 Main ", "Apt 1 ", "corner of A and ", "ア", "は", "様", "「", "\n", "1.", "a:", "eyJ", "名前:", "一二三", "+1 ",
    "flat 1, block 2, ", "12 A. ", "The Old Mill, ", "username a1 ", "aB3+/", "Mr. ", ", ", "my passport ", "免許証",
]  # fmt: skip
LENGTH = 4_000
SLOWEST = 40e-6  # seconds a character for all rules together, ten times what an idle machine takes


@pytest.mark.parametrize("bomb", BOMBS)
def test_time_grows_with_the_length(bomb: str) -> None:
    def seconds(length: int) -> float:
        text = read_form(bomb * (length // len(bomb))).text
        words = tuple(Word(at, at + 2, "名詞-固有名詞-地名-一般") for at in range(0, len(text) - 2, 2))
        tags = dict.fromkeys(PiiType, np.resize([0.9, 0.9, 0.1], len(text)))
        reading = Reading(words, (Entity(0, 2, "Person", "ja"),), tags)
        began = time.process_time()  # of this process: others may be busy
        for _, rule in registry._RULES.values():
            list(rule(text))
        for _, rule_of_reading in registry._RULES_WITH_READING.values():
            list(rule_of_reading(text, reading))
        return time.process_time() - began

    short, long = seconds(LENGTH), min(seconds(4 * LENGTH) for _ in range(3))
    assert long < max(10 * short, SLOWEST * 4 * LENGTH)


def test_many_names_come_back(detector: PresidioDetector) -> None:
    assert len(found(detector, "山田太郎さん、" * 200)) == 200


@pytest.mark.slow
def test_a_million_digits_and_five_thousand_names_come_back(detector: PresidioDetector) -> None:
    assert detector.detect("1234567890" * 100_000) == []
    assert len(found(detector, "山田太郎さん、" * 5_000)) == 5_000


def test_the_shipped_file_names_every_recogniser() -> None:
    shipped = RECOGNISERS.read_text(encoding="utf-8")
    assert all(f"name: {name}," in shipped for name in [*registry._RULES, *registry._RULES_WITH_READING])
