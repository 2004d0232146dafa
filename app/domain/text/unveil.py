"""The plain form of a text that tries not to be read: what the guard's rules look at. It is never stored or shown."""

import base64
import binascii
import re
import unicodedata
from functools import lru_cache

from app.domain.text.normalisation import normalise

# Cyrillic and Greek letters that look like Latin ones (Unicode TR 39, confusables), and Latin ones with marks.
_ALIKE = "аaвbеeгrһhіiјjкkӏlмmоoрpԛqѕsсcтtԝwхxуyѵvпnαaβbεeηnιiκkνvοoρpτtυuχxϲcωwɑaɡgıiłløo"
_LOOK_ALIKES = {
    **{code: base for code in range(0xE0, 0x250) if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()},
    **{ord(alike): latin for alike, latin in zip(_ALIKE[::2], _ALIKE[1::2], strict=True)},
}
_DIGIT_LETTERS = str.maketrans("013457@$", "oieastas")
_DISGUISED = re.compile(r"(?<![a-z0-9.-])(?=[a-z013457@$]*[a-z])(?=[a-z]*[013457@$])[a-z013457@$]{4,}(?![a-z0-9-])")
_GAP = r"[ \t._・·/|*~…^-]"
# Five letters or more, each set apart; the gaps are alike, and between words wider or another.
_APART = re.compile(rf"(?<![^\W_])[^\W_](?:{_GAP}{{1,2}}[^\W_](?![^\W_])){{4,}}")
_FEW_APART = re.compile(rf"(?<![^\W_])[^\W_](?:{_GAP}[^\W_](?![^\W_]))+")
_WIDE_GAP = re.compile(r"\s{2,}")
_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{16,4000}={0,2}(?![\w+/=])")
_TEXT_SHARE = 0.9  # of printable characters in what was decoded


@lru_cache(maxsize=64)
def unveiled(text: str) -> str:
    """`text` in NFKC and lower case, without invisible characters; look-alike letters and digits for letters folded
    where words hide in them, s p a c e d - o u t letters joined, and what Base64 holds added on lines of its own."""
    plain = normalise(text).text
    hidden = list(decoded(plain))
    lines = (_joined(line) for line in "\n".join([plain, *hidden]).lower().split("\n"))
    return _DISGUISED.sub(_undisguised, "\n".join(lines).translate(_LOOK_ALIKES))


def decoded(text: str) -> list[str]:
    """The texts that are written in Base64 in normalised `text`."""
    found = []
    for match in _BASE64.finditer(text):
        digits = match[0].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            said = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if sum(map(str.isprintable, said)) >= _TEXT_SHARE * len(said) and re.search(r"[^\W\d_]{3}", said):
            found.append(normalise(said).text)
    return found


def is_set_apart(text: str) -> bool:
    """Letters of normalised `text` stand one by one, as nobody writes who wants to be read."""
    return any(len(match[0]) >= 15 for match in _APART.finditer(text))


def _joined(line: str) -> str:
    if not _APART.search(line):
        return line
    apart = _FEW_APART if _WIDE_GAP.search(line) else _APART
    return " ".join(apart.sub(lambda match: re.sub(_GAP, "", match[0]), word) for word in _WIDE_GAP.split(line))


def _undisguised(word: re.Match[str]) -> str:
    return word[0].translate(_DIGIT_LETTERS)
