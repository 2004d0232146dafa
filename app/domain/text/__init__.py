"""Text of both languages: one normal form to store and show, one folded form to search, sentences, and the language."""

from app.domain.text.folding import fold, fold_characters, product_codes
from app.domain.text.language import detect_language
from app.domain.text.normalisation import Normalised, clean, normalise
from app.domain.text.sentences import sentence_spans

__all__ = [
    "Normalised",
    "clean",
    "detect_language",
    "fold",
    "fold_characters",
    "normalise",
    "product_codes",
    "sentence_spans",
]
