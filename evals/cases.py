"""A failing sample as a reader sees it: what was asked, expected and got, and at which step it first went wrong."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.knowledge import Audience
from app.domain.outcome import Kind
from app.settings import ROOT
from app.words import Words
from evals.run import Record
from evals.tasks.answers import folded

FAULTS = ("retrieve", "decide", "write", "verify")  # in the order of the pipeline
_TOP = 5  # articles among which the right one should be
_SHOWN = 400  # characters of an output that no rule here knows

Fault = tuple[str, str]  # one of FAULTS, or "" where none is known, and the key of the sentence that explains it
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`facts` are headings with their lines; `found` are articles, best first, and whether each holds the answer."""

    id: str
    place: str
    asked: str  # the key of the word for it: question, claim or query
    subject: str
    expected: str
    got: str
    fault: str
    why: str
    citations: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    found: tuple[tuple[str, bool], ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    command: str = ""
    fails: tuple[str, ...] = field(default=())


def case_of(record: Record, kind: str, fails: tuple[str, ...], w: Words) -> Case:
    """`fails` are the names of the metrics by which it failed."""
    asked, output = record.input, record.output or {}
    tell = _TELL.get(kind, _other) if asked and output else _unkept
    place = record.place.removeprefix(f"{ROOT}/")
    return replace(tell(record.id, asked, output, w), place=place, fails=fails)


def _answer(name: str, asked: Fields, output: Fields, w: Words) -> Case:
    fault, why = _answer_fault(asked, output)
    dropped = _data(output, "verify").get("dropped", [])
    evidence = _data(output, "decide").get("evidence", {})
    facts = {
        "said_before": [turn["text"] for turn in asked.get("history", ())],
        "cited": [f"{each['document_id']}: {each['quote']}" for each in output["citations"]],
        "dropped": [f"{each['text']} ({'; '.join(each['reasons'])})" for each in map(_as_dropped, dropped)],
        "evidence": [" · ".join(f"{key} {_figure(value)}" for key, value in evidence.items())] if evidence else [],
    }
    return Case(
        id=name,
        place="",
        asked="question",
        subject=asked["question"],
        expected=_expected(asked, w),
        got=output["text"] or w["nothing_said"],
        fault=fault,
        why=w[why],
        citations=tuple(dict.fromkeys(each["document_id"] for each in output["citations"])),
        steps=tuple(Step(_step(each, w), each["name"] == fault) for each in output["steps"]),
        found=tuple((each, each in asked["gold_docs"]) for each in output["ranking"][:_TOP]),
        facts=tuple((w[key], tuple(lines)) for key, lines in facts.items() if lines),
        command=_command(asked, fault),
    )


def _answer_fault(asked: Fields, output: Fields) -> Fault:
    """The first step after which the right answer could no longer come out."""
    gold, answered = set(asked["gold_docs"]), output["kind"] == Kind.ANSWER
    if asked["audience"] != Audience.AGENT and any(each["audience"] == Audience.AGENT for each in output["citations"]):
        return "retrieve", "why_leaked"
    if any(not each["is_current"] for each in output["citations"]):
        return "retrieve", "why_outdated"
    if not asked["answerable"]:
        return ("decide", "why_answered") if answered else ("", "why_other")
    if gold and not gold & set(output["ranking"][:_TOP]):
        return "retrieve", "why_not_found"
    if not answered:
        if _data(output, "verify").get("dropped"):
            return "verify", "why_dropped"
        return "decide", "why_declined" if output["kind"] == Kind.DECLINE else "why_asked_back"
    return _writing_fault(asked, output, gold)


def _writing_fault(asked: Fields, output: Fields, gold: set[str]) -> Fault:
    missing = [group for group in asked["must_contain"] if not _says(group, output["text"])]
    dropped = "\n".join(_as_dropped(each)["text"] for each in _data(output, "verify").get("dropped", []))
    if missing and any(_says(group, dropped) for group in missing):
        return "verify", "why_dropped"
    if missing:
        cited = gold & {each["document_id"] for each in output["citations"]}
        return "write", "why_not_said" if cited else "why_not_cited"
    if _says(asked["must_not_contain"], output["text"]):
        return "write", "why_said_wrong"
    if not all(each["supported"] for each in output["sentences"]):
        return "verify", "why_unsupported_shown"
    return ("retrieve", "why_not_first") if gold - set(output["ranking"][:1]) else ("", "why_other")


def _expected(asked: Fields, w: Words) -> str:
    if not asked["answerable"]:
        return w["unknown"]
    must = [w["alternatives"].join(w("quoted", text=text) for text in group) for group in asked["must_contain"]]
    must_not = [w("quoted", text=text) for text in asked["must_not_contain"]]
    told = [w("must_say", texts=w["and"].join(must))] if must else []
    told += [w("must_not_say", texts=w["and"].join(must_not))] if must_not else []
    return w["and"].join([*told, w("answer_from", docs=w["listing"].join(asked["gold_docs"]))])


def _step(step: Fields, w: Words) -> str:
    """Its name and what came of it; a step that is not known here is only named."""
    name, data = step["name"], step["data"]
    if name == "language":
        return w("step_language", language=data.get("language", ""))
    if name == "condense":
        return w("step_condense", question=data.get("standalone", ""))
    if name == "retrieve" and data.get("hits"):
        return w("step_retrieve", n=len(data["hits"]), top=_figure(data["hits"][0].get("fused")))
    if name == "decide" and "kind" in data:
        return w("step_decide", kind=data["kind"], confidence=_figure(data.get("confidence")))
    if name == "write" and "claims" in data:
        return w("step_write", n=data["claims"])
    if name == "verify" and "dropped" in data:
        return w("step_verify", n=len(data["dropped"]))
    return str(name)


def _command(asked: Fields, fault: str) -> str:
    if asked.get("history"):
        return ""  # the command line asks first questions only
    question = shlex.quote(" ".join(asked["question"].split()))
    if fault == "retrieve" or asked["audience"] == Audience.AGENT:
        return f"kotae search --audience {asked['audience']} -- {question}"
    return f"kotae ask --locale {asked['lang']} -- {question}"


def _claim(name: str, asked: Fields, output: Fields, w: Words) -> Case:
    verdict = w["supported" if output["supported"] else "unsupported"]
    reasons = tuple(output["reasons"])
    return Case(
        id=name,
        place="",
        asked="claim",
        subject=asked["claim"],
        expected=w[asked["label"]],
        got=w("with_score", verdict=verdict, score=_figure(output["score"])),
        fault="verify",
        why=w["why_claim_kept" if output["supported"] else "why_claim_dropped"],
        facts=((w["source"], (asked["source"],)), *(((w["reasons"], reasons),) if reasons else ())),
    )


def _query(name: str, asked: Fields, output: Fields, w: Words) -> Case:
    relevant = [article for article, grade in asked["relevant"].items() if grade > 0]
    ranking = [article for article, _ in output["ranking"][:_TOP]]
    return Case(
        id=name,
        place="",
        asked="query",
        subject=asked["text"],
        expected=w["listing"].join(relevant),
        got=w["listing"].join(ranking) or w["nothing_found"],
        fault="retrieve",
        why=w["why_not_first" if set(relevant) & set(ranking) else "why_not_found"],
        found=tuple((article, article in relevant) for article in ranking),
        command=f"kotae search -- {shlex.quote(' '.join(asked['text'].split()))}",
    )


def _other(name: str, asked: Fields, output: Fields, w: Words) -> Case:
    """Of a kind of evaluation that nothing here is written for."""
    said, came = (json.dumps(fields, ensure_ascii=False)[:_SHOWN] for fields in (asked, output))
    return Case(name, "", "sample", said, w["none"], came, "", w["why_other"])


def _unkept(name: str, asked: Fields, output: Fields, w: Words) -> Case:
    return Case(name, "", "sample", w["nothing_kept"], w["none"], output.get("text") or w["none"], "", w["why_other"])


_TELL: dict[str, Callable[[str, Fields, Fields, Words], Case]] = {
    "answers": _answer,
    "faithfulness": _claim,
    "retrieval": _query,
}


def _data(output: Fields, name: str) -> Fields:
    """What the step recorded; empty where it was not reached."""
    return next((step["data"] for step in output["steps"] if step["name"] == name), {})


def _as_dropped(dropped: Any) -> Fields:
    return {"text": dropped["text"], "reasons": dropped.get("reasons", [])}


def _says(texts: list[str], said: str) -> bool:
    return any(folded(text) in folded(said) for text in texts)


def _figure(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, int | float) else "–"
