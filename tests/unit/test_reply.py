"""The middle of a draft: from all articles, with a real index, a fake embedder and a model that may lie."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from app.adapters.chat_model_scripted import ScriptedChatModel
from app.answering.model_writer import TONES, ModelWriter
from app.answering.reply import PipelineReplies
from app.answering.verify import Thresholds, Verifier
from app.domain.chat import Ask
from app.domain.conversation import Role, Turn
from app.domain.draft import Lack, Tone
from app.domain.draft_ports import Reply
from app.errors import ChatModelError
from app.prompting import load_prompts
from app.settings import ROOT
from tests.builders import citation, document, draft
from tests.scripted_model import claims
from tests.writing import EMBEDDER, FIRST, QUESTION, SECOND, desk

STAFF = "返金の上限は担当者一人あたり30,000円です。"
LIE = "返送料は当社が負担します。"
AP30 = document("ja-ap30", "AP-30のフィルターの交換目安は12か月です。", "AP-30のフィルター交換")
AP50 = document("ja-ap50", "AP-50のフィルターの交換目安は24か月です。", "AP-50のフィルター交換")
GONE = document("ja-gone", "この文はどの記事にもありません。")


def said(*texts: str) -> list[Turn]:
    return [Turn(Role.CUSTOMER, text) for text in texts]


def replies(home: Path, reply: Callable[[Ask], str], tones: Sequence[Tone] = ()) -> PipelineReplies:
    """Without a tone nobody asks the model: its reply is what the tones would write."""
    model = ScriptedChatModel(reply)
    at = desk(model, home, 5.0, AP30, AP50)
    prompts = load_prompts(ROOT / "prompts", TONES)
    parts = (model, at.writer._embedded, at.writer._verifier, EMBEDDER, prompts, 5.0, 2)
    plain = at.pipeline.varied()
    plain._model = None
    written = {tone: plain.varied(ModelWriter(*parts, tone=f"write_{tone}")) for tone in tones}
    verifier = Verifier(Thresholds.load())
    return PipelineReplies({Tone.PLAIN: plain, **written}, lambda: at.index, EMBEDDER, verifier, 0.5)


def nothing(_: Ask) -> str:
    raise ChatModelError("is down")


async def reply_to(home: Path, *texts: str, open_turns: Sequence[int] = (0,)) -> Reply:
    return await replies(home, nothing).write(said(*texts), open_turns, "ja")


async def test_a_reply_quotes_with_its_citations(tmp_path: Path) -> None:
    reply = await reply_to(tmp_path, QUESTION)
    assert [sentence.text for sentence in reply.sentences] == [FIRST, SECOND]
    assert all(sentence.citations and not sentence.agent_only for sentence in reply.sentences)
    assert (reply.asked, reply.open, reply.lack, reply.language) == ((QUESTION,), (), None, "ja")


async def test_what_an_article_for_staff_says_is_marked(tmp_path: Path) -> None:
    reply = await reply_to(tmp_path, "返金の上限は担当者一人あたりいくらですか")
    marked = [sentence for sentence in reply.sentences if sentence.agent_only]
    assert [sentence.text for sentence in marked] == [STAFF]
    assert reply.agent_documents == {"ja-limit"}


async def test_every_open_turn_is_answered_and_nothing_said_twice(tmp_path: Path) -> None:
    asked = (QUESTION, "ポイントの有効期限はいつですか", "返品の返送料は誰の負担になりますか")
    reply = await reply_to(tmp_path, *asked, open_turns=(0, 1, 2))
    texts = [sentence.text for sentence in reply.sentences]
    assert SECOND in texts
    assert any("12か月" in text for text in texts)
    assert len(texts) == len(set(texts))
    assert {n for sentence in reply.sentences for n in sentence.citations} == {cited.n for cited in reply.citations}


async def test_another_product_than_the_one_that_is_named_is_left_out(tmp_path: Path) -> None:
    reply = await reply_to(tmp_path, "AP-30のフィルターの交換目安を教えてください")
    assert "12か月" in "".join(sentence.text for sentence in reply.sentences)
    assert {cited.document_id for cited in reply.citations} == {"ja-ap30"}


async def test_a_product_that_a_later_turn_names_answers_the_question_back(tmp_path: Path) -> None:
    reply = await reply_to(tmp_path, "フィルターの交換目安は？", "AP-50です", open_turns=(0, 1))
    assert {cited.document_id for cited in reply.citations} == {"ja-ap50"}
    assert all(sentence.citations for sentence in reply.sentences)


async def test_what_no_article_holds_is_left_open_and_said(tmp_path: Path) -> None:
    reply = await reply_to(tmp_path, "火星の天気を教えてください")
    assert (reply.sentences, reply.lack, reply.open) == ((), Lack.NOT_FOUND, ("火星の天気を教えてください",))
    assert (await reply_to(tmp_path / "2", "もしもし", open_turns=())).lack is Lack.NOTHING_ASKED


@pytest.mark.parametrize("tone", [Tone.SHORTER, Tone.WARMER])
async def test_a_tone_is_told_to_the_model_and_its_sentences_are_verified(tmp_path: Path, tone: Tone) -> None:
    told: list[str] = []

    def reply(ask: Ask) -> str:
        told.append(ask.system)
        return claims((LIE, 1), (SECOND, 1))

    found = await replies(tmp_path, reply, [tone]).write(said(QUESTION), [0], "ja", tone)
    assert [sentence.text for sentence in found.sentences] == [SECOND]
    assert load_prompts(ROOT / "prompts", TONES).by_id[f"write_{tone}.ja"].text in told[0]


@pytest.mark.parametrize("reply", [nothing, lambda _: "no JSON", lambda _: claims((LIE, 1))])
async def test_a_model_that_is_down_or_lies_makes_it_quote(tmp_path: Path, reply: Callable[[Ask], str]) -> None:
    found = await replies(tmp_path, reply, [Tone.WARMER]).write(said(QUESTION), [0], "ja", Tone.WARMER)
    assert [sentence.text for sentence in found.sentences] == [FIRST, SECOND]


async def test_a_tone_that_no_model_writes_comes_plain(tmp_path: Path) -> None:
    found = await replies(tmp_path, nothing).write(said(QUESTION), [0], "ja", Tone.SHORTER)
    assert [sentence.text for sentence in found.sentences] == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        (f"お問い合わせいただき、ありがとうございます。\n{SECOND}", ()),
        (f"{FIRST}\n返品の送料は無料です。", ("返品の送料は無料です。",)),
        ("ポイントの有効期限は最後のお買い物から12か月です。", ()),  # another article says so
        ("未開封の商品は30日以内に返品できます。", ("未開封の商品は30日以内に返品できます。",)),
        ("ほかにご質問はありますか？", ()),
        ("", ()),
    ],
)
def test_what_the_agent_added_without_a_source_is_told(tmp_path: Path, text: str, unsupported: tuple[str, ...]) -> None:
    assert replies(tmp_path, nothing).unsupported(text, draft()) == unsupported


def test_an_article_that_is_gone_or_says_something_else_is_withdrawn(tmp_path: Path) -> None:
    at = replies(tmp_path, nothing)
    stands = citation(article=document("ja-returns", FIRST + SECOND, "返品について"))
    altered = stands.model_copy(update={"quote": "未開封の商品は8日以内に返品できます。"})
    assert at.withdrawn([stands]) == ()
    assert at.withdrawn([stands, altered, citation(2, GONE)]) == ("ja-returns", "ja-gone")
