"""Fits when Kotae says "I don't know": `python -m evals.calibrate --data ../shared/data`.

Questions: evals/datasets/calibration (its datasheet says how they were written) over the public knowledge bases below
`--data`, and the development split over the sample. Every knowledge base weighs the same, and in it both classes. The
reported figures are of questions over a knowledge base that the fit had not seen, and for the sample also of its own
questions left out by turns; the coefficients written to app/answering/abstention.toml are those of the fit on all.
"""

import argparse
import json
import tarfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.asked import able_first
from app.answering.evidence import COEFFICIENTS, Evidence, weigh
from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience
from app.domain.text import detect_language, normalise
from app.settings import ROOT
from evals.bench.workspace import Workspace
from evals.tuning import keep_test_splits_shut

Matrix = NDArray[np.float64]

DATASETS = ROOT / "evals" / "datasets"
FEATURES = tuple(field.name for field in fields(Evidence))
LARGE = "large_kb_ja/partner_center_ja/partner-center"
# A refusal costs a customer the answer; a passage beside the point, quoted with its source, a glance. Three glances for
# an answer: refuse below 1 / (1 + 3).
THRESHOLD = 0.25
CLARIFY_MARGIN = 0.08
RIDGE = 0.3
PARTS = 5
TEMPLATE = """\
# When to say "I don't know": a logistic model over app.answering.evidence.Evidence.
# Written by `python -m evals.calibrate` on {day}, fitted on {n} questions ({answerable} answerable) over {bases}
# knowledge bases: {names}. Each weighs the same, and so do both classes in it.
# Held out, one knowledge base at a time; "sample, by parts": its questions in {parts} parts, the others in the fit:
{held_out}
threshold = {threshold} # a wrong refusal weighs as much as three wrong answers
clarify_margin = {margin} # of fused scores; best of 6 on evals/datasets/sample/clarify_*.jsonl, none kept aside
intercept = {intercept:.3f}

[weights]
{weights}
"""


