"""What a sentence says of itself and of who speaks, beside what it states: "I'm not sure, but", "Yes!", a question."""

# ruff: noqa: E501 - a row of a table stays one line

import re

from app.domain.facts.plain import is_japanese

_TALK_EN = re.compile(
    r"(?:(?<=[.!?])|^)[^.!?]{0,200}\?"
    r"|\bi(?: ?' ?m| am)(?: not sure| afraid| sorry| sure| glad| happy)\b(?:[^.!?,]{0,60}?(?:,? ?\bbut\b|,))?"
    r"|\bi (?:do )?(?:know|think|believe|heard|guess|read|suppose|agree|see)\b(?: (?:that|so))?"
    r"|(?:(?<=[.!?,])|^) ?i (?:do n't|don't|do not|did n't|did not|haven't|have|had|do|am|would|'d|'m|'ve|love|like|also|never|really|just|ca n't|can't)\b[^.!?,]{0,80}?(?=[.!?,]|\bbut\b|$)(?:,? ?\bbut\b)?"
    r"|(?:(?<=[.!?,])|^) ?i'(?:ve|d|m)\b[^.!?,]{0,80}?(?=[.!?,]|\bbut\b|$)(?:,? ?\bbut\b(?: never [^.!?,]{0,40})?)?"
    r"|(?:(?<=[.!?])|^) ?(?:me too|yes|yeah|yep|oh|well|sure|wow|ok|okay|cool|actually|hi|great|of course|thank you|thanks)\b[,.!]?",
    re.IGNORECASE,
)
_TALK_JA = re.compile(r"(?:(?<=[。!?！？])|^)\s*(?:はい|いいえ|ええ|承知(?:いた)?しました|かしこまりました)[、。,]")


def asserted(text: str) -> str:
    """`text` without talk; `text` itself when nothing else is in it."""
    said = (_TALK_JA if is_japanese(text) else _TALK_EN).sub(" ", text.replace(" ' ", "'"))
    return said if re.search(r"[^\W_]{2}", said) else text
