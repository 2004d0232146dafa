"""Words of one meaning meet, in one language and across; words an untrue sentence would swap do not."""

import pytest

from app.domain.facts.content import content_terms
from app.domain.facts.plain import plain

SAME = [
    ("紛失した場合", "なくした場合"),
    ("お返金します", "払い戻します"),
    ("荒天のとき", "悪天候のとき"),
    ("食器洗い機", "食洗機"),
    ("スキャンする", "読み取る"),
    ("you get your money back", "refunds"),
    ("put on hold", "freeze"),
    ("返金", "refund"),
    ("予約", "reservation"),
]
APART = [
    ("返金", "交換"),
    ("電話", "メール"),
    ("窓口", "アプリ"),
    ("大人", "子ども"),
    ("refund", "exchange"),
    ("返品", "refund"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_words_of_one_meaning_are_one_term(one: str, other: str) -> None:
    assert content_terms(plain(one)) & content_terms(plain(other))


@pytest.mark.parametrize(("one", "other"), APART)
def test_words_of_two_meanings_stay_two(one: str, other: str) -> None:
    assert not content_terms(plain(one)) & content_terms(plain(other))


def test_one_kanji_is_a_word_only_by_itself() -> None:
    assert "家族" not in content_terms("家電")
    assert "ペット" in content_terms("犬も")
