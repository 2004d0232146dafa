"""Fits when Kotae says "I don't know": `python -m evals.calibrate --data ../shared/data`.

Questions: evals/datasets/calibration (its datasheet says how they were written). Knowledge bases: the public ones below
`--data`, never the sample. Every reported figure is of questions over a knowledge base that the fit had not seen; the
coefficients written to app/answering/abstention.toml are those of the fit on all of them.
"""

import argparse
import json
import tarfile
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.answering.evidence import COEFFICIENTS, Evidence, weigh
from app.answering.retrieve import Retriever
from app.domain.knowledge import Audience
from app.domain.text import detect_language, normalise
from app.settings import ROOT
from evals.bench.workspace import Workspace

Matrix = NDArray[np.float64]

QUESTIONS = ROOT / "evals" / "datasets" / "calibration"
FEATURES = tuple(field.name for field in fields(Evidence))
LARGE = "large_kb_ja/partner_center_ja/partner-center"
# A refusal costs a customer the answer; a passage beside the point, quoted with its source, a glance. Three glances for
# an answer: refuse below 1 / (1 + 3).
THRESHOLD = 0.25
CLARIFY_MARGIN = 0.08
RIDGE = 1.0
TEMPLATE = """\
# When to say "I don't know": a logistic model over app.answering.evidence.Evidence.
# Written by `python -m evals.calibrate` on {day}, fitted on {n} questions (evals/datasets/calibration;
# {answerable} answerable) over {bases} public knowledge bases other than the sample: {names}.
# Both classes weigh the same. Held out, one knowledge base at a time:
{held_out}
threshold = {threshold} # a wrong refusal weighs as much as three wrong answers
clarify_margin = {margin} # of fused scores; best of 6 on evals/datasets/sample/clarify_*.jsonl, none kept aside
intercept = {intercept:.3f}

[weights]
{weights}
"""


def knowledge_bases(data: Path, work: Path) -> dict[str, tuple[str, Path]]:
    """Question file → (knowledge base, folder of its articles); parallel editions count as one knowledge base."""
    with tarfile.open(data / "kb" / "large_kb_ja.tar.gz") as archive:
        members = [member for member in archive if f"{LARGE}/" in member.name]
        archive.extractall(work, members, filter="data")
    return {
        "growi_ja": ("growi", data / "kb" / "growi_docs" / "docs"),
        "growi_en": ("growi", data / "kb" / "growi_docs" / "docs"),
        "commerce_ja": ("commerce", data / "kb" / "commerce_ja" / "help"),
        "commerce_en": ("commerce", data / "kb" / "commerce_en" / "help"),
        "large_ja": ("partner_center", work / LARGE),
    }


def features(workspace: Workspace, name: str, articles: Path, questions: Path) -> tuple[Matrix, Matrix]:
    """Evidence of each question, shape (n, number of features), and whether it is answerable, shape (n,)."""
    index = workspace.index(workspace.built(name, articles))
    retriever = Retriever(index, workspace.embedder())
    rows, labels = [], []
    for line in questions.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        text = normalise(item["question"]).text.strip()
        retrieval = retriever.retrieve(text, detect_language(text, item["lang"]), Audience.PUBLIC)
        evidence = asdict(weigh(retrieval, index))
        rows.append([evidence[feature] for feature in FEATURES])
        labels.append(float(item["answerable"]))
    return np.array(rows), np.array(labels)


def fit(x: Matrix, y: Matrix) -> Matrix:
    """Intercept and weights of a ridge logistic regression with balanced classes, by Newton's method on standardised
    features (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.4.1)."""
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([np.ones(len(x)), (x - mean) / deviation])
    balance = np.where(y > 0, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
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
        f"# {name:12} n {len(y)}  AUC {auc(p, y):.3f}  false answers {false_answers:.3f} of {int((y == 0).sum())}"
        f"  false refusals {false_refusals:.3f} of {int(y.sum())}"
    )


def calibrate(data: Path, work: Path) -> str:
    """The text of abstention.toml."""
    bases = knowledge_bases(data, work)
    workspace = Workspace(work)
    measured = {
        name: features(workspace, name.replace("growi_ja", "growi_en"), articles, QUESTIONS / f"{name}.jsonl")
        for name, (_, articles) in bases.items()
    }
    held_out = []
    for name, (base, _) in bases.items():
        others = [measured[other] for other, (other_base, _) in bases.items() if other_base != base]
        beta = fit(np.concatenate([x for x, _ in others]), np.concatenate([y for _, y in others]))
        x, y = measured[name]
        held_out.append(held_out_line(name, probability(beta, x), y))
    y = np.concatenate([y for _, y in measured.values()])
    beta = fit(np.concatenate([x for x, _ in measured.values()]), y)
    names = sorted({base for base, _ in bases.values()})
    return TEMPLATE.format(
        n=len(y),
        answerable=int(y.sum()),
        bases=len(names),
        names=", ".join(names),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        held_out="\n".join(held_out),
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
    given.work.mkdir(parents=True, exist_ok=True)
    text = calibrate(given.data, given.work)
    COEFFICIENTS.write_text(text, encoding="utf-8")
    print(text)
