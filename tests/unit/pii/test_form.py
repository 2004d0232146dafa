"""The form of a text that recognisers read."""

import pytest

from app.adapters.pii.form import read_form


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("番号はゼロロクニのゼロゼロサンゴです", "番号は062の0035です"),
        ("ゼロナナゼロ、さんさんいちよん、ろくろくにいはち", "070、3314、6628"),
        ("five three three oh one eight", "533018"),
        ("double oh seven, one two three four", "007, 1234"),
        ("one two three, go", "one two three, go"),
        ("さんごくしを読みました", "さんごくしを読みました"),
    ],
)
def test_digits_read_aloud(said: str, read: str) -> None:
    assert read_form(said).text == read


def test_a_digit_said_stands_where_its_word_does() -> None:
    raw = "call oh seven seven double oh nine four now"
    form = read_form(raw)
    start = form.text.index("0770")
    assert raw[slice(*form.raw_span(start, start + 7))] == "oh seven seven double oh nine four"
