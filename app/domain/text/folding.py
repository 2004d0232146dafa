"""The search side of text: forms that mean the same are folded into one, beyond what NFKC does."""

import re
import unicodedata

from app.domain.text.normalisation import normalise

# Pairs of (old or variant form, form in use): the old forms of the jōyō kanji, variants met in names and places, forms
# that differ between JIS editions, and radicals that PDF readers put in place of kanji. Only pairs that are one word.
_KANJI_PAIRS = (
    "亞亜惡悪壓圧圍囲爲為醫医壹壱稻稲飮飲隱隠營営榮栄衞衛驛駅悅悦圓円鹽塩緣縁艷艶應応歐欧毆殴櫻桜奧奥橫横溫温穩穏假仮價価"
    "畫画會会壞壊懷懐繪絵擴拡殼殻覺覚學学嶽岳樂楽勸勧卷巻寬寛歡歓罐缶觀観關関陷陥巖巌顏顔歸帰氣気龜亀僞偽戲戯犧犠舊旧據拠"
    "擧挙峽峡挾挟狹狭鄕郷曉暁區区驅駆勳勲薰薫徑径惠恵溪渓經経繼継莖茎螢蛍輕軽鷄鶏藝芸缺欠儉倹劍剣圈圏檢検權権獻献縣県險険"
    "顯顕驗験嚴厳效効廣広恆恒鑛鉱號号國国黑黒濟済碎砕齋斎劑剤雜雑參参慘惨棧桟蠶蚕贊賛殘残絲糸齒歯兒児辭辞濕湿實実舍舎寫写"
    "釋釈壽寿收収從従澁渋獸獣縱縦肅粛處処敍叙奬奨將将燒焼稱称證証乘乗剩剰壤壌孃嬢條条淨浄疊畳穰穣讓譲釀醸囑嘱觸触寢寝愼慎"
    "晉晋眞真盡尽圖図粹粋醉酔隨随髓髄數数樞枢瀨瀬淸清靑青聲声靜静齊斉竊窃攝摂專専戰戦淺浅潛潜纖繊踐践錢銭禪禅曾曽雙双壯壮"
    "搜捜插挿爭争總総聰聡莊荘裝装騷騒增増臟臓藏蔵屬属續続墮堕體体對対帶帯滯滞臺台瀧滝擇択澤沢單単擔担膽胆團団彈弾斷断癡痴"
    "遲遅晝昼蟲虫鑄鋳廳庁聽聴鎭鎮遞逓鐵鉄轉転點点傳伝黨党盜盗燈灯當当鬭闘德徳獨独讀読屆届貳弐腦脳霸覇廢廃拜拝賣売麥麦發発"
    "髮髪拔抜蠻蛮祕秘濱浜甁瓶拂払佛仏倂併竝並變変邊辺辨弁瓣弁辯弁舖舗寶宝豐豊沒没飜翻槇槙萬万滿満默黙彌弥譯訳藥薬與与豫予"
    "餘余譽誉搖揺樣様謠謡遙遥來来賴頼亂乱覽覧龍竜兩両獵猟綠緑壘塁勵励禮礼隸隷靈霊齡齢曆暦歷歴戀恋爐炉勞労樓楼郞郎祿禄亙亘"
    "灣湾瑤瑶堯尭巢巣每毎步歩壻婿鬪闘卽即旣既敎教强強戶戸內内吳呉"
    "髙高﨑崎嵜崎𠮷吉邉辺嶋島嶌島濵浜桒桑冨富舘館峯峰昻昂閒間舩船栁柳鴎鷗篭籠檜桧"
    "塡填頰頬剝剥噓嘘瘦痩摑掴醬醤蠟蝋麴麹禱祷焰焔顚顛鹼鹸囊嚢搔掻軀躯俠侠"
    "附付廻回聯連註注"
    "⻑長⻄西⻝食⻘青⻩黄⻲亀⺠民⻤鬼⻭歯⻨麦⻁虎"
)
_CHARACTERS: dict[str, str] = {
    **dict(zip(_KANJI_PAIRS[::2], _KANJI_PAIRS[1::2], strict=True)),
    **dict.fromkeys("‐‑‒–—―−─━﹣－", "-"),
    **dict.fromkeys("〜～∼∿˜", "~"),
    **dict.fromkeys("‘’‚‛′＇", "'"),
    **dict.fromkeys("“”„‟″〝〟＂", '"'),
    **dict.fromkeys("•∙⋅", "・"),
    **dict(zip("ヰヱヂヅヶヵ", "イエジズケカ", strict=True)),
}
_CHARACTER = re.compile(f"[{''.join(map(re.escape, _CHARACTERS))}]")  # on ordinary text faster than str.translate

_VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LONG_MARK_AS_DASH = re.compile(r"(?<=[0-9a-z])ー(?=[0-9a-z])")
_COUNTED_MONTHS = re.compile(r"(?<=[0-9一二三四五六七八九十百千何数])[ヶヵケカ箇個](?=[月所国年条])")
_V_SOUNDS = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴュ": "ビュ", "ヴ": "ブ"}
_W_SOUNDS = {"ウィ": "ウイ", "ウェ": "ウエ", "ウォ": "ウオ"}
_SOUNDS = {**_V_SOUNDS, **_W_SOUNDS}
_SOUND = re.compile("ヴ[ァィェォュ]?|ウ[ィェォ]")
# サーバー/サーバ, ユーザー/ユーザ. Three letters and fewer keep theirs: エラー is not エラ, カバー not カバ.
_FINAL_LONG_MARK = re.compile(r"(?<=[ァ-ヺー]{3})ー+(?![ァ-ヺー])")

# Okurigana that writers put or leave out, and words written in kanji or in kana: one spelling each.
_SPELLINGS = {
    "問い?合わ?せ": "問合せ",
    "申し?込み?": "申込",
    "取り?扱い?": "取扱",
    "取り?消し?": "取消",
    "取り?付け?": "取付",
    "取り?外し?": "取外",
    "(?:取り?替え|取り?換え)": "取替え",
    "払い?戻し?": "払戻",
    "支払い?": "支払",
    "後払い?": "後払",
    "引き?落と?し": "引落し",
    "引き?取り?": "引取",
    "引き?換え?": "引換",
    "受け?取り?": "受取",
    "受け?付け?": "受付",
    "振り?込み?": "振込",
    "振り?替え?": "振替",
    "組み?立て?": "組立",
    "買い?替え": "買替え",
    "買い?換え": "買替え",
    "貸し?出し?": "貸出",
    "持ち?込み?": "持込",
    "締め?切り?": "締切",
    "割り?引き?": "割引",
    "割り?増し?": "割増",
    "見積も?り?": "見積",
    "手続き?": "手続",
    "組み?合わ?せ": "組合せ",
    "下さい": "ください",
    "出来(?=[るなてたずまれ])": "でき",
    "頂(?=[いかきくけ])": "いただ",
    "致し": "いたし",
    "又は": "または",
    "及び": "および",
    "但し": "ただし",
    "既に": "すでに",
    "全て": "すべて",
    "予め": "あらかじめ",
    "(?<=お客)さま": "様",
}
_SPELLING_STARTS = "問申取払支後引受振組買貸持締割見手下出頂致又及但既全予さ"  # spares the alternatives elsewhere
_SPELLING = re.compile(
    f"(?=[{_SPELLING_STARTS}])(?:" + "|".join(f"(?P<s{n}>{pattern})" for n, pattern in enumerate(_SPELLINGS)) + ")"
)
_SPELLING_VALUES = tuple(_SPELLINGS.values())

_CODE = re.compile(r"(?<![a-z0-9])([a-z]{1,4})(?:-| (?=0\d))?(\d{1,5}[a-z]{0,2})(?![a-z0-9])")


def fold(text: str) -> str:
    """The form in which two texts are compared by search; never shown, and of another length than `text`.

    Folded: what `normalise` folds (full and half width, ligatures, invisible characters); case; old and variant kanji
    (圓 國 髙 﨑 邉 𠮷); dashes (− – — ‐, and ー between digits or Latin letters) to "-"; wave dashes to "~"; curly
    quotes; ヴァ ヴィ … to バ ビ …, ウィ to ウイ, ヂ ヅ to ジ ズ; the long mark at the end of a katakana word of four
    letters or more (サーバー, サーバ); ヶ ヵ 箇 after a number (3ヶ月, 3か月); common spellings with and without
    okurigana or kanji (問い合わせ, 問合せ; 下さい, ください). Forms that are different names stay apart (斉藤, 斎藤).

    Not folded: the hyphen of a product code. "E-02" and "E02" may be two codes of two products; `product_codes` gives
    the form in which they meet.
    """
    folded = unicodedata.normalize("NFKC", normalise(text).text.casefold())
    folded = _VARIATION_SELECTOR.sub("", folded)
    folded = _COUNTED_MONTHS.sub("か", folded)
    folded = _CHARACTER.sub(lambda found: _CHARACTERS[found[0]], folded)
    folded = _LONG_MARK_AS_DASH.sub("-", folded)
    folded = _SOUND.sub(lambda found: _SOUNDS[found[0]], folded)
    folded = _FINAL_LONG_MARK.sub("", folded)
    return _SPELLING.sub(_one_spelling, folded)


def fold_characters(normalised: str) -> str:
    """One for one, so that offsets hold: variant kanji (髙 﨑), dashes, wave dashes and quotes of a normalised text.

    The long mark between digits or Latin letters is a dash; case and spelling stay.
    """
    folded = _CHARACTER.sub(lambda found: _CHARACTERS[found[0]], normalised)
    return _LONG_MARK_AS_DASH.sub("-", folded)


def product_codes(folded: str) -> tuple[str, ...]:
    """The codes in a folded text, in order, without hyphen or space: "aw-80", "aw80" → "aw80"; "e-02", "e 02" → "e02".

    A space joins only before a zero ("e 02"): "in 5 days" holds no code.
    """
    return tuple(letters + digits for letters, digits in _CODE.findall(folded))


def _one_spelling(found: re.Match[str]) -> str:
    return _SPELLING_VALUES[int((found.lastgroup or "s0")[1:])]
