"""What the verifier lets through and what it stops: quotes, paraphrases, and sentences altered in one place."""

import json
from pathlib import Path
from time import perf_counter

import pytest

from app.answering.verify import Thresholds, Verdict, Verifier

RENTAL = (
    "着物のレンタルは1泊2日で6,600円です。返却が1日遅れるごとに1,100円の延滞料をいただきます。"
    "小物は無料でお貸ししますが、足袋は衛生上の理由でお貸しできません。"
    "雨天の場合は、前日の18時までにご連絡いただければ無料で日程を変更できます。"
    "KM-10は身長150cm以上の方に限りご利用いただけます。一部の柄は袖の長さを調整できます。"
)
TOUR = (
    "The harbour tour lasts 90 minutes and costs $24 for adults and $12 for children. "
    "Dogs are allowed on deck, but they cannot enter the cabin. "
    "If the wind exceeds 15 m/s, the tour is cancelled and the fare is refunded. "
    "Boat HX-20 has a toilet; boat HX-10 does not. "
    "Some tours include a drink. Bookings can be changed up to 48 hours before departure."
)
SUPPORTED = [
    (RENTAL, "着物のレンタルは1泊2日で6,600円です。"),
    (
        RENTAL,
        "返却が1日遅れるごとに1,100円の延滞料をいただきます。小物は無料でお貸ししますが、足袋は衛生上の理由でお貸しできません。",
    ),
    (RENTAL, "着物のレンタル料金は1泊2日で６６００円です。"),
    (RENTAL, "返却が一日遅れるごとに、延滞料が1,100円かかります。"),
    (RENTAL, "足袋は衛生上の理由によりお貸しできません。"),
    (RENTAL, "KM-10を利用できるのは身長150センチ以上の方だけです。"),
    (RENTAL, "雨天の場合、前日の午後6時までに連絡すれば日程の変更は無料です。"),
    (TOUR, "Dogs are allowed on deck, but they cannot enter the cabin."),
    (TOUR, "The harbour tour lasts 1.5 hours."),
    (TOUR, "Children pay $12 for the harbour tour."),
    (TOUR, "Dogs can't enter the cabin."),
    (TOUR, "The fare is refunded if the tour is cancelled because the wind exceeds 15 m/s."),
    (TOUR, "You can change a booking until 2 days before departure."),
    (TOUR, "Boat HX-10 does not have a toilet."),
]
UNSUPPORTED = [
    (RENTAL, "着物のレンタルは1泊2日で7,600円です。", "number"),
    (RENTAL, "着物のレンタルは2泊3日で6,600円です。", "number"),
    (RENTAL, "返却が1日遅れるごとに1万1千円の延滞料をいただきます。", "number"),
    (RENTAL, "足袋もお貸しできます。", "polarity"),
    (RENTAL, "小物は有料でお貸しします。", "contrast"),
    (RENTAL, "雨天の場合は、前日の19時までにご連絡いただければ無料で日程を変更できます。", "time"),
    (RENTAL, "雨天の場合は、前日の18時以降にご連絡いただければ無料で日程を変更できます。", "time"),
    (RENTAL, "無料で日程を変更できます。", "quote cut"),
    (RENTAL, "KM-10はご利用いただけます。", "condition cut"),
    (RENTAL, "KM-10は身長150cm未満の方に限りご利用いただけます。", "number"),
    (RENTAL, "KM-20は身長150cm以上の方に限りご利用いただけます。", "product"),
    (RENTAL, "すべての柄は袖の長さを調整できます。", "scope"),
    (RENTAL, "小物は無料でお貸しします", "quote cut"),
    (RENTAL, "着物のレンタルはJCBで支払えます。", "name"),
    (RENTAL, "小物は無料でお貸ししますし、全額を返金します。", "addition"),
    (RENTAL, "小物は無料でお貸ししますが、ブーツは衛生上の理由でお貸しできません。", "name replaced"),
    (TOUR, "The harbour tour lasts 60 minutes.", "number"),
    (TOUR, "Boat HX-20 has a toilet, and a courier brings your luggage.", "addition"),
    (TOUR, "Some tours include a hot meal.", "name replaced"),
    (TOUR, "The harbour tour costs $12 for adults.", "number"),
    (TOUR, "Dogs can enter the cabin.", "polarity"),
    (TOUR, "Cats are allowed on deck.", "name"),
    (TOUR, "The tour is cancelled and the fare is refunded.", "quote cut"),
    (TOUR, "If the wind exceeds 25 m/s, the tour is cancelled.", "number"),
    (TOUR, "Boat HX-10 has a toilet.", "polarity"),
    (TOUR, "Boat HX-30 has a toilet.", "product"),
    (TOUR, "All tours include a drink.", "scope"),
    (TOUR, "Bookings can be changed after departure.", "contrast"),
    (TOUR, "Bookings can be changed up to 24 hours before departure.", "number"),
]
ONE_WORD = [  # source, claim, and what it is stopped for
    ("Coupons come back if the order was not shipped.", "Coupons come back if the order was shipped.", "polarity"),
    ("在庫がない場合は、翌日に発送します。", "在庫がある場合は、翌日に発送します。", "polarity"),
    ("開封品は、不良の場合を除いて返品できません。", "開封品は、不良の場合も返品できません。", "scope"),
    ("Opened filters cannot be returned.", "Opened filters can be sent back and returned.", "polarity"),
    ("Leave the old filter in the box.", "Leave the old remote control in the box.", "name replaced"),
    ("古いフィルターを引き出します。", "古いリモコンを引き出します。", "name replaced"),
    ("箱を開けていないときは、14日以内なら返品できます。", "箱を開けていないときは、返品できます。", "condition cut"),
    ("発送したあとは、宛先を変更できません。", "宛先を変更できません。", "quote cut"),
    ("You can cancel free of charge until the order is packed.", "You may cancel free of charge.", "condition cut"),
    ("Points are valid for 12 months after a visit.", "Points do not expire after a visit.", "contrast"),
    ("Two coupons cannot be combined.", "Two coupons may be used together.", "contrast"),
    ("予約が必要です。", "予約がなくてもご利用いただけます。", "contrast"),
    ("使用に支障はありません。", "使用に支障があります。", "contrast"),
    ("返信は1〜2営業日です。", "返信は1〜4営業日です。", "number"),
]
STILL_HONEST = [
    (
        "Cats are called house cats when kept as indoor pets or in a shelter.",
        "They are house cats when kept as indoor pets.",
    ),
    ("There are two kinds: plain (with no motif) and printed.", "There are two kinds, plain and printed."),
    ("まず、電源を切ってください。", "まず電源をお切りください。"),
    ("お申し込みには証明書が必要です。", "お申し込みには証明書をご用意ください。"),
    ("The card is sent two working days later.", "The card is sent 2 business days later."),
]
ACROSS = [
    (RENTAL, "Returning it one day late costs 1,100 yen.", True),
    (RENTAL, "Returning it one day late costs 2,100 yen.", False),
    (RENTAL, "KM-30 is for people taller than 150 cm.", False),
    (TOUR, "ツアーは90分です。", True),
    (TOUR, "ツアーは120分です。", False),
    (TOUR, "HX-40にはトイレがあります。", False),
]


