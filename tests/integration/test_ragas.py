"""What ragas measures without a judge, against values worked out by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest

from app.adapters.embedder_hashing import HashingEmbedder
from app.errors import EvalError, SettingsError
from app.settings import Settings
from evals.run import scored
from evals.samples import Sample
from evals.scorers import ragas
from evals.scorers.ragas import Case, Ragas, open_ragas

SAMPLE = Sample(id="1")


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Ragas:
    return open_ragas(Settings(home=tmp_path_factory.mktemp("home")), HashingEmbedder())


def case(answer: str = "", reference: str = "", cited: tuple[str, ...] = (), gold: tuple[str, ...] = ()) -> Case:
    return Case("?", answer, reference, (), (), cited, gold)


def chrf(answer: str, reference: str) -> float:
    """F2 of the means of precision and recall of character n-grams up to 6 (Popović 2015), over the orders that both
    texts have; white space does not count."""
    texts = ["".join(text.split()) for text in (answer, reference)]
    precisions, recalls = [], []
    for order in range(1, 7):
        grams, others = ([text[i : i + order] for i in range(len(text) - order + 1)] for text in texts)
        if grams and others:
            shared = sum(min(grams.count(gram), others.count(gram)) for gram in set(grams))
            precisions.append(shared / len(grams))
            recalls.append(shared / len(others))
    precision, recall = float(np.mean(precisions)), float(np.mean(recalls))
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


@pytest.mark.parametrize(
    ("cited", "gold", "precision", "recall"),
    [
        (("a", "b"), ("a",), 0.5, 1.0),
        (("a",), ("a", "b"), 1.0, 0.5),
        (("x",), ("a",), 0.0, 0.0),
        (("a", "a"), ("a",), 1.0, 1.0),  # an article counts once, however often it is cited
        ((), ("a",), None, 0.0),
        (("a",), (), None, None),
    ],
)
async def test_cited_articles_against_those_that_hold_the_answer(
    offline: Ragas, cited: tuple[str, ...], gold: tuple[str, ...], precision: float | None, recall: float | None
) -> None:
    values = await offline.measure(case(cited=cited, gold=gold))
    assert values.get("ragas_id_context_precision") == precision
    assert values.get("ragas_id_context_recall") == recall


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("送料は550円です。", "送料は全国一律550円です。"),
        ("未開封の商品は14日以内に返品できます。", "返品は到着から14日以内、未開封に限ります。"),
        ("Delivery takes 2-4 days.", "Orders arrive within 2-4 working days."),
        ("ab", "abc"),
    ],
)
async def test_characters_shared_with_the_model_answer(offline: Ragas, answer: str, reference: str) -> None:
    assert (await offline.measure(case(answer, reference)))["chrf"] == pytest.approx(chrf(answer, reference), abs=1e-6)


@pytest.mark.parametrize("text", ["送料は550円です。", "Delivery takes 2-4 days."])
async def test_the_model_answer_itself_is_the_same(offline: Ragas, text: str) -> None:
    values = await offline.measure(case(text, text))
    assert values == {"chrf": 1.0, "semantic_similarity": pytest.approx(1.0, abs=1e-5)}


async def test_two_different_sentences_are_not_the_same(offline: Ragas) -> None:
    """On Japanese, ROUGE finds no words at all in either and gives 1, BLEU 0 to nearly equal ones."""
    near = await offline.measure(case("送料は550円です。", "送料は全国一律550円です。"))
    far = await offline.measure(case("送料は550円です。", "修理は購入店にご依頼ください。"))
    for name in ("chrf", "semantic_similarity"):
        assert far[name] < near[name] < 1  # type: ignore[operator]


async def test_width_of_characters_does_not_count(offline: Ragas) -> None:
    assert (await offline.measure(case("送料は５５０円です。", "送料は550円です。")))["chrf"] == 1.0


@pytest.mark.parametrize("texts", [("", ""), ("送料は550円です。", ""), ("", "送料は550円です。")])
async def test_without_answer_or_model_answer_nothing_is_compared(offline: Ragas, texts: tuple[str, str]) -> None:
    assert await offline.measure(case(*texts)) == {}


async def test_scorers_read_what_was_measured(offline: Ragas) -> None:
    output = {ragas.KEY: await offline.measure(case(cited=("a", "b"), gold=("a",)))}
    assert scored(SAMPLE, output, offline.scorers) == {
        "ragas_id_context_precision": (0.5, 1.0),
        "ragas_id_context_recall": (1.0, 1.0),
    }


def test_a_metric_that_could_not_be_measured_says_why() -> None:
    output = {ragas.KEY: {"ragas_faithfulness": {"not_measured": "The judge cannot be reached."}}}
    assert scored(SAMPLE, output, ragas.SCORERS) == {"ragas_faithfulness": "The judge cannot be reached."}
    assert scored(SAMPLE, {}, ragas.SCORERS) == {}


def test_without_a_judge_only_what_needs_none_is_measured(offline: Ragas) -> None:
    assert offline.scorers == ragas.OFFLINE
    assert set(offline.versions) == {"ragas"}


@pytest.mark.parametrize("half", [{"judge_base_url": "http://127.0.0.1:1/v1"}, {"judge_model": "m"}])
def test_half_a_judge_is_refused(tmp_path: Path, half: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="needs both"):
        open_ragas(Settings(home=tmp_path).model_copy(update=half), HashingEmbedder())


def test_without_the_extra_the_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evals.scorers.ragas_metrics", None)
    with pytest.raises(EvalError, match="install the development extra"):
        open_ragas(Settings(home=tmp_path), HashingEmbedder())
