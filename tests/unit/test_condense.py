"""Follow-ups become standalone questions, by rule, in both languages; what stands alone stays as it is."""

import pytest

from app.answering.condense import condense, recent
from app.answering.follow_up import FollowUp, read_turn
from app.domain.conversation import Role, Turn
from app.domain.outcome import Language
from app.domain.text import detect_language


def said(*texts: str) -> list[Turn]:
    """By the customer and the assistant in turn."""
    return [Turn((Role.CUSTOMER, Role.ASSISTANT)[n % 2], text) for n, text in enumerate(texts)]


def language_of(text: str) -> Language:
    return detect_language(text, "ja")


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        ("それは海外でも？", FollowUp.CASE),
        ("開封していたら？", FollowUp.CASE),
        ("AP-50は？", FollowUp.CASE),
        ("じゃあ北海道は？", FollowUp.CASE),
        ("代引きでも？", FollowUp.CASE),
        ("保証が切れている場合は？", FollowUp.CASE),
        ("すでに出荷準備中なんですが", FollowUp.CASE),
        ("AP-50の方です", FollowUp.CASE),
        ("料金は？", FollowUp.QUESTION),
        ("いくらですか", FollowUp.QUESTION),
        ("どのくらい待てば直る？", FollowUp.QUESTION),
        ("家族にあげることはできますか", FollowUp.QUESTION),
        ("その番号はどこで分かりますか", FollowUp.QUESTION),
        ("返品できますか", FollowUp.QUESTION),
        ("And if I opened it?", FollowUp.CASE),
        ("What about the AP-50?", FollowUp.CASE),
        ("Sundays as well?", FollowUp.CASE),
        ("with a card from abroad, too?", FollowUp.CASE),
        ("How much is it?", FollowUp.QUESTION),
        ("Until when?", FollowUp.QUESTION),
        ("Who pays the shipping?", FollowUp.QUESTION),
        ("how much do they charge for that", FollowUp.QUESTION),
        ("What does it cost?", FollowUp.QUESTION),
    ],
)
def test_what_cannot_be_understood_alone_is_recognised(turn: str, kind: FollowUp) -> None:
    assert read_turn(turn, language_of(turn)) is kind


@pytest.mark.parametrize(
    "question",
    [
        "ポイントの有効期限は？",
        "ところで、電話の受付時間は？",
        "ありがとうございます。別の質問ですが退会の手続きを教えてください",
        "あと、PB-500の電源が入らないんだけど",
        "メールマガジンを止めたいです",
        "AW-80にE02と出ました。これは何ですか",
        "注文した商品を返品するときの送料は誰が払いますか",
        "夜の7時過ぎじゃないと家にいないんですけど、その時間に来てもらえますか",
        "離島に届けるときはどこの船会社を使っていますか",
        "配送業者に渡される個人情報は？",
        "By the way, when do my points expire?",
        "How long does it take to charge the PB-500?",
        "Is there an English manual?",
        "Can I cancel my order?",
        "I opened the filter and it is the wrong size. Can it go back?",
        "The remote control does not respond",
        "  Which detergent may I use in the AW-120D? ",
    ],
)
def test_what_stands_alone_stays_to_the_character(question: str) -> None:
    history = said("AP-30のフィルターはいくらですか", "3,980円です。", "How wide is the AW-80?", "575 mm.")
    assert condense(history, question, language_of(question)) == question


def test_a_first_question_stays_whatever_it_looks_like() -> None:
    assert condense((), "それは海外でも？", "ja") == "それは海外でも？"
    assert condense(said("ありがとうございます！"), "いくらですか", "ja") == "いくらですか"


@pytest.mark.parametrize(
    ("turns", "question", "standalone"),
    [
        (["AP-30のフィルターの交換時期は？"], "AP-50は？", "AP-50のフィルターの交換時期は"),
        (["SI-40のF-01は何秒で再開しますか"], "SI-55の場合は？", "SI-55のF-01は何秒で再開しますか"),
        (["AW-80でE04が出ました"], "E05のときは？", "AW-80でE05が出ました"),
        (["AW-80は日本中どこでも使えますか"], "それは海外でも？", "海外でも、AW-80は日本中どこでも使えますか"),
        (["商品の送料はいくらですか"], "沖縄だと？", "沖縄だと、商品の送料はいくらですか"),
        (["AP-50のフィルターはいつ交換すればいいですか"], "値段も教えて", "AP-50のフィルター、値段も教えて"),
        (["下取りキャンペーンがあるって本当？"], "それはいつまで？", "下取りキャンペーンがあるって本当、いつまで"),
        (["How often must I replace the filter of the AP-30?"], "What about the AP-50?",
         "How often must I replace the filter of the AP-50"),
        (["How much is delivery?"], "and if my order is over 5000?", "if my order is over 5000: How much is delivery"),
        (["What is the HB-65?"], "How long is its warranty?", "the HB-65: How long is its warranty"),
    ],
)  # fmt: skip
def test_the_topic_is_carried_over(turns: list[str], question: str, standalone: str) -> None:
    assert condense(said(*turns, "…"), question, language_of(question)) == standalone


def test_a_topic_lasts_over_follow_ups_and_a_case_gives_way_to_the_next() -> None:
    history = said("SI-40は停電のときどうなりますか", "使えます。", "冷蔵庫は？", "はい。")
    assert condense(history, "エアコンは？", "ja") == "エアコンは、SI-40は停電のときどうなりますか"
    history += said("エアコンは？", "いいえ。")
    assert condense(history, "何時間使えますか", "ja") == "SI-40は停電のとき、エアコンは、何時間使えますか"


def test_thanks_between_two_questions_change_nothing() -> None:
    history = said("AP-30のフィルターの交換時期は？", "12か月です。", "ありがとうございます。", "どういたしまして。")
    assert condense(history, "AP-50は？", "ja") == "AP-50のフィルターの交換時期は"


def test_a_new_topic_ends_what_was_carried() -> None:
    history = said("AW-120Dの幅を教えて", "640mmです。", "ところで、退会の手続きを教えてください", "…")
    assert condense(history, "いつまで？", "ja") == "退会の手続き、いつまで"


def test_only_the_last_turns_are_kept_and_nothing_without_the_customers() -> None:
    history = said(*(str(n) for n in range(20)))
    assert [turn.text for turn in recent(history)] == [str(n) for n in range(12, 20)]
    assert recent([Turn(Role.ASSISTANT, "いらっしゃいませ。")]) == ()
    assert len(recent(said("長い話" * 1000))[0].text) == 1000


@pytest.mark.parametrize(
    "unit", ["それは", "で、", "a ", "返品 ", "その場合", "what ", "1", "あ", "?", "、", "ok ", "A-1"]
)
def test_a_long_text_is_read_in_no_time(unit: str) -> None:
    text = (unit * 4000)[:4000]
    for language in ("ja", "en"):
        assert condense(said("返品できますか", "はい。", text, "…", text), text, language)
