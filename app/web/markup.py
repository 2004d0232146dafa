"""The one place that decides what markup may leave in a text that somebody else's page will render.

Our own pages show text as text. Clients of the OpenAI-compatible interface render Markdown, and with it whatever HTML
or picture a quoted article, a model or a customer has put there.
"""

import re

import nh3

_MOST = 20_000  # characters that are looked at with patterns; answers are far shorter
_PICTURE = re.compile(r"!(?=\[)")
_ADDRESS = re.compile(
    r"\]\(\s*<?\s*(?!https?://|mailto:|/(?!/))[^()]{0,2000}(?:\([^()]{0,400}\)[^()]{0,400}){0,4}\)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^<>]{0,2000})>")
_NAMES = nh3.ALLOWED_TAGS | {
    "audio", "base", "body", "button", "canvas", "embed", "form", "head", "html", "iframe", "input", "link", "math",
    "meta", "noscript", "object", "picture", "script", "select", "source", "style", "svg", "template", "textarea",
    "title", "video",
}  # fmt: skip


def harmless(text: str) -> str:
    """`text` for a reader that renders Markdown: its words stay, nothing is fetched, and nothing runs.

    HTML is taken out, but "<your name>", which only looks like it, is kept; a picture becomes a link, and a link that
    leads neither to the web nor to this site loses where it leads.
    """
    text = _ADDRESS.sub("]", _PICTURE.sub("", text[:_MOST]))
    if not nh3.is_html(text):
        return text
    return nh3.clean(_TAG.sub(_placeholder, text), tags=set(), attributes={})


def _placeholder(tag: re.Match[str]) -> str:
    closing, name, rest = tag.groups()
    if closing or "=" in rest or name.lower() in _NAMES:
        return tag[0]
    return f"&lt;{name}{rest}&gt;"
