"""Normal form, folded form, sentences and language."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import detect_language, fold, normalise, product_codes, sentence_spans

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=[]), max_size=60)
# What composes across code points: marks, half-width katakana, Hangul letters, variants, controls.
DIFFICULT = st.text(
    alphabet="カｶﾊﾞﾟ"
    "\u3099\u309aがは e\u0301\u0323\u0308\u1100\u1161\u11a8가ㄱﾡﾢﾰ㈱①㌔½…\u200b\ufeff\x00\r\n\ud800Åﬁ゛ΐ\u0344\u0f73-",
    max_size=30,
)
PROSE = st.text(alphabet="あア返品。！？!?.,、「」『』()（） \n\tabANo1E-", max_size=60)


def visible(raw: str) -> str:
    lines = raw.replace("\r\n", "\n")
    for line_break in "\r\x0b\x0c\x85\u2028\u2029":
        lines = lines.replace(line_break, "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


class TestNormalise:
    @given(st.one_of(ANY_TEXT, DIFFICULT))
    def test_is_nfkc_of_the_whole_cleaned_text(self, raw: str) -> None:
        assert normalise(raw).text == unicodedata.normalize("NFKC", visible(raw))

    @given(st.one_of(ANY_TEXT, DIFFICULT))
    def test_every_character_knows_where_it_came_from(self, raw: str) -> None:
        normalised = normalise(raw)
        origins = list(normalised.origins)
        assert len(origins) == len(normalised.text)
        assert origins == sorted(origins)
        assert all(0 <= origin < len(raw) for origin in origins)

    @given(st.one_of(ANY_TEXT, DIFFICULT))
    def test_changes_nothing_the_second_time(self, raw: str) -> None:
        once = normalise(raw).text
        assert normalise(once).text == once

    @pytest.mark.parametrize(
        ("raw", "text", "origins"),
        [
            ("", "", []),
            ("返品", "返品", [0, 1]),
            ("ＡＷ－８０", "AW-80", [0, 1, 2, 3, 4]),
            ("ﾊﾞｯﾃﾘｰ", "バッテリー", [0, 2, 3, 4, 5]),
            ("㈱青葉", "(株)青葉", [0, 0, 0, 1, 2]),
            ("か\u3099", "が", [0]),
            ("a\r\nb\rc", "a\nb\nc", [0, 1, 3, 4, 5]),
            ("\ufeff返\u200b品\x00\ud800", "返品", [1, 3]),
        ],
    )
    def test_maps_back(self, raw: str, text: str, origins: list[int]) -> None:
        normalised = normalise(raw)
        assert (normalised.text, list(normalised.origins)) == (text, origins)

    def test_drops_every_invisible_character_of_this_unicode(self) -> None:
        every = map(chr, range(sys.maxunicode + 1))
        invisible = "".join(c for c in every if unicodedata.category(c) in {"Cc", "Cf", "Cs"})
        assert set(normalise(invisible).text) == {"\n", "\t"}

    def test_is_linear(self) -> None:
        text = "ＡＷ－８０の返品、ﾊﾞｯﾃﾘｰは㈱青葉へ。\r\n" * 20_000
        began = time.perf_counter()
        normalise(text)
        assert time.perf_counter() - began < 5  # about 0.4 s alone; a quadratic one would need hours


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ＡＷ－８０", "aw-80"),
            ("AW−80", "AW–80"),
            ("Eー02", "E-02"),
            ("髙﨑さん", "高崎さん"),
            ("𠮷野", "吉野"),
            ("渡邉", "渡辺"),
            ("渡邊", "渡辺"),
            ("國際圓", "国際円"),
            ("葛\U000e0100城", "葛城"),
            ("9〜18時", "9～18時"),
            ("サーバー", "サーバ"),
            ("ｻｰﾊﾞｰ", "サーバ"),
            ("バッテリーが", "バッテリが"),
            ("ヴァイオリン", "バイオリン"),
            ("ウィルス", "ウイルス"),
            ("ウェブ", "ウエブ"),
            ("3ヶ月", "3か月"),
            ("三箇月", "三カ月"),
            ("お問い合わせ", "お問合せ"),
            ("払い戻し", "払戻し"),
            ("お支払い", "お支払"),
            ("教えて下さい", "教えてください"),
            ("don’t", "don't"),
            ("Straße", "STRASSE"),
        ],
    )
    def test_variants_meet(self, one: str, other: str) -> None:
        assert fold(one) == fold(other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("E-02", "E02"),  # two washing machines, two meanings
            ("E02", "E03"),
            ("斉藤", "斎藤"),
            ("エラー", "エラ"),
            ("カバー", "カバ"),
            ("ハート", "バート"),
            ("1個", "1か"),
            ("チーム", "ティーム"),
            ("1-2", "12"),
        ],
    )
    def test_different_things_stay_apart(self, one: str, other: str) -> None:
        assert fold(one) != fold(other)

    @given(st.one_of(ANY_TEXT, DIFFICULT))
    def test_never_fails_and_leaves_nfkc(self, text: str) -> None:
        assert unicodedata.is_normalized("NFKC", fold(text))

    def test_every_kanji_pair_ends_in_one_step(self) -> None:
        from app.domain.text.folding import _CHARACTERS

        for new in _CHARACTERS.values():
            assert new not in _CHARACTERS

    @pytest.mark.parametrize(
        ("text", "codes"),
        [
            ("E-02", ("e02",)),
            ("e02とE-05", ("e02", "e05")),
            ("ｅ　０２", ("e02",)),
            ("AW-120Dのドア", ("aw120d",)),
            ("in 5 days", ()),
            ("2026-11-22", ()),
            ("T1234567890123", ()),
        ],
    )
    def test_product_codes_meet_without_their_hyphen(self, text: str, codes: tuple[str, ...]) -> None:
        assert product_codes(fold(text)) == codes


class TestSentenceSpans:
    @pytest.mark.parametrize(
        ("lang", "sentences"),
        [
            ("ja", ["返品できます。", "送料は無料です。"]),
            ("ja", ["本当ですか?", "はい!", "無料です。"]),
            ("ja", ["「返品できますか。」と聞かれます。", "できます。"]),
            ("ja", ["送料は当社が負担します(沖縄を除く。離島も同じ。)。", "次の文です。"]),
            ("ja", ["「できますか。」", "はい、できます。"]),
            ("ja", ["Yahoo!ショッピングでも買えます。"]),
            ("ja", ["料金は1.5倍です。", "AW-80は38kgです。"]),
            ("ja", ["E02が消えません?", "リセットしてください。"]),
            ("ja", ["(注意1.電源を切る。"]),
            ("en", ["The fee is ¥5,000.", "It is 1.5 times as much."]),
            ("en", ["Call us from 9 a.m. to 6 p.m. on weekdays.", "We are closed on Sunday."]),
            ("en", ["The office closes at 6 p.m.", "Chat stays open."]),
            ("en", ["See No. 5 of the list, e.g. the lid.", "Close it."]),
            ("en", ["Can I return it?", "No.", "It was opened."]),
            ("en", ["Go to https://aoba.example/returns?id=1.", "Sign in."]),
            ("en", ["1. Open the lid.", "Wait."]),
            ("en", ["It is free (see above. Thanks.) for members."]),
            ("en", ["It is free.", "(Islands are not.)", "Next."]),
            ("en", ["Mr. J. Smith called.", "He waits."]),
            ("en", ["Really?!", "Yes."]),
        ],
    )
    def test_ends(self, lang: str, sentences: list[str]) -> None:
        text = ("" if lang == "ja" else " ").join(sentences)
        assert [text[s.start : s.end] for s in sentence_spans(text, lang)] == sentences

    def test_a_line_break_ends_a_sentence(self) -> None:
        text = "料金 | 550円\n地域 | 本州\n\n 送料(税込\nは無料)"
        assert [text[s.start : s.end] for s in sentence_spans(text, "ja")] == [
            "料金 | 550円",
            "地域 | 本州",
            "送料(税込",
            "は無料)",
        ]

    @given(st.one_of(PROSE, ANY_TEXT), st.sampled_from(["ja", "en"]))
    def test_spans_are_in_order_trimmed_and_cover_all_that_is_visible(self, text: str, lang: str) -> None:
        spans = sentence_spans(text, lang)
        end = 0
        for span in spans:
            assert text[end : span.start].strip() == ""
            assert span.start < span.end
            sentence = text[span.start : span.end]
            assert sentence == sentence.strip()
            end = span.end
        assert text[end:].strip() == ""

    @pytest.mark.parametrize("sentence", ["x. ", "It is free. ", "無料です。", "「無料ですか。」", "(Free.) "])
    def test_is_linear_on_one_long_line(self, sentence: str) -> None:
        text = sentence * (100_000 // len(sentence))
        began = time.perf_counter()
        sentence_spans(text, "en")
        assert time.perf_counter() - began < 5  # well below 1 s alone; a quadratic one needs minutes


@pytest.mark.parametrize(
    ("text", "default", "lang"),
    [
        ("返品できますか", "en", "ja"),
        ("How long does delivery take?", "ja", "en"),
        ("AW-80のE02", "en", "ja"),
        ("E-05", "ja", "ja"),
        ("E-05", "en", "en"),
        ("返品送料", "en", "en"),
        ("返品送料", "ja", "ja"),
        ("あ", "en", "en"),
        ("a", "ja", "ja"),
        ("😀😀", "en", "en"),
        ("12345", "ja", "ja"),
        ("", "en", "en"),
        ("hello", "ja", "en"),
        ("PayPay", "ja", "ja"),
        ("What does 返品 mean here?", "ja", "en"),
        ("Wi-Fiにつながらない", "en", "ja"),
        ("see https://aoba.example/ja/returns", "ja", "en"),
        ("ﾍﾝﾋﾟﾝ ｼﾀｲ", "en", "ja"),
    ],
)
def test_language_is_told_by_script(text: str, default: str, lang: str) -> None:
    assert detect_language(text, default) == lang  # type: ignore[arg-type]
