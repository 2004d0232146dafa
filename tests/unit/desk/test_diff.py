"""What was changed in a text, and how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.diff import ChangeKind, edit_distance, segments, word_diff

TEXT = st.text(alphabet="返品は14日以内です。ab <PHONE_1>\n", max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        ("kitten", "sitting", 3 / 7),  # Wagner & Fischer's example
        ("", "", 0.0),
        ("", "返品", 1.0),
        ("返品できます", "返品できます", 0.0),
        ("14日です", "30日です", 2 / 5),
    ],
)
def test_the_distance_is_levenshteins_over_the_longer_length(before: str, after: str, distance: float) -> None:
    assert edit_distance(before, after) == pytest.approx(distance)


def test_a_very_long_text_is_compared_by_words() -> None:
    long = "The parcel arrives soon. " * 400
    assert 0 < edit_distance(long, long.replace("soon", "late", 1)) < 0.01


def test_a_changed_word_is_deleted_and_inserted_and_a_token_stays_whole() -> None:
    changes = word_diff("<PHONE_1>へ14日に電話します。", "<PHONE_1>へ15日に電話します。")
    assert [(change.kind, change.text) for change in changes if change.kind is not ChangeKind.SAME] == [
        (ChangeKind.DELETE, "14"),
        (ChangeKind.INSERT, "15"),
    ]


@given(TEXT, TEXT)
def test_the_diff_holds_both_texts_whole(before: str, after: str) -> None:
    changes = word_diff(before, after)
    assert "".join(change.text for change in changes if change.kind is not ChangeKind.INSERT) == before
    assert "".join(change.text for change in changes if change.kind is not ChangeKind.DELETE) == after


@given(TEXT, TEXT)
def test_the_distance_is_symmetric_and_zero_for_the_same_alone(before: str, after: str) -> None:
    assert edit_distance(before, after) == edit_distance(after, before)
    assert (edit_distance(before, after) == 0) == (before == after)


@given(TEXT)
def test_segments_are_the_text(text: str) -> None:
    assert "".join(segments(text)) == text
