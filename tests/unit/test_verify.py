"""What the verifier lets through and what it stops: quotes, paraphrases, and sentences altered in one place."""

import json
from pathlib import Path

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
    (RENTAL, "KM-10はご利用いただけます。", "condition dropped"),
    (RENTAL, "KM-10は身長150cm未満の方に限りご利用いただけます。", "number"),
    (RENTAL, "KM-20は身長150cm以上の方に限りご利用いただけます。", "product"),
    (RENTAL, "すべての柄は袖の長さを調整できます。", "scope"),
    (RENTAL, "小物は無料でお貸しします", "quote cut"),
    (RENTAL, "着物のレンタルはJCBで支払えます。", "name"),
    (TOUR, "The harbour tour lasts 60 minutes.", "number"),
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


@pytest.mark.parametrize(("source", "claim", "supported"), ACROSS)
def test_facts_are_compared_across_languages(source: str, claim: str, supported: bool) -> None:
    assert verify(claim, source).supported is supported


def test_a_product_named_only_in_the_heading_counts_as_source() -> None:
    source = "設置料は5,500円です。"
    assert not verify("ZK-9の設置料は5,500円です。", source).supported
    assert verify("ZK-9の設置料は5,500円です。", source, context="設置サービス > ZK-9").supported


def test_a_claim_about_something_else_is_unlike_its_source() -> None:
    assert verify("紅葉の見ごろは山頂から順に始まります。", RENTAL).reasons == ("unlike its source",)


@pytest.mark.parametrize("nothing", ["", "  ", "|---|", "。"])
def test_nothing_is_supported_by_nothing(nothing: str) -> None:
    assert verify(nothing, RENTAL) == Verdict(False, 0.0, ("empty",))


def test_a_whole_source_supports_itself_however_its_lines_are_joined() -> None:
    table = "| 型番 | 料金 |\n|---|---|\n| ZK-8 | 1,500円 |\n| ZK-9 | 不可 |"
    assert verify(table.replace("\n", " "), table).supported


def test_the_own_set_is_caught_and_kept_as_promised() -> None:
    """On the dev split, which the rules were written against; the test split is measured by the eval suite alone."""
    file = Path(__file__).parents[2] / "evals/datasets/faithfulness/dev.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    dev = [(row, verify(row["claim"], row["source"]).supported) for row in rows]
    caught = [not supported for row, supported in dev if row["kind"] in {"changed_number", "flipped_negation"}]
    kept = [supported for row, supported in dev if row["label"] == "supported"]
    assert sum(caught) / len(caught) >= 0.95
    assert sum(kept) / len(kept) >= 0.85
