"""Public data as `kotae eval` reads it: `python -m evals.public --data DIR --out FOLDER` (none of it is kept here).

A set of questions is a folder in BEIR's layout: `queries.jsonl`, `qrels/test.tsv`, and `corpus.jsonl` or, for
`--articles`, a folder `articles`. Questions with the same answer are resampled together.
"""

import argparse
import csv
import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any

from app.domain.outcome import Language
from app.errors import EvalError
from app.settings import ROOT
from evals.bench.datasets import Question, titled_articles
from evals.emotions import write_test
from evals.ordinary import conversations
from evals.samples import read_json_lines
from evals.tasks.retrieval import read_text

_ASKED = ROOT / "evals" / "datasets" / "calibration"
_PART = re.compile(r"^(?=#{2,3} )", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n(?=#)")
_REPLY = "(答)"  # a heading of its own in the Q&A of guidelines
_ASKS_NOTHING = re.compile(r"次の(選択肢の)?うち、(正しい|誤っている)ものを教えてください。")


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """`root` lies below DIR/kb; of the folders in `languages`, below it, pages of the same path are translations."""

    root: str
    languages: Mapping[Language, str]


KNOWLEDGE_BASES = {
    "growi": KnowledgeBase("growi_docs/docs", {"ja": "ja", "en": "en"}),
    "commerce_ja": KnowledgeBase("commerce_ja/help", {"ja": "."}),
    "commerce_en": KnowledgeBase("commerce_en/help", {"en": "."}),
}


def titles(name: str, data: Path, out: Path) -> Path:
    """The titles of a knowledge base's articles as questions, to the articles without them."""
    base, folder = KNOWLEDGE_BASES[name], _emptied(out / f"{name}-titles")
    root = data / "kb" / base.root
    sources = {lang: root / language for lang, language in base.languages.items()}
    return _write(folder, titled_articles(sources, folder / "articles"))


def asked(name: str, data: Path, out: Path) -> Path:
    """The answerable questions of evals/datasets/calibration, to the articles as they are. Every article that answers
    alone is relevant, and its translation."""
    base, folder = KNOWLEDGE_BASES[name], _emptied(out / f"{name}-asked")
    root = data / "kb" / base.root
    (folder / "articles").symlink_to(root.resolve(), target_is_directory=True)
    rows = [row for path in sorted(_ASKED.glob(f"{name}*.jsonl")) for _, row in read_json_lines(path)]
    questions = [
        Question(row["id"], row["question"], row["lang"], _answering(row["gold_docs"], base, root), row["kind"])
        for row in rows
        if row["answerable"]
    ]
    return _write(folder, questions)


def lawqa(data: Path, out: Path) -> Path:
    """lawqa_jp: questions on Japanese statutes, to the articles (条) of statutes and sections of guidelines that any of
    the questions was written from, excerpts of the same article joined. All that a question was written from is
    relevant. Left out are questions that ask nothing without their choices ("which of these is right?").

    The corpus is what the dataset quotes, not whole statutes, in which the right article were harder to find.
    """
    folder = _emptied(out / "lawqa")
    source = data / "retrieval" / "lawqa_jp" / "data" / "selection.json"
    corpus: dict[str, dict[str, None]] = {}  # title -> its paragraphs, each once
    questions = []
    with _as_published(source):
        for number, row in enumerate(json.loads(read_text(source))["samples"], 1):
            sections = _sections(row["コンテキスト"])
            for title, text in sections.items():
                corpus.setdefault(title, {}).update(dict.fromkeys(_PARAGRAPH.split(text)))
            if not _ASKS_NOTHING.fullmatch(row["問題文"].strip()):
                questions.append(Question(f"lawqa-{number:03}", row["問題文"], "ja", frozenset(map(_name, sections))))
    documents = ({"_id": _name(title), "title": title, "text": "\n".join(text)} for title, text in corpus.items())
    _write_lines(folder / "corpus.jsonl", documents)
    return _write(folder, questions)


def qsquared(data: Path, out: Path) -> Path:
    """Q² (Honovich et al. 2021): what two dialogue systems said, the knowledge they were given, and whether people
    found it consistent; turns of one dialogue are resampled together. `kind` is "dev" for the dialogues that
    evals/verifier_fit.py learns from, "test" for the others."""
    folder = data / "faithfulness" / "qsquared" / "third_party" / "data"
    lines = []
    for system in ("dodeca", "memnet"):
        for label, wanted in (("consistent", "supported"), ("inconsistent", "unsupported")):
            source = folder / f"{system}_{label}.csv"
            with _as_published(source):
                for number, row in enumerate(csv.DictReader(StringIO(read_text(source))), 1):
                    episode = row["episode_idx"]
                    lines.append(
                        {
                            "id": f"{system}-{label}-{number:03}",
                            "conversation": episode,
                            "lang": "en",
                            "source": row["knowledge"].strip(),
                            "claim": row["response"],
                            "label": wanted,
                            "kind": "dev" if _sha(episode) % 2 else "test",
                        }
                    )
    out.mkdir(parents=True, exist_ok=True)
    return _write_lines(out / "qsquared.jsonl", lines)


_MESSAGES = ("ordinary", "critical")


def goemotions(data: Path, out: Path) -> Path:
    """The test part, with the moods of its emotions."""
    return write_test(data, out / "goemotions.jsonl")


def messages(name: str, data: Path, out: Path) -> Path:
    """Of customers, as conversations of one turn: see evals/ordinary.py."""
    out.mkdir(parents=True, exist_ok=True)
    return _write_lines(out / f"{name}.jsonl", conversations(data)[name])


RETRIEVAL: dict[str, Callable[[Path, Path], Path]] = {
    **{f"{name}-titles": partial(titles, name) for name in KNOWLEDGE_BASES},
    **{f"{name}-asked": partial(asked, name) for name in KNOWLEDGE_BASES},
    "lawqa": lawqa,
}


def public_set(name: str, data: Path, out: Path) -> Path:
    """The set of that name: a folder for `retrieval`, a file of claims for `faithfulness`. Raises EvalError."""
    sets = (
        RETRIEVAL
        | {"qsquared": qsquared, "goemotions": goemotions}
        | {each: partial(messages, each) for each in _MESSAGES}
    )
    if name not in sets:
        raise EvalError(f'There is no public set "{name}"; there are {", ".join(sets)}.')
    return sets[name](data, out)


def articles_of(folder: Path) -> Path | None:
    """What stands for the corpus of a folder made here, where it has none."""
    return articles if (articles := folder / "articles").exists() else None


def _answering(pages: Iterable[str], base: KnowledgeBase, root: Path) -> frozenset[str]:
    """The ids of the pages below `root` and of their translations."""
    found = set()
    for page in pages:
        language, _, rest = page.partition("/")
        same = [f"{other}/{rest}" for other in base.languages.values()] if language in base.languages.values() else []
        found |= {each for each in (page, *same) if (root / each).is_file()}
    # An article that names no id is known by its path.
    return frozenset(str(PurePosixPath(page).with_suffix("")).replace("/", "-") for page in found)


def _sections(context: str) -> dict[str, str]:
    """Statute and article → text, of the parts of a question's context. A heading with nothing below it is the statute
    of those that follow."""
    found: dict[str, str] = {}
    statute = title = ""
    for part in _PART.split(context):
        heading, _, text = part.strip().partition("\n")
        name = " ".join(unicodedata.normalize("NFKC", heading.lstrip("#")).split())
        if heading.startswith("## ") or not text:
            statute = title = name
        elif name != _REPLY:
            title = f"{statute} {name}"
        if text:
            found[title] = "\n".join(filter(None, (found.get(title), text)))
    return found


def _name(title: str) -> str:
    """Without white space, which ends a column in a TREC run."""
    return title.replace(" ", "_")


def _sha(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def _as_published(path: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EvalError(f"{path} is not in the form it was published in; fetch it again.") from None


def _write(folder: Path, questions: list[Question]) -> Path:
    """Raises EvalError where an article that answers is not there."""
    if not questions or not all(question.documents for question in questions):
        raise EvalError(f"The articles of {folder.name} are not all there; name the folder of public data.")
    queries = (
        {
            "_id": question.id,
            "text": question.text,
            "lang": question.lang,
            "kind": question.kind,
            "conversation": " ".join(sorted(question.documents)),
        }
        for question in questions
    )
    _write_lines(folder / "queries.jsonl", queries)
    judged = (f"{question.id}\t{name}\t1\n" for question in questions for name in sorted(question.documents))
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), encoding="utf-8")
    return folder


def _write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Public data in the formats of `kotae eval`.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--out", type=Path, default=Path("var/public"), help="where the sets are written")
    given = parser.parse_args()
    for name in (*RETRIEVAL, "qsquared"):
        print(public_set(name, given.data, given.out))


if __name__ == "__main__":
    main()
