"""Named things: product and error codes, telephone numbers, addresses, and words that only a name is written as."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re

from app.domain.facts.plain import is_japanese

_CODE = re.compile(
    r"(?:https?://|www\.)[\w./%#?=&-]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\d-])\d{2,5}-\d{1,4}-\d{3,4}(?![\d-])|(?<![\d.])\d+\.\d+\.\d+(?![\d.])"
    r"|(?<![A-Za-z0-9])[A-Z][A-Za-z]{0,5}-?\d+(?:[A-Za-z]{1,3}\d*)?(?:-[A-Z0-9]+)*(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])[A-Z]{1,4}-[A-Z]{1,3}\d*(?![A-Za-z0-9])"
)
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}(?:・[ァ-ヺー]{2,})*")
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z]+(?:[&'.-][A-Za-z]+)*")
_CAPITALISED = re.compile(
    r"(?<![.!?:;\"'(] )(?<![\w'-])(?<!^)[A-Z][A-Za-z]*[a-z][A-Za-z]*(?:[&'-][A-Za-z]+)*|(?<![\w-])[A-Z]{2,}s?(?![\w])"
)
# Words in capitals or Latin letters that name nothing of the shop's.
_ORDINARY = frozenset(
    "faq ok web pdf id url qr tv pc ai usb e-mail email mail app sms line ng no yes am pm jst sos diy csv html json ui lan wi-fi wifi "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sept sep oct nov dec "
    "japan japanese english please yen jpy usd the customer customers our you your we article note "
    "kg mm cm km kw kwh wh hz gb mb mah ml ac dc led cpu gps vpn www http https support internet not".split()
)

_LOANWORDS = frozenset(
    "キャンセル メール サイト ページ ボタン サービス サポート チャット ログイン ログアウト パスワード アカウント メニュ リンク クリック タップ アプリ "
    "スマートフォン スマホ パソコン ウェブ オンライン ネット インターネット セット チェック リセット スイッチ オン オフ エラー エラ コード サイズ タイプ "
    "モデル シリーズ シリーズ ケース カスタマ センタ コールセンタ フロント スタッフ オペレータ スタート ストップ テスト データ ファイル ダウンロード アップロード "
    "インストール アップデート バージョン プラン コース コスト レシート スケジュール オーダ カード ポイント クーポン ショップ ストア ユーザ メンバ "
    "ゼロ ワン トラブル ルール マーク ランプ ライト カバ ドア コンセント プラグ ケーブル バッテリ フリーダイヤル リスト フォーム タイミング スムーズ "
    "ゴミ カ月 カ所 キロ センチ ミリ メートル グラム パーセント リットル ワット ペア グループ ペース プラス マイナス ベスト シーズン マイページ トップ ホーム "
    "キー ロック リモコン モード レベル タイマ ホテル ルーム ドライバ チケット サンプル タブ パネル".split()
)


def codes(cased: str) -> list[tuple[int, int, str]]:
    """(start, end, code) of `cased` (normalised, case kept); a code is lower case without hyphens and spaces."""
    return [(found.start(), found.end(), _key(found[0])) for found in _CODE.finditer(cased)]


def _key(text: str) -> str:
    return text.rstrip(".").lower().replace("-", "")


def latin_names(cased: str) -> list[str]:
    """Words that look like names: any Latin word inside Japanese; in English, a capital inside a sentence."""
    pattern = _LATIN if is_japanese(cased) else _CAPITALISED
    without_codes = _CODE.sub(" ", cased)
    return [word for word in pattern.findall(without_codes) if word.lower() not in _ORDINARY]


def katakana_words(text: str) -> list[str]:
    return [part for word in _KATAKANA.findall(text) for part in word.split("・")]


def generic_loanword(word: str) -> bool:
    """Katakana that names a thing of every help centre, and may stand for a Japanese word of the source."""
    return word in _LOANWORDS
