"""The small charts of the overview, over values placed by hand."""

import pytest

from app.web.overview import value_words
from app.web.overview_chart import chart_of
from app.words import words


def test_a_week_without_cases_breaks_the_line() -> None:
    chart = chart_of("contained", "share", [0.0, 1.0, None, 0.5], "told")
    assert chart is not None
    assert chart.path == "M5,35 L55,5 M155,20"
    assert len(chart.points) == 3


def test_no_case_no_chart() -> None:
    assert chart_of("contained", "share", [None, None], "") is None
    assert chart_of("contained", "share", [], "") is None


@pytest.mark.parametrize(
    ("name", "unit", "values", "heights"),
    [
        ("csat", "points", [1.0, 5.0], [35.0, 5.0]),
        ("first_response", "seconds", [0.0, 600.0], [35.0, 5.0]),
        ("seconds_saved", "seconds", [-10.0, 10.0], [35.0, 5.0]),
        ("seconds_saved", "seconds", [0.0, 0.0], [5.0, 5.0]),
    ],
)
def test_each_unit_has_its_scale(name: str, unit: str, values: list[float], heights: list[float]) -> None:
    chart = chart_of(name, unit, values, "")
    assert chart is not None
    assert [y for _, y in chart.points] == heights


@pytest.mark.parametrize(
    ("value", "unit", "ja", "en"),
    [
        (0.4, "share", "40.0%", "40.0%"),
        (4.25, "points", "4.25", "4.25"),
        (90.0, "seconds", "90秒", "90 seconds"),
        (-12.5, "seconds", "−12.5秒", "−12.5 seconds"),
        (150.0, "seconds", "2.5分", "2.5 minutes"),
        (7200.0, "seconds", "2時間", "2 hours"),
        (259200.0, "seconds", "3日", "3 days"),
    ],
)
def test_values_are_told_in_words(value: float, unit: str, ja: str, en: str) -> None:
    assert (value_words(value, unit, words("ja")), value_words(value, unit, words("en"))) == (ja, en)
