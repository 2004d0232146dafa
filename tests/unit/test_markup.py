"""Text for pages that are not ours, which render Markdown and HTML."""

import pytest

from app.web.completions.reply import Reply, whole_reply
from app.web.markup import harmless
from tests.builders import citation, document, outcome


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("![x](https://evil.example/?q=1) です", "[x](https://evil.example/?q=1) です"),
        ("<img src=https://evil.example/a.png onerror=alert(1)>返品", "返品"),
        ("<script>alert(1)</script>返品", "返品"),
        ("<b>14日</b>以内", "14日以内"),
        ("<iframe src='//evil.example'></iframe>送料", "送料"),
        ("<svg onload=alert(1)>", ""),
        ("[ここ](javascript:alert(1))", "[ここ]"),
        ("[ここ](data:text/html;base64,AAAA)", "[ここ]"),
        ("[ここ](//evil.example/a)", "[ここ]"),
        ("![][1]", "[][1]"),
    ],
)
def test_what_would_be_fetched_or_run_is_taken_out(given: str, left: str) -> None:
    assert harmless(given) == left


@pytest.mark.parametrize(
    "ordinary",
    [
        "未開封の商品は14日以内に返品できます。",
        "AT&T: 1 < 2 and 3 > 2",
        "[返品](https://aoba.example/returns)をご覧ください。",
        "<注文番号>を入力",
        "寸法は60×55×180 [cm]です!",
    ],
)
def test_words_stay_as_they_are(ordinary: str) -> None:
    assert harmless(ordinary) == ordinary


def test_what_only_looks_like_a_tag_is_kept() -> None:
    assert harmless("Type <your name> here<br>") == "Type &lt;your name&gt; here"


def test_a_completion_carries_no_markup_of_an_article() -> None:
    article = document(
        text="返品は<img src=//evil.example>![x](//evil.example/a)14日以内です。", title="<b>返品</b>について"
    )
    reply = whole_reply(outcome(citations=(citation(1, article),)), "http://here/")
    assert "evil.example" not in reply.text
    assert "<b>" not in reply.text
    [noted] = reply.annotations(outcome(citations=(citation(1, article),)))
    place = noted["url_citation"]
    assert reply.text[place["start_index"] : place["end_index"]] == "返品は[x]14日以内です。"
    assert Reply("http://here/").text == ""
