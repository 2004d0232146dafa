"""The overview of what the service achieves: a page, and the same as CSV and JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from app.desk.report import Report, report
from app.domain.figure import Figure
from app.web.access import SignedInDep
from app.web.admin import staff_facts
from app.web.deps import LanguageDep, Services, ServicesDep
from app.web.overview_chart import Chart, chart_of
from app.web.rendering import render
from app.web.staff_pages import StaffPage
from app.words import Words, words

router = APIRouter(prefix="/desk", include_in_schema=False)
Days = Annotated[int, Query(ge=1, le=366)]
_SMALL = 20  # cases: fewer are shown in grey
_PERIODS = (7, 28, 91, 366)


@dataclass(frozen=True, slots=True)
class FigureView:
    """`value` in words, None where there is no case. `width`: of a share, in per cent."""

    name: str
    value: str | None
    n: int
    counted: str
    is_small: bool
    width: float = 0.0
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class SliceView:
    """`rows`: each a value of the slice with all figures, in the order of `OverviewPage.figures`."""

    title: str
    rows: tuple[tuple[str, tuple[FigureView, ...]], ...]


@dataclass(frozen=True, slots=True)
class OverviewPage(StaffPage):
    days: int
    figures: tuple[FigureView, ...]
    causes: tuple[FigureView, ...]
    slices: tuple[SliceView, ...]

    @property
    def periods(self) -> tuple[int, ...]:
        return tuple(sorted({*_PERIODS, self.days}))


@router.get("/overview")
def show(services: ServicesDep, lang: LanguageDep, signed_in: SignedInDep, days: Days = 28) -> Response:
    found, w = _report(services, days), words(lang)
    facts = staff_facts(services, lang, signed_in, "/desk/overview")
    figures = tuple(_view(figure, w, _weekly(figure, found, w)) for figure in found.figures)
    causes = tuple(_view(figure, w) for figure in found.causes)
    return render("overview.html", OverviewPage(*facts, days, figures, causes, _slices(found, w)))


@router.get("/overview.csv")
def as_csv(services: ServicesDep, lang: LanguageDep, days: Days = 28) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="overview.csv"'}
    return Response(_report(services, days).as_csv(lang), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/overview.json")
def as_json(services: ServicesDep, days: Days = 28) -> JSONResponse:
    return JSONResponse(_report(services, days).as_json())


def _report(services: Services, days: int) -> Report:
    now = services.clock.now()
    since = now - timedelta(days=days)
    courses, ended = services.courses.since(since), services.drafting.store.ended(since)
    return report(courses, ended, now, services.site.time_zone)


def _slices(found: Report, w: Words) -> tuple[SliceView, ...]:
    return tuple(
        SliceView(
            w[f"overview_by_{name}"],
            tuple((_value_name(name, value, w), tuple(_view(each, w) for each in by[value])) for value in by),
        )
        for name, by in found.by.items()
    )


def _value_name(slice_name: str, value: str, w: Words) -> str:
    return w[f"overview_language_{value}"] if slice_name == "language" else value


def _view(figure: Figure, w: Words, chart: Chart | None = None) -> FigureView:
    key = f"figure_{figure.name}"
    return FigureView(
        w[key] if key in w else w[f"cause_{figure.name}"],
        None if figure.value is None else value_words(figure.value, figure.unit, w),
        figure.n,
        figure.counted[w.language],
        0 < figure.n < _SMALL,
        round(100 * figure.value, 1) if figure.value is not None and figure.unit == "share" else 0.0,
        chart,
    )


def _weekly(figure: Figure, found: Report, w: Words) -> Chart | None:
    by_week = [(week, _named(figures, figure.name)) for week, figures in found.by["week"].items()]
    told = w["list_join"].join(
        f"{week} {value_words(each.value, each.unit, w)}" for week, each in by_week if each.value is not None
    )
    label = w("overview_chart", figure=w[f"figure_{figure.name}"], weeks=told)
    return chart_of(figure.name, figure.unit, [each.value for _, each in by_week], label)


def _named(figures: Sequence[Figure], name: str) -> Figure:
    return next(figure for figure in figures if figure.name == name)


def value_words(value: float, unit: str, w: Words) -> str:
    """ "42.0%", "90秒", "2.5時間", "3.8": in the largest unit that leaves at least two."""
    if unit == "share":
        return f"{value:.1%}"
    if unit != "seconds":
        return f"{value:.2f}"
    for seconds, key in ((86400, "overview_days_n"), (3600, "overview_hours_n"), (60, "overview_minutes_n")):
        if abs(value) >= 2 * seconds:
            return w(key, n=_signed(value / seconds))
    return w("overview_seconds_n", n=_signed(value))


def _signed(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-", "−")
