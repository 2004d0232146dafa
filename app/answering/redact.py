"""Personal data becomes tokens before anything else sees a text, and is put back for the customer alone."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.restore import Restorer
from app.domain.conversation import Conversation
from app.domain.pii import PiiSpan
from app.domain.ports import PiiDetector, Vault
from app.domain.pseudonyms import CONTACT, LITERAL, TOKEN, Lost, PersonalData, Pseudonyms, tokens_in
from app.domain.text import normalise
from app.errors import ConversationLocked, NotFound

_WARM_UP = "山田太郎と申します。東京都港区に住んでいます。 My name is John Smith."
_NO_TOKEN_LETTER = re.compile("[^A-Z]+")


@dataclass(frozen=True, slots=True)
class Redacted:
    """`text` with tokens for personal data; `known` is all that the conversation's tokens stand for."""

    text: str
    known: Pseudonyms
    found: Mapping[str, int]  # how many of each type
    seconds: float


class Redactor:
    """`passing` makes the vault of a call that nothing personal is to be kept of. Methods block."""

    def __init__(self, detector: PiiDetector, vault: Vault, passing: Callable[[], Vault]) -> None:
        self._detector = detector
        self._vault = vault
        self._passing = passing
        self._is_warm = threading.Event()

    @property
    def is_ready(self) -> bool:
        """Whether a message would not have to wait for the models of the detector."""
        return self._is_warm.is_set()

    def warm_up(self) -> None:
        self._detector.detect(_WARM_UP)
        self._is_warm.set()

    def for_one_call(self) -> "Redactor":
        """The same, with a vault that is gone with it."""
        return Redactor(self._detector, self._passing(), self._passing)

    def redact(self, conversation: Conversation, text: str) -> Redacted:
        """`conversation` is as it is kept. Raises ConversationLocked."""
        began = time.perf_counter()
        spans = self._spans(text, conversation)
        data = [PersonalData(span.type, text[span.start : span.end]) for span in spans]
        known = self._known(conversation, data)
        pieces, done = [], 0
        for span, each in zip(spans, data, strict=True):
            pieces += [text[done : span.start], known.token(each)]
            done = span.end
        found = Counter(each.type for each in data)
        return Redacted("".join([*pieces, text[done:]]), known, found, time.perf_counter() - began)

    def redact_reply(self, conversation: Conversation, text: str) -> str:
        """What staff write to the customer. They read tokens, so that one of the conversation's stands for what it
        always does. Raises ConversationLocked."""
        known = self._known(conversation, ())
        pieces, done = [], 0
        for match in TOKEN.finditer(text):
            if match[0] in known.values:
                pieces += [self.redact(conversation, text[done : match.start()]).text, match[0]]
                done = match.end()
        return "".join([*pieces, self.redact(conversation, text[done:]).text])

    def require_open(self, conversation: Conversation) -> None:
        """Raises ConversationLocked where what the conversation's tokens stand for is not at hand."""
        said = _tokens_of(conversation)
        if said or conversation.earlier:
            known = self._vault.read(conversation.id)
            if _is_locked(said | known.values.keys(), known):
                raise ConversationLocked("The personal data of this conversation cannot be read: see docs/privacy.md.")

    def seal(self, conversation: Conversation, contact: str) -> str:
        """The token for how to reach a customer, which is personal as a whole. Raises ConversationLocked."""
        data = PersonalData(CONTACT, contact)
        return self._known(conversation, [data]).token(data)

    def seal_name(self, conversation: Conversation, name: str) -> None:
        """Of the customer with whom `conversation` begins: FIRST_PERSON stands for it, also where they say it."""
        self._vault.keep(conversation.id, [PersonalData("PERSON", name)])

    def value(self, conversation_id: str, token: str) -> str:
        """What a token stands for. Raises NotFound for one that cannot be read."""
        value = self._vault.read(conversation_id).values.get(token)
        if not isinstance(value, str):
            raise NotFound("This value cannot be read.")
        return value

    def restored(self, conversation: Conversation) -> Conversation:
        """As its customer sees it; locked where something of it is hidden. Not for the pipeline."""
        said = _tokens_of(conversation)
        if not said:
            return conversation
        known = self._vault.read(conversation.id)
        restorer, handoff = Restorer(known, conversation.locale), conversation.handoff
        if handoff and handoff.contact:
            handoff = replace(handoff, contact=restorer.text(handoff.contact))
        customer = conversation.customer
        if customer and customer.name:
            customer = replace(customer, name=restorer.text(customer.name))
        if handoff and handoff.details:
            details = {key: value and restorer.text(value) for key, value in handoff.details.items()}
            handoff = replace(handoff, details=details)
        messages = tuple(restorer.message(message) for message in conversation.messages)
        locked = _is_locked(said, known)
        return replace(conversation, messages=messages, handoff=handoff, customer=customer, is_locked=locked)

    def _known(self, conversation: Conversation, data: Sequence[PersonalData]) -> Pseudonyms:
        self.require_open(conversation)
        if data:
            return self._vault.keep(conversation.id, data)
        has_tokens = conversation.earlier or _tokens_of(conversation)
        return self._vault.read(conversation.id) if has_tokens else Pseudonyms()

    def _spans(self, text: str, conversation: Conversation) -> list[PiiSpan]:
        """Personal data, and what only looks like a token, so that every token in what is kept is one of ours."""
        looks = normalise(text)
        literal = [
            PiiSpan(looks.origins[match.start()], looks.origins[match.end() - 1] + 1, LITERAL, 0.0)
            for match in TOKEN.finditer(looks.text)
        ]
        found = self._detector.detect(text, conversation.locale)
        return _apart([*literal, *(replace(span, type=_token_type(span.type)) for span in found)])


def _apart(spans: Iterable[PiiSpan]) -> list[PiiSpan]:
    """In reading order; of spans that overlap their union, with the type of the first: nothing of either is left."""
    apart: list[PiiSpan] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if apart and span.start < apart[-1].end:
            apart[-1] = replace(apart[-1], end=max(apart[-1].end, span.end))
        elif span.start < span.end:
            apart.append(span)
    return apart


def _token_type(pii_type: str) -> str:
    """A recogniser of a team's own may call its type anything."""
    return _NO_TOKEN_LETTER.sub("_", pii_type.upper()).strip("_")[:40] or "OTHER"


def _tokens_of(conversation: Conversation) -> set[str]:
    """An answer has none but those of its question; what looks like one in it is an article's."""
    texts = [message.text for message in conversation.messages if message.outcome is None]
    if conversation.customer:
        texts.append(conversation.customer.name or "")
    if conversation.handoff:
        texts += [conversation.handoff.contact or "", *filter(None, conversation.handoff.details.values())]
    return tokens_in("\n".join(texts))


def _is_locked(said: set[str], known: Pseudonyms) -> bool:
    """A key or rows of the vault are missing. A value that was altered is lost alone."""
    return any(known.values.get(token, Lost.HIDDEN) is Lost.HIDDEN for token in said)
