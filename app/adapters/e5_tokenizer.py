"""The tokenizer of multilingual-e5-small (XLM-RoBERTa's sentencepiece unigram model) for the `tokenizers` package."""

from typing import TYPE_CHECKING

from app.adapters.e5_weights import E5Weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Where sentencepiece's own table differs from NFKC.
_SPACES = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_CONTROLS = r"[\x00-\x1f\x7f\x8f\x9f]"
_NEVER = -1000.0


def e5_tokenizer(weights: E5Weights) -> "Tokenizer":
    """Adds <s> and </s>; NUL and other controls vanish, line breaks are spaces. No padding, no truncation."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    # <s>, </s> and their kin have score 0, the best there is; a customer who types "</s>" must get "<", "/", "s", ">".
    pieces = [(piece, score if score < 0 else _NEVER) for piece, score in weights.pieces]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=weights.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.Replace(Regex(_CONTROLS), ""),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", weights.bos), ("</s>", weights.eos)]
    )
    return tokenizer