@dataclass(frozen=True, slots=True)
class Questions:
    """A file of questions over `articles`; parallel editions are one knowledge base, `base`."""

    base: str
    file: Path
    home: str
    articles: Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Evidence `x`, shape (n, number of features), and whether the question is answerable, `y`, shape (n,)."""

    base: str
    x: Matrix
    y: Matrix


def all_questions(data: Path, work: Path) -> dict[str, Questions]:
    with tarfile.open(data / "kb" / "large_kb_ja.tar.gz") as archive:
        members = [member for member in archive if f"{LARGE}/" in member.name]
        archive.extractall(work, members, filter="data")
    growi = data / "kb" / "growi_docs" / "docs"
    asked, sample = DATASETS / "calibration", DATASETS / "sample"
    return {
        "growi_ja": Questions("growi", asked / "growi_ja.jsonl", "growi_en", growi),
        "growi_en": Questions("growi", asked / "growi_en.jsonl", "growi_en", growi),
        "commerce_ja": Questions("commerce", asked / "commerce_ja.jsonl", "commerce_ja", data / "kb/commerce_ja/help"),
        "commerce_en": Questions("commerce", asked / "commerce_en.jsonl", "commerce_en", data / "kb/commerce_en/help"),
        "large_ja": Questions("partner_center", asked / "large_ja.jsonl", "large_ja", work / LARGE),
        "sample_ja": Questions("sample", sample / "dev_ja.jsonl", "sample", ROOT / "kb_sources"),
        "sample_en": Questions("sample", sample / "dev_en.jsonl", "sample", ROOT / "kb_sources"),
    }


def measure(workspace: Workspace, questions: Questions) -> Measured:
    index = workspace.index(workspace.built(questions.home, questions.articles))
    retriever = Retriever(index, workspace.embedder())
    rows, labels = [], []
    for line in questions.file.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        text = normalise(item["question"]).text.strip()
        found = retriever.retrieve(text, detect_language(text, item["lang"]), Audience.PUBLIC)
        evidence = asdict(weigh(able_first(found, index), index))
        rows.append([evidence[feature] for feature in FEATURES])
        labels.append(float(item["answerable"]))
    return Measured(questions.base, np.array(rows), np.array(labels))


def fit(parts: Sequence[Measured]) -> Matrix:
    """Intercept and weights of a ridge logistic regression by Newton's method on standardised features (Hastie,
    Tibshirani, Friedman, The Elements of Statistical Learning, 4.4.1); every base and class in it weighs the same."""
    x, y = np.concatenate([part.x for part in parts]), np.concatenate([part.y for part in parts])
    groups = [(part.base, answerable) for part in parts for answerable in part.y.tolist()]
    sizes = Counter(groups)
    balance = np.array([len(y) / len(sizes) / sizes[group] for group in groups])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9  # a feature may be the same throughout
    design = np.column_stack([np.ones(len(x)), (x - mean) / deviation])
    penalty = RIDGE * np.diag([0.0] + [1.0] * x.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = probability(beta, design[:, 1:])
        gradient = design.T @ (balance * (y - p)) - penalty @ beta
        curvature = design.T @ (design * (balance * p * (1 - p))[:, None]) + penalty
        beta += np.linalg.solve(curvature, gradient)
    weights: Matrix = beta[1:] / deviation
    return np.concatenate([[beta[0] - weights @ mean], weights])


def probability(beta: Matrix, x: Matrix) -> Matrix:
    p: Matrix = 1 / (1 + np.exp(-(beta[0] + x @ beta[1:])))
    return p


def auc(p: Matrix, y: Matrix) -> float:
    """The probability that an answerable question scores above an unanswerable one (Mann–Whitney)."""
    above = (p[y > 0][:, None] > p[y == 0]).mean() + (p[y > 0][:, None] == p[y == 0]).mean() / 2
    return float(above)


def held_out_line(name: str, p: Matrix, y: Matrix) -> str:
    false_answers, false_refusals = (p[y == 0] >= THRESHOLD).mean(), (p[y > 0] < THRESHOLD).mean()
    return (
        f"# {name:20} n {len(y)}  AUC {auc(p, y):.3f}  false answers {false_answers:.3f} of {int((y == 0).sum())}"
        f"  false refusals {false_refusals:.3f} of {int(y.sum())}"
    )


def by_parts(own: Measured, others: Sequence[Measured]) -> Matrix:
    """The probability for each of `own`, of a fit on the `others` and the parts of `own` that it is not in."""
    part = np.random.default_rng(0).permutation(len(own.y)) % PARTS
    p = np.zeros(len(own.y))
    for held in range(PARTS):
        kept = Measured(own.base, own.x[part != held], own.y[part != held])
        p[part == held] = probability(fit([*others, kept]), own.x[part == held])
    return p


def calibrate(data: Path, work: Path) -> str:
    """The text of abstention.toml."""
    workspace = Workspace(work)
    measured = {name: measure(workspace, questions) for name, questions in all_questions(data, work).items()}
    lines = []
    for name, part in measured.items():
        others = [other for other in measured.values() if other.base != part.base]
        lines.append(held_out_line(name, probability(fit(others), part.x), part.y))
        if part.base == "sample":
            rest = [other for other in measured.values() if other is not part]
            lines.append(held_out_line(f"{name}, by parts", by_parts(part, rest), part.y))
    beta = fit(list(measured.values()))
    y = np.concatenate([part.y for part in measured.values()])
    names = sorted({part.base for part in measured.values()})
    return TEMPLATE.format(
        n=len(y),
        answerable=int(y.sum()),
        bases=len(names),
        names=", ".join(names),
        parts=PARTS,
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        held_out="\n".join(lines),
        threshold=THRESHOLD,
        margin=CLARIFY_MARGIN,
        intercept=beta[0],
        weights="\n".join(f"{name} = {weight:.3f}" for name, weight in zip(FEATURES, beta[1:], strict=True)),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--work", type=Path, default=Path("var/calibrate"), help="where indexes are built and kept")
    given = parser.parse_args()
    keep_test_splits_shut()
    given.work.mkdir(parents=True, exist_ok=True)
    text = calibrate(given.data, given.work)
    COEFFICIENTS.write_text(text, encoding="utf-8")
    print(text)
