"""The customer's own data, put back into what they read. Quotes are the articles' words and stay as they are."""

from collections.abc import Collection
from dataclasses import replace

from app.domain.conversation import Message
from app.domain.outcome import Event, Language, Outcome, OutcomeEvent, Sentence, SentenceEvent
from app.domain.pseudonyms import TOKEN, Lost, Pseudonyms, tokens_in
from app.words import words


class Restorer:
    """For one reader: what cannot be read is said in their language, and never shown as a token."""

    def __init__(self, known: Pseudonyms, lang: Language) -> None:
        self._known = known
        self._said = {Lost.HIDDEN: words(lang)["pii_hidden"], Lost.UNAVAILABLE: words(lang)["pii_unavailable"]}
        self._quoted: set[str] = set()  # what looks like a token in an article of the answer that is being read

    def text(self, text: str, literal: Collection[str] = ()) -> str:
        """`literal` are tokens that are none."""
        return TOKEN.sub(lambda match: match[0] if match[0] in literal else self._value(match[0]), text)

    def message(self, message: Message) -> Message:
        if message.outcome:
            outcome = self.outcome(message.outcome)
            return replace(message, text=outcome.text, outcome=outcome)
        return replace(message, text=self.text(message.text))

    def event(self, event: Event) -> Event:
        if isinstance(event, OutcomeEvent):
            return event.model_copy(update={"outcome": self.outcome(event.outcome)})
        if isinstance(event, SentenceEvent):
            self._quoted |= tokens_in("\n".join(citation.quote for citation in event.citations))
            return event.model_copy(update={"sentence": self._sentence(event.sentence, self._quoted)})
        return event

    def outcome(self, outcome: Outcome) -> Outcome:
        quoted = tokens_in("\n".join(citation.quote for citation in outcome.citations))
        options = (option.model_copy(update={"text": self.text(option.text)}) for option in outcome.options)
        restored = {
            "text": self.text(outcome.text, quoted),
            "sentences": tuple(self._sentence(sentence, quoted) for sentence in outcome.sentences),
            "options": tuple(options),
        }
        return outcome.model_copy(update=restored)

    def _sentence(self, sentence: Sentence, quoted: Collection[str]) -> Sentence:
        return sentence.model_copy(update={"text": self.text(sentence.text, quoted)})

    def _value(self, token: str) -> str:
        value = self._known.values.get(token, Lost.HIDDEN)
        return self._said[value] if isinstance(value, Lost) else value
