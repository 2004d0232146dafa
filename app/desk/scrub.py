"""Texts that leave a conversation for good: nothing personal may be left in them, not even what a token stood for."""

# ruff: noqa: E501 - a pattern cut into lines reads worse

import re
from dataclasses import dataclass

from app.domain.outcome import Language
from app.domain.ports import PiiDetector, Vault
from app.domain.pseudonyms import TOKEN

# A name before 様 that no recogniser knows; and numbers that lead to one customer, which are no personal data by type.
_NAME_JA = re.compile(
    r"(?<![一-鿿ァ-ヺー々])(?!客|皆|奥|神|王|何)[一-鿿ァ-ヺー々]{1,6}[ 　]?[一-鿿ァ-ヺー々]{0,6}(?=[ 　]?(?:様|さま|さん|氏)(?![子式々]))"
)
_NAME_EN = re.compile(
    r"\b((?:Dear|Hello|Hi) (?:(?:Mr|Mrs|Ms|Dr|Miss)\.? )?|(?:Mr|Mrs|Ms|Dr|Miss)\.? )"
    r"(?!Customer\b|There\b|All\b|Team\b|Mr\b|Mrs\b|Ms\b|Dr\b|Miss\b)[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?"
)
_REFERENCE = re.compile(
    r"((?:注文|受付|伝票|会員)番号[はが:：\s]{0,3}|order (?:number|no\.?)(?: is|:)?\s?#?)[A-Za-z]{0,3}-?\d[\d-]{2,}",
    re.I,
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z\d])(?:[A-Z]{1,4}-?\d{5,}|#\d{4,}|\d{3,}-\d{3,}(?:-\d+)*|[A-Z]{1,3}-\d{3,}-[A-Z\d]+)(?![A-Za-z\d])"
)
_BARE_NUMBER = re.compile(r"(?<![\d,.¥￥-])\d{8,}(?![\d,]|円|ポイント)")
_SHORTEST = 2  # letters of a value that is looked for


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Finds personal data anew in whatever was written, and what the vault keeps of the conversation."""

    detector: PiiDetector
    vault: Vault

    def for_conversation(self, conversation_id: str, language: Language) -> "Scrub":
        values = self.vault.read(conversation_id).values
        known = {token: value for token, value in values.items() if isinstance(value, str)}
        return Scrub(self.detector, known, language)


@dataclass(frozen=True, slots=True)
class Scrub:
    """Of one conversation; `known` is what its tokens stand for."""

    detector: PiiDetector
    known: dict[str, str]
    language: Language

    def __call__(self, text: str) -> str:
        """`text` with the type of what was there, such as <PHONE>, in its place. Nothing of it can be turned back."""
        for token, value in sorted(self.known.items(), key=lambda item: -len(item[1])):
            for part in _parts(token, value):
                text = text.replace(part, token)
        for _ in range(2):  # what stood beside one value may be found once that is gone
            for span in reversed(self.detector.detect(text, self.language)):
                if not TOKEN.search(text[span.start : span.end]):
                    text = f"{text[: span.start]}<{span.type}_1>{text[span.end :]}"
        text = _NAME_EN.sub(r"\1<PERSON>", _NAME_JA.sub("<PERSON>", text))
        text = _REFERENCE.sub(r"\1<NUMBER>", text)
        text = _BARE_NUMBER.sub("<NUMBER>", _NUMBERED.sub("<NUMBER>", text))
        return TOKEN.sub(lambda match: f"<{match[1]}>", text)


def _parts(token: str, value: str) -> list[str]:
    """A name is looked for by its parts, too: 髙橋 of 髙橋 はるか, Vane of Harriet Vane."""
    parts = [value, *(re.split(r"[\s　]+", value) if token.startswith("<PERSON") else ())]
    return [part for part in parts if len(part) >= _SHORTEST]
