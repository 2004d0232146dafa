"""An answer as the content of one message: sentences with marks, the sources as a list, annotations that point back."""

from typing import Any
from urllib.parse import quote

from app.domain.outcome import Citation, Outcome, Sentence
from app.web.markup import harmless
from app.words import words


class Reply:
    """Grows in the order in which an answer arrives; each method returns what it added.

    `address` is that of this service, with a "/" at its end: a source without a URL of its own is read there.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._spans: list[tuple[int, int, int]] = []  # citation, and where in the text the sentence stands
        self.text = ""

    def add_notice(self, notice: str) -> str:
        return self._add(harmless(notice))

    def add_sentence(self, sentence: Sentence) -> str:
        start, said = len(self.text) + len(self._gap), harmless(sentence.text)
        self._spans += ((n, start, start + len(said)) for n in sentence.citations)
        return self._add(said + "".join(f" [{n}]" for n in sentence.citations))

    def add_rest(self, outcome: Outcome) -> str:
        """What follows the sentences, or all there is to say where there are none; the sources last."""
        choices = (f"- {harmless(option.label)}" for option in outcome.options)
        lines = [] if outcome.sentences else [outcome.text, *choices]
        added = self._add("\n".join(lines)) if lines else ""
        added += "".join(self._add(line) for line in _about_a_person(outcome))
        if outcome.citations:
            heading = f"{words(outcome.language)['sources']}:"
            added += self._add("\n".join(["", heading, *(self._listed(cited, outcome) for cited in outcome.citations)]))
        return added

    def annotations(self, outcome: Outcome) -> list[dict[str, Any]]:
        """One for each sentence and what it cites: `start_index..end_index` of the text, in code points."""
        cited = {citation.n: citation for citation in outcome.citations}
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "start_index": start,
                    "end_index": end,
                    "title": cited[n].title,
                    "url": self._url(cited[n], outcome),
                },
            }
            for n, start, end in self._spans
        ]

    @property
    def _gap(self) -> str:
        return "\n" if self.text else ""

    def _add(self, text: str) -> str:
        added = self._gap + text
        self.text += added
        return added

    def _listed(self, citation: Citation, outcome: Outcome) -> str:
        page = f" ({words(outcome.language)('page', n=citation.page)})" if citation.page else ""
        return f"[{citation.n}] {harmless(citation.title)}{page} {self._url(citation, outcome)}"

    def _url(self, citation: Citation, outcome: Outcome) -> str:
        if citation.url:
            return citation.url
        where = f"version={outcome.versions.index}&span={citation.start}-{citation.end}"
        return f"{self._address}sources/{quote(citation.document_id)}?{where}"


def _about_a_person(outcome: Outcome) -> list[str]:
    """Whoever calls has no card and no button: words stand for them."""
    if outcome.handoff:
        return [words(outcome.language)("handoff_number", ticket=outcome.handoff.ticket_id)]
    return [harmless(outcome.offer.text)] if outcome.offer else []


def whole_reply(outcome: Outcome, address: str) -> Reply:
    """The reply to an answer that is complete: what is said before the sentences first."""
    reply = Reply(address)
    if outcome.notice:
        reply.add_notice(outcome.notice)
    for sentence in outcome.sentences:
        reply.add_sentence(sentence)
    reply.add_rest(outcome)
    return reply
