"""What a customer does with the chat page, in Chromium, against scripted answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Open, ask
from tests.e2e.stage import CARE, JA, NOTICE, PARAGRAPH, TABLE, Stage

QUESTION = "洗濯機にE02と出ました。どうすればいいですか？"


def test_a_question_is_answered_sentence_by_sentence_with_sources_and_votes(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    expect(page.locator(".mine .bubble")).to_have_text(QUESTION)
    answer = page.locator("kotae-answer")
    for text, _ in JA[:4]:
        expect(answer).to_contain_text(text)
    expect(answer.locator(".said .chip")).to_have_text(["1", "2", "3"])
    expect(answer.locator(".source .name")).to_have_text(["洗濯機AW-80のエラー表示", "お手入れの方法"])
    expect(answer.locator(".best")).to_have_text(JA[1][0])
    expect(answer.locator(".votes")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()


def test_a_chip_never_begins_a_line(open_chat: Open) -> None:
    page = open_chat(width=320)
    ask(page, QUESTION)
    for chip in page.locator(".said .chip").all():
        starts = chip.evaluate("""chip => {
            const before = chip.closest('.glue').firstChild, range = document.createRange();
            range.selectNode(before);
            const glyph = range.getBoundingClientRect(), box = chip.getBoundingClientRect();
            return box.left < glyph.right - 1 || box.top > glyph.bottom || box.bottom < glyph.top; }""")
        assert not starts


@pytest.mark.parametrize(("n", "citation"), [("1", PARAGRAPH), ("2", TABLE)])
def test_a_chip_opens_its_article_with_exactly_the_quoted_span_marked(
    open_chat: Open, n: str, citation: object
) -> None:
    page = open_chat()
    ask(page, QUESTION)
    page.locator(f".said .chip[data-n='{n}']").click()
    expect(page.locator("#source-title")).to_be_focused()
    page.wait_for_selector("#source mark")
    marked = "".join(page.locator("#source mark").all_inner_texts())
    quote = PARAGRAPH.quote if citation is PARAGRAPH else TABLE.quote
    assert _bare(marked) == _bare(quote)
    assert page.locator("#quoted").evaluate(
        "mark => { const box = mark.getBoundingClientRect(), frame = mark.closest('.article').getBoundingClientRect();"
        " return box.bottom > frame.top && box.top < frame.bottom; }"
    )
    other = TABLE if citation is PARAGRAPH else PARAGRAPH
    assert _bare("".join(page.locator("#source .cited").all_inner_texts())) == _bare(other.quote)
    expect(page.locator(f".chip[data-n='{n}'][aria-expanded=true]")).to_have_count(2)


def _bare(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


def test_the_panel_walks_the_citations_and_gives_the_focus_back(open_chat: Open) -> None:
    page = open_chat(width=1280)
    ask(page, QUESTION)
    page.locator(".said .chip").first.click()
    page.get_by_role("button", name="次の出典").click()
    expect(page.locator("#source .count")).to_have_text("出典 2 / 3")
    page.get_by_role("button", name="次の出典").click()
    expect(page.locator("#source .note")).to_contain_text("現在公開されていません")
    assert _bare("".join(page.locator("#source mark").all_inner_texts())) == _bare(CARE.quote)
    expect(page.locator(".said .chip.gone")).to_have_text("3")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.locator(".said .chip[data-n='3']")).to_be_focused()


def test_an_article_that_cannot_be_loaded_can_be_tried_again(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    page.route("**/api/v1/sources/**", lambda route: route.abort())
    page.locator(".said .chip").first.click()
    expect(page.locator("#source .note")).to_have_text("記事を表示できませんでした。")
    page.unroute("**/api/v1/sources/**")
    page.get_by_role("button", name="もう一度試す").click()
    expect(page.locator("#source mark").first).to_be_visible()


def test_the_whole_walk_by_keyboard(open_chat: Open) -> None:
    page = open_chat(width=1280)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".votes")
    page.locator(".log").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".said .chip").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".said .chip").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".said .chip").nth(1)).to_be_focused()
    _tab_to(page, ".thumb")
    page.keyboard.press("Space")
    expect(page.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    _tab_to(page, "button.human", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#handoff")).to_be_visible()
    expect(page.locator("a.human")).to_be_focused()


def _tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _ in range(30):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with {key}")


def test_an_unknown_answer_offers_a_person_other_words_and_a_near_article(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "今日の天気は")
    card = page.locator("kotae-answer .card")
    expect(card.locator(".badge")).to_have_text("該当する出典なし")
    expect(card.locator(".lead")).to_have_text("申し訳ありません。確かな情報が見つかりませんでした。")
    expect(page.locator(".votes")).to_have_count(0)
    card.get_by_role("button", name="洗濯機AW-80のエラー表示").click()
    expect(page.locator("#source .text")).to_contain_text("E02 排水できない")
    expect(page.locator("#source mark")).to_have_count(0)
    page.keyboard.press("Escape")
    card.get_by_text("質問を変える").click()
    expect(page.locator("#question")).to_have_value("今日の天気は")
    card.get_by_role("button", name="担当者と話す").click()
    expect(page.locator("#handoff")).to_be_visible()


def test_a_clarifying_question_is_answered_by_a_press(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "フィルターの交換")
    page.get_by_role("button", name="空気清浄機AP-50のフィルター交換").click()
    page.wait_for_selector(".votes")
    expect(page.locator(".mine .bubble").last).to_have_text("洗濯機（空気清浄機AP-50のフィルター交換）")


def test_a_person_is_asked_for_reached_and_sent_away_again(open_chat: Open) -> None:
    page = open_chat()
    page.locator("button.human").click()
    card = page.locator("#handoff")
    expect(card).to_contain_text("本日12:30までに返信いたします。")
    expect(page.locator("a.human")).to_have_text("12:30まで")
    card.get_by_label("ほかのご連絡先（任意）").fill("hanako@example.jp")
    card.get_by_role("button", name="登録する").click()
    expect(card.locator(".reach .result")).to_have_text("ご連絡先を登録しました。")
    page.reload()
    expect(card.get_by_label("ほかのご連絡先（任意）")).to_have_value("hanako@example.jp")
    card.get_by_role("button", name="取り下げる").click()
    expect(card).to_have_count(0)
    expect(page.locator("button.human").first).to_be_visible()
    expect(page.locator(".system")).to_contain_text("取り下げました")


def test_the_telephone_number_is_shown_when_a_person_cannot_be_asked_for(open_chat: Open) -> None:
    page = open_chat()
    page.route("**/handoff", lambda route: route.abort())
    page.locator("button.human").click()
    expect(page.get_by_role("alert")).to_contain_text("0120-000-417")


def test_a_reload_keeps_everything(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    ask(page, "今日の天気は")
    ask(page, "フィルターの交換")
    page.locator(".thumb").first.click()
    expect(page.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    shown = _turns(page)
    page.reload()
    assert _turns(page) == shown
    expect(page.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    page.locator(".said .chip").first.click()
    expect(page.locator("#source mark").first).to_be_visible()


def _turns(page: Page) -> list[str]:
    texts = page.locator("kotae-answer .card, .bubble").all_inner_texts()
    return [re.sub(r"\s+", " ", text) for text in texts]


def test_a_vote_can_be_withdrawn_and_a_thumb_down_may_say_why(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    up, down = page.locator(".thumb").all()
    down.click()
    expect(page.locator(".votes .ask")).to_have_text("ありがとうございます")
    page.get_by_label("足りなかった点（任意）").fill("写真がほしい")
    page.get_by_role("button", name="伝える").click()
    expect(page.locator(".reason")).to_be_hidden()
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(up).to_have_attribute("aria-pressed", "false")


def test_three_sentences_are_four_announcements_and_focus_stays(open_chat: Open) -> None:
    page = open_chat()
    page.evaluate("""() => {
        window.said = [];
        const heard = (changes) => changes.forEach((change) =>
            change.addedNodes.forEach((node) => window.said.push(node.textContent)));
        const announcer = document.getElementById("announcer");
        new MutationObserver(heard).observe(announcer, { childList: true, subtree: true, characterData: true }); }""")
    ask(page, "three 洗濯機")
    assert page.evaluate("window.said") == [text for text, _ in JA[:3]] + ["回答は以上です。出典1件"]
    assert page.locator("[aria-live=assertive]").count() == 0
    expect(page.locator("#question")).to_be_focused()


def test_offline_is_said_and_the_message_goes_out_when_the_connection_is_back(open_chat: Open) -> None:
    page = open_chat()
    page.context.set_offline(True)
    expect(page.locator(".offline")).to_be_visible()
    page.locator("#question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_contain_text("送信できませんでした")
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_be_hidden()
    page.wait_for_selector(".votes")
    expect(page.locator(".failed")).to_be_hidden()


def test_a_failed_message_can_be_sent_again(open_chat: Open) -> None:
    page = open_chat()
    page.route("**/messages", lambda route: route.abort())
    page.locator("#question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".failed")).to_be_visible()
    expect(page.locator("kotae-answer")).to_have_count(0)
    page.unroute("**/messages")
    page.get_by_role("button", name="再送する").click()
    page.wait_for_selector(".votes")
    expect(page.locator(".mine")).to_have_count(1)


def test_a_server_error_is_said_and_what_was_verified_stays(open_chat: Open) -> None:
    page = open_chat()
    ask(page, "broken 洗濯機")
    expect(page.locator("kotae-answer")).to_contain_text(JA[0][0])
    expect(page.locator("kotae-answer .ended")).to_contain_text("ただいま回答できません")


def test_stop_keeps_what_is_verified(open_chat: Open) -> None:
    page = open_chat()
    page.locator("#question").fill("slow 洗濯機")
    page.keyboard.press("Enter")
    page.wait_for_selector("kotae-answer .said")
    page.get_by_role("button", name="回答を止める").click()
    expect(page.locator("kotae-answer .ended")).to_have_text("ここで停止しました。")
    expect(page.locator("kotae-answer")).to_contain_text(JA[0][0])
    expect(page.get_by_role("button", name="送信")).to_be_visible()


def test_a_reader_who_scrolled_up_is_not_moved_but_told(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    page.locator("#question").fill("slow 洗濯機")
    page.keyboard.press("Enter")
    page.wait_for_selector("kotae-answer:last-of-type .waiting")
    page.locator(".log").evaluate("log => log.scrollTo(0, 0)")
    newer = page.get_by_role("button", name="続きを見る")
    expect(newer).to_be_visible()
    assert page.locator(".log").evaluate("log => log.scrollTop") == 0
    newer.click()
    expect(newer).to_be_hidden()


def test_a_long_answer_is_shown_from_its_question_on(open_chat: Open) -> None:
    page = open_chat()
    page.set_viewport_size({"width": 390, "height": 420})
    ask(page, QUESTION)
    ask(page, QUESTION)
    log = page.locator(".log")
    gap = (
        "log => [...log.querySelectorAll('.mine')].at(-1).getBoundingClientRect().top - log.getBoundingClientRect().top"
    )
    assert 0 <= log.evaluate(gap) <= 32
    more = page.get_by_role("button", name="続きを見る")
    expect(more).to_be_visible()
    more.click()
    expect(more).to_be_hidden()


MARKUP = "<script>document.title='x'</script><img src=x onerror=\"document.title='x'\"> {{ 7*7 }}"


def test_markup_in_a_message_is_text(open_chat: Open) -> None:
    page = open_chat()
    ask(page, MARKUP)
    expect(page.locator(".mine .bubble")).to_have_text(MARKUP)
    page.reload()
    expect(page.locator(".mine .bubble")).to_have_text(MARKUP)
    assert page.title() == "あおば家電 サポート"
    assert page.locator(".turns img, .turns script").count() == 0


def test_enter_during_a_composition_sends_nothing(open_chat: Open, stage: Stage) -> None:
    page = open_chat()
    page.locator("#question").fill("へんぴん")
    for composing in ("isComposing: true", "keyCode: 229"):
        page.locator("#question").evaluate(
            "field => field.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{ key: 'Enter', bubbles: true, cancelable: true, {composing} }}))"
        )
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("そうりょう")
    expect(page.locator("#question")).to_have_value("へんぴん\nそうりょう")
    expect(page.locator(".mine")).to_have_count(0)


def test_the_field_grows_to_five_lines(open_chat: Open) -> None:
    page = open_chat()
    heights = []
    for count in (1, 3, 5, 9):
        page.locator("#question").fill("\n".join("あ" * 3 for _ in range(count)))
        heights.append(page.locator("#question").evaluate("field => field.clientHeight"))
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_english_has_its_own_words_and_says_when_the_article_is_japanese(open_chat: Open) -> None:
    page = open_chat("en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="How long does delivery take?").click()
    page.wait_for_selector(".votes")
    expect(page.locator("kotae-answer")).to_contain_text("Standard delivery takes 2 to 4 days on Honshu. Remote")
    ask(page, "What does E02 on my AW-80 mean?")
    last = page.locator("kotae-answer").last
    expect(last.locator(".notice")).to_have_text(NOTICE)
    expect(last.locator(".said").first).to_have_attribute("lang", "ja")
    last.locator(".chip").first.click()
    expect(page.locator("#source .note")).to_have_text("This article is in Japanese.")
    expect(page.locator("#source .text")).to_have_attribute("lang", "ja")


def test_the_language_switch_keeps_the_written_turns(open_chat: Open) -> None:
    page = open_chat()
    ask(page, QUESTION)
    page.locator(".language").click()
    expect(page.locator("button.human").first).to_have_text("Talk to a human")
    expect(page.locator(".mine .bubble")).to_have_text(QUESTION)


def test_without_scripts_the_page_comes_back_whole(open_chat: Open) -> None:
    page = open_chat(scripts=False)
    page.locator("#question").fill(QUESTION)
    page.get_by_role("button", name="送信").click()
    expect(page.locator("kotae-answer")).to_contain_text(JA[0][0])
    page.locator(".thumb").first.click()
    expect(page.locator(".thumb").first).to_have_attribute("aria-pressed", "true")
    page.locator("button.human").first.click()
    expect(page.locator("#handoff")).to_contain_text("12:30")
    page.get_by_role("button", name="取り下げる").click()
    expect(page.locator("#handoff")).to_have_count(0)
    page.locator(".said .chip").first.click()
    assert _bare("".join(page.locator("mark").all_inner_texts())) == _bare(PARAGRAPH.quote)
    page.get_by_text("会話に戻る").click()
    expect(page.locator("kotae-answer")).to_be_visible()
