"""Conversations that were handed over: does the draft for the agent say what the right reply must, and mark what is for
staff?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import anyio.to_thread

from app.answering.verify import Thresholds, Verifier
from app.bootstrap import Services, build_services
from app.desk.drafts import framed
from app.desk.open_turns import open_turns
from app.domain.conversation import Conversation, Turn
from app.domain.draft_ports import Reply
from app.domain.evaluation import Pair
from app.domain.knowledge import Audience
from app.errors import EvalError
from app.settings import Settings
from evals.samples import Dataset, Sample, read_samples
from evals.task import INPUT, Output, Scorer
from evals.tasks.answers import folded
from evals.throwaway import indexed
from evals.turns import Said, conversation_of


class HandedOver(Sample):
    """`turns` up to the hand-off; `must_contain` lists groups of alternatives, of each of which the draft must hold
    one. Not `answerable`: no article holds an answer, and there must be no draft."""

    lang: Literal["ja", "en"]
    turns: tuple[Said, ...]
    answerable: bool
    gold_docs: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    kind: str = ""


def _contains(sample: HandedOver, output: Output) -> Pair | None:
    if not sample.answerable:
        return None
    text = folded(output["text"])
    said = all(any(folded(each) in text for each in group) for group in sample.must_contain)
    return float(said and not any(folded(each) in text for each in sample.must_not_contain)), 1.0


def _must(sample: HandedOver, output: Output) -> Pair | None:
    if not sample.answerable:
        return None
    text = folded(output["text"])
    held = [any(folded(each) in text for each in group) for group in sample.must_contain]
    return sum(held) / len(held), float(len(held))


def _must_not(sample: HandedOver, output: Output) -> Pair | None:
    if not sample.must_not_contain:
        return None
    text = folded(output["text"])
    return float(any(folded(each) in text for each in sample.must_not_contain)), 1.0


def _unsupported(_: HandedOver, output: Output) -> Pair | None:
    cited = [sentence for sentence in output["sentences"] if not sentence["frame"]]
    return (sum(not sentence["supported"] for sentence in cited) / len(cited), float(len(cited))) if cited else None


def _unmarked(_: HandedOver, output: Output) -> Pair | None:
    secret = [sentence for sentence in output["sentences"] if sentence["is_for_staff"]]
    return (sum(not each["agent_only"] for each in secret) / len(secret), float(len(secret))) if secret else None


def _false_draft(sample: HandedOver, output: Output) -> Pair | None:
    return None if sample.answerable else (float(bool(output["sentences"])), 1.0)


def _no_draft(sample: HandedOver, output: Output) -> Pair | None:
    return (float(not output["sentences"]), 1.0) if sample.answerable else None


SCORERS: tuple[Scorer[HandedOver], ...] = (
    Scorer("contains", "holds all that the right reply must, and nothing that it must not", _contains, "unanswerable"),
    Scorer("must_rate", "share of what the right reply must hold", _must, "unanswerable"),
    Scorer("must_not_rate", "holds what it must not", _must_not, "nothing forbidden", higher_is_better=False),
    Scorer("unsupported_rate", "share of sentences without support", _unsupported, "no draft", higher_is_better=False),
    Scorer(
        "unmarked_rate", "share of staff-only sentences that are not marked", _unmarked, "none", higher_is_better=False
    ),
    Scorer("false_draft_rate", "no article answers, and a draft is made", _false_draft, "answerable",
           higher_is_better=False),
    Scorer("no_draft_rate", "answerable, and no draft is made", _no_draft, "unanswerable", higher_is_better=False),
)  # fmt: skip


class Drafting:
    kind = "drafts"

    def __init__(self, dataset: Dataset[HandedOver], services: Services) -> None:
        self.dataset = dataset
        self.scorers: Sequence[Scorer[HandedOver]] = SCORERS
        self._replies = services.drafting.replies
        self._redactor = services.redactor
        self._index = services.index.current()
        self._verifier = Verifier(Thresholds.load())
        stamped = services.pipeline.begin(self._index, "", "ja", Audience.AGENT, "eval").versions.model_dump()
        self.versions: Mapping[str, str] = stamped | {"index": stamped["index"].rsplit("-", 1)[-1]}
        _check_gold(dataset, self._index)

    async def run(self, sample: HandedOver) -> Output:
        conversation = await anyio.to_thread.run_sync(self._redacted, sample)
        turns = [Turn(message.role, message.text) for message in conversation.messages]
        waiting = open_turns(conversation.messages)
        reply = await self._replies.write(turns, waiting, sample.lang)
        return self._seen(reply) | {"open_turns": waiting, INPUT: {"turns": [turn.text for turn in turns]}}

    def _redacted(self, sample: HandedOver) -> Conversation:
        redactor = self._redactor.for_one_call()
        empty = Conversation(sample.id, sample.lang, "eval", datetime.now(UTC))
        return conversation_of(sample.id, sample.lang, sample.turns, lambda text: redactor.redact(empty, text).text)

    def _seen(self, reply: Reply) -> Output:
        sentences = framed(reply, is_upset=False)
        return {
            "text": "\n".join(sentence.text for sentence in sentences),
            "asked": list(reply.asked),
            "open": list(reply.open),
            "lack": reply.lack,
            "citations": [cited.model_dump() for cited in reply.citations],
            "sentences": [self._judged(n, reply) for n in range(len(reply.sentences))] if sentences else [],
        }

    def _judged(self, n: int, reply: Reply) -> dict[str, Any]:
        """Whether its citations support it, told anew; and whether an article for staff says it, and no public one."""
        sentence = reply.sentences[n]
        quotes = [reply.citations[number - 1] for number in sentence.citations]
        documents = [self._index.document(cited.document_id) for cited in quotes]
        stands = [
            document is not None and document.text[cited.start : cited.end] == cited.quote
            for cited, document in zip(quotes, documents, strict=True)
        ]
        return {
            "text": sentence.text,
            "frame": not sentence.citations,
            "agent_only": sentence.agent_only,
            "is_for_staff": any(document and document.audience is Audience.AGENT for document in documents),
            "supported": any(
                stood and self._verifier.verify(sentence.text, cited.quote, None).supported
                for cited, stood in zip(quotes, stands, strict=True)
            ),
        }


@contextmanager
def open_drafting_task(settings: Settings, articles: Path, data: list[Path]) -> Iterator[Drafting]:
    """Over a throw-away index of `articles`. Raises EvalError for data that is not well formed."""
    dataset = read_samples(data[0].stem, data, HandedOver)
    with indexed(settings, articles) as throwaway:
        yield Drafting(dataset, build_services(throwaway))


def _check_gold(dataset: Dataset[HandedOver], index: Any) -> None:
    for sample in dataset.samples:
        for name in sample.gold_docs:
            if index.document(name) is None:
                raise EvalError(f'{dataset.places[sample.id]}: there is no article "{name}"; correct gold_docs.')
