"""The catalogue is whole in both languages, strict, and typeset as Japanese is."""

import re
from pathlib import Path

import pytest

from app.words import WordsError, load, variables, words

KANA_OR_KANJI = r"[\u3040-\u30ff\u3400-\u9fff々〆ー、。」]"
HALF_WIDTH_NEXT_TO_JAPANESE = re.compile(rf"{KANA_OR_KANJI}[?!():,]|[?!(),]{KANA_OR_KANJI}")
SPACE_BETWEEN_SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff] [A-Za-z0-9]|[A-Za-z0-9] [\u3040-\u30ff\u3400-\u9fff]")


def test_both_languages_have_the_same_keys_and_variables() -> None:
    ja, en = words("ja"), words("en")
    assert set(ja) == set(en)
    assert {key: variables(text) for key, text in ja.items()} == {key: variables(text) for key, text in en.items()}


@pytest.mark.parametrize("key", words("ja"))
def test_japanese_uses_full_width_punctuation_and_no_typed_spaces(key: str) -> None:
    assert not HALF_WIDTH_NEXT_TO_JAPANESE.search(words("ja")[key])
    assert not SPACE_BETWEEN_SCRIPTS.search(words("ja")[key])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_string_shouts(language: str) -> None:
    assert [key for key, text in words("ja" if language == "ja" else "en").items() if "!" in text or "！" in text] == []


def test_the_punctuation_rule_can_fail() -> None:
    assert HALF_WIDTH_NEXT_TO_JAPANESE.search("ですか?")
    assert HALF_WIDTH_NEXT_TO_JAPANESE.search("洗濯機(縦型)")
    assert not HALF_WIDTH_NEXT_TO_JAPANESE.search("洗濯機（縦型）は14:40まで")


def test_a_variable_is_filled_and_a_plain_string_is_itself() -> None:
    assert words("ja")("end_of_answer", n=3) == "回答は以上です。出典3件"
    assert words("en")("end_of_answer", n=3) == "End of the answer. Sources: 3"
    assert words("en")("human") == words("en")["human"] == "Talk to a human"


@pytest.mark.parametrize(
    ("key", "values"), [("nothing_like_it", {}), ("by_time", {}), ("human", {"n": 1}), ("by_time", {"tme": "9:00"})]
)
def test_a_missing_key_or_a_wrong_variable_is_an_error(key: str, values: dict[str, object]) -> None:
    with pytest.raises(WordsError):
        words("ja")(key, **values)


def test_scripts_get_their_strings_and_no_others() -> None:
    static = Path(__file__).parents[2] / "app" / "web" / "static"
    used = {
        key for file in static.glob("*.js") for key in re.findall(r'\bsay\("(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert used == set(words("ja").client)


def test_every_string_is_used() -> None:
    app = Path(__file__).parents[2] / "app"
    files = [*app.rglob("*.py"), *app.glob("web/templates/*.html"), *app.glob("web/static/*.js")]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    whole = re.compile(
        r"privacy_\d(_\w+)?$|handoff_(open|closed)_because$|(act|role|scope)_\w+$"
        r"|(impossible|sla|priority|cause|state)_\w+$|tab_(mine|unassigned|all)$|desk_(take|hand_back|resolve|reopen)$"
        r"|detail_(name_)?(order_number|product|tried)$|detail_contact$|speaks_\w+$"
        r"|desk_(confirm|tone|why)_(?!here)\w+$|desk_reveal_(call_back|identity|delivery|other)$|desk_mood_angry$"
        r"|pii_(?!person$|other$|hidden$|unavailable$)\w+$|topic_\w+$|skill_(?!none$)\w+$"
        r"|figure_\w+$|overview_(by|language)_\w+$"
        r"|mail_(subject_)?(ack|reply|survey)$|delivery_(queued|sent|skipped|dead)$"
    )
    built = {key for key in words("ja") if whole.match(key)}
    assert {key for key in words("ja") if f'"{key}"' not in code} == built


@pytest.mark.parametrize("entry", ['[a]\nja = "一"', '[a]\nja = "{n}件"\nen = "some"'])
def test_a_catalogue_with_a_gap_is_refused(tmp_path: Path, entry: str) -> None:
    catalogue = tmp_path / "words.toml"
    catalogue.write_text(entry, encoding="utf-8")
    with pytest.raises(WordsError, match="a"):
        load(catalogue)