def verify(claim: str, source: str, similarity: float | None = None, context: str = "") -> Verdict:
    return Verifier(Thresholds.load()).verify(claim, source, similarity, context)


@pytest.mark.parametrize(("source", "claim"), SUPPORTED)
def test_a_quote_or_an_honest_paraphrase_is_kept(source: str, claim: str) -> None:
    verdict = verify(claim, source)
    assert verdict.reasons == ()
    assert verdict.supported


@pytest.mark.parametrize(("source", "claim", "check"), UNSUPPORTED)
def test_a_sentence_altered_in_one_place_is_stopped_for_that(source: str, claim: str, check: str) -> None:
    verdict = verify(claim, source, 0.98)
    assert not verdict.supported
    assert any(reason.startswith(check) for reason in verdict.reasons), verdict


@pytest.mark.parametrize(("source", "claim", "check"), ONE_WORD)
def test_one_word_is_enough_to_be_stopped(source: str, claim: str, check: str) -> None:
    verdict = verify(claim, source, 0.98)
    assert not verdict.supported
    assert any(reason.startswith(check) for reason in verdict.reasons), verdict


@pytest.mark.parametrize(("source", "claim"), STILL_HONEST)
def test_an_honest_sentence_that_looks_altered_is_kept(source: str, claim: str) -> None:
    assert verify(claim, source, 0.9).supported


@pytest.mark.parametrize(("source", "claim", "supported"), ACROSS)
def test_facts_are_compared_across_languages(source: str, claim: str, supported: bool) -> None:
    assert verify(claim, source).supported is supported


def test_a_product_named_only_in_the_heading_counts_as_source() -> None:
    source = "設置料は5,500円です。"
    assert not verify("ZK-9の設置料は5,500円です。", source).supported
    assert verify("ZK-9の設置料は5,500円です。", source, context="設置サービス > ZK-9").supported


