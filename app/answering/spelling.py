"""A question as it was meant: slips of the keyboard in Latin words, and Japanese words typed in kana or as a homophone.

Both searches fail on them: a word that is not in the index finds nothing, and the embedder reads it in pieces.
"""

# ruff: noqa: E501 - a row of a table stays one line

import re
from collections.abc import Callable, Iterator

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"(?<![A-Za-z0-9@./_'-])[a-z]{5,20}(?![a-z0-9@./_'-])")
_INFLECTED = re.compile(r"(?:e?s|e?d|ing|ly|er)$")
_ENDINGS = ("", "s", "e", "es", "ed", "ing")

# Words of shops and their customers; none is the beginning or end of another ordinary word in kana.
_READINGS = """
へんぴん 返品|へんきん 返金|こうかん 交換|はいたつ 配達|さいはいたつ 再配達|はいそう 配送|はっそう 発送|しゅっか 出荷|そうりょう 送料|てすうりょう 手数料|りょうきん 料金
にもつ 荷物|ちゅうもん 注文|よやく 予約|しはらい 支払い|しはらう 支払う|しはらえ 支払え|ぶんかつばらい 分割払い|りぼばらい リボ払い|いっかつばらい 一括払い|あとばらい 後払い
まえばらい 前払い|だいひき 代引き|だいびき 代引き|ふりこみ 振込|ひきおとし 引き落とし|りょうしゅうしょ 領収書|りょうしゅうしょう 領収証|せいきゅうしょ 請求書|めいさい 明細
ほしょうしょ 保証書|ほしょうきかん 保証期間|ほしょう 保証|しゅうり 修理|こしょう 故障|ふりょうひん 不良品|てんけん 点検|ぶひん 部品|でんげん 電源|でんち 電池|じゅうでん 充電
かいいん 会員|とうろく 登録|たいかい 退会|かいやく 解約|とりけし 取り消し|へんこう 変更|じゅうしょ 住所|なまえ 名前|でんわばんごう 電話番号|でんわ 電話|めいぎ 名義
ばんごう 番号|あんしょうばんごう 暗証番号|にんしょう 認証|だんかい 段階|せってい 設定|きげん 期限|ゆうこうきげん 有効期限|わりびき 割引|ねびき 値引き|せっち 設置
そうじ 掃除|せんたくき 洗濯機|せんたく 洗濯|かんそう 乾燥|はいすい 排水|みずもれ 水漏れ|ざいこ 在庫|ひきとり 引き取り|したどり 下取り|かいとり 買い取り|こうじ 工事
えいぎょうじかん 営業時間|うけつけ 受付|といあわせ 問い合わせ|もうしこみ 申し込み|てつづき 手続き|りれき 履歴|めんきょしょう 免許証|ていでん 停電|なんねん 何年|なんにち 何日
きゃんせる キャンセル|ぽいんと ポイント|ろぐいん ログイン|あかうんと アカウント|ぱすわーど パスワード|めーる メール|こんびに コンビニ|ぷらん プラン|あぷり アプリ|えらー エラー
かーど カード|くーぽん クーポン|ふぃるたー フィルター|ひーたー ヒーター|ばってりー バッテリー|けーぶる ケーブル|りもこん リモコン|せーる セール|さぽーと サポート|ぎふと ギフト|きゃんぺーん キャンペーン
保障書 保証書|補償書 保証書|保障期間 保証期間|補償期間 保証期間|領収所 領収書|請求所 請求書|送量 送料|再発達 再配達
"""
_MEANT = dict(pair.split(" ") for line in _READINGS.strip().splitlines() for pair in line.split("|"))
_LONGEST = 300  # characters of a question whose Latin words are looked at: a longer one has enough right ones
_SHORT = 4  # letters up to which a word in kana must stand apart from other hiragana, but for a particle before it
_TYPED = re.compile(
    "|".join(
        f"(?<![ぁ-ゖ]){typed}" if len(typed) <= _SHORT and "ぁ" <= typed[0] <= "ゖ" else typed
        for typed in sorted(_MEANT, key=len, reverse=True)
    )
)


def respelt(question: str, frequency: Callable[[str], int], pieces: Callable[[str], int]) -> str:
    """`question` with the words it misspells put right.

    `frequency` tells in how many chunks a folded term occurs, `pieces` into how many the embedder breaks a word: fewer,
    the commoner the word. A Latin word of small letters that is nowhere in the index gives way to the most frequent one
    that is one slip away, begins and ends alike, and is commoner; a name, or a right word of another trade, stays.
    """
    meant = _TYPED.sub(lambda found: _MEANT[found[0]], question)
    if len(meant) > _LONGEST:
        return meant
    return _WORD.sub(lambda found: _corrected(found[0], frequency, pieces), meant)


def _corrected(word: str, frequency: Callable[[str], int], pieces: Callable[[str], int]) -> str:
    stem = _INFLECTED.sub("", word)
    if any(frequency(form) for form in (word, f"{word}s", *(stem + ending for ending in _ENDINGS))):
        return word
    known = {near for near in _one_slip_away(word) if frequency(near)}
    best = max(sorted(known), key=frequency, default=word)
    return best if known and pieces(best) < pieces(word) else word


def _one_slip_away(word: str) -> Iterator[str]:
    """A letter added, mistaken or left out, or neighbours swapped (Damerau 1964); first and last letter kept."""
    for n in range(1, len(word)):
        before, after = word[:n], word[n:]
        yield from (before + letter + after for letter in _LETTERS)
        if len(after) > 1:
            yield from (before + letter + after[1:] for letter in _LETTERS)
            yield before + after[1:]
        if len(after) > 2:
            yield before + after[1] + after[0] + after[2:]