def test_a_claim_about_something_else_is_unlike_its_source() -> None:
    assert verify("紅葉の見ごろは山頂から順に始まります。", RENTAL).reasons[0].startswith("addition")


@pytest.mark.parametrize("nothing", ["", "  ", "|---|", "。"])
def test_nothing_is_supported_by_nothing(nothing: str) -> None:
    assert verify(nothing, RENTAL) == Verdict(False, 0.0, ("empty",))


def test_a_whole_source_supports_itself_however_its_lines_are_joined() -> None:
    table = "| 型番 | 料金 |\n|---|---|\n| ZK-8 | 1,500円 |\n| ZK-9 | 不可 |"
    assert verify(table.replace("\n", " "), table).supported


NEW_LIES = [
    ("ギフト包装は1点につき220円です。", "ギフト包装は1回のご注文につき220円です。", "rate"),
    ("ギフト包装は1点につき220円です。", "ギフト包装は無料です。", "contrast"),
    ("振替はアプリで連絡した場合に限ります。", "振替は窓口で連絡した場合に限ります。", ""),
    (
        "アレルギーのある方は、2日前までにお知らせください。",
        "アレルギーのある方は、前日までにお知らせください。",
        "period",
    ),
    ("手続きをしないと、通信は始まりません。", "手続きをしなくても、通信は始まります。", "polarity"),
    ("小学生は大人の半額、未就学のお子様は無料です。", "未就学のお子様は大人の半額です。", "number elsewhere"),
    ("A delay of 30 minutes gives 25% back, and 60 minutes 50%.", "A delay of 30 minutes gives 50% back.", "number"),
    ("Calls to other members are free.", "Calls to other members are not free.", "contrast"),
    ("If it rains, tours are cancelled and paid in full.", "Tours are paid in full.", "condition"),
]


@pytest.mark.parametrize(("source", "claim", "check"), NEW_LIES)
def test_a_lie_of_another_shape_is_stopped(source: str, claim: str, check: str) -> None:
    verdict = verify(claim, source)
    assert not verdict.supported
    assert any(reason.startswith(check) for reason in verdict.reasons), verdict


HONEST = [
    ("デスクは24時間受付です。紛失された場合はデスクにお電話ください。", "なくしたときは、デスクまでお電話ください。"),
    ("リンクは作成から72時間で無効になります。", "リンクは作ってから3日で無効になります。"),
    ("ご利用は月2回まで無料です。", "無料でご利用いただけるのは月に2回までです。"),
    ("The pool is closed every Monday morning.", "The pool shuts on Monday mornings."),
    ("The card is sent two working days later.", "The card is sent 2 business days later."),
    ("Tell us at least 10 days before you move.", "Tell us no later than 10 days before you move."),
]


@pytest.mark.parametrize(("source", "claim"), HONEST)
def test_a_free_paraphrase_is_kept(source: str, claim: str) -> None:
    assert verify(claim, source).supported


@pytest.mark.parametrize(
    "piece", ["あ", "a ", "1", "ア・", "一", "1,000から", "if ", "場合", "not ", "1-", "月・火", "あ。", "i am "]
)
def test_long_input_is_read_in_linear_time(piece: str) -> None:
    text = piece * (20000 // len(piece))
    start = perf_counter()
    verify("返品は8日以内です。", text)
    verify(text[:1999], "返品は8日以内です。")
    assert perf_counter() - start < 10


def test_a_claim_longer_than_any_sentence_is_not_read() -> None:
    assert verify("返品できます。" * 500, RENTAL).reasons == ("length: 3500 characters",)


def test_a_cosine_above_that_of_a_paraphrase_adds_nothing() -> None:
    claim = "着物の貸し出しは一泊二日で6,600円です。"
    assert verify(claim, RENTAL, 0.95).score == verify(claim, RENTAL, 0.99).score


def test_the_own_set_is_caught_and_kept_as_promised() -> None:
    """On the dev split, which the rules were written against; the test split is measured by the eval suite alone."""
    file = Path(__file__).parents[2] / "evals/datasets/faithfulness/dev.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    dev = [(row, verify(row["claim"], row["source"]).supported) for row in rows]
    caught = [not supported for row, supported in dev if row["kind"] in {"changed_number", "flipped_negation"}]
    kept = [supported for row, supported in dev if row["label"] == "supported"]
    assert sum(caught) / len(caught) >= 0.95
    assert sum(kept) / len(kept) >= 0.85
