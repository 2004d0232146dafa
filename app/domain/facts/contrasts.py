"""Sets of words of which only one can be true of a thing: 無料／有料, before/after, gold/silver, we pay/you pay."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from functools import lru_cache

_SETS: dict[str, dict[str, str]] = {
    "cost": {
        "free": r"無料|無償|(?:料|料金|費用|費|手数料|送料|代金?|お金)(?:等)?(?:は|も|が)?(?:一切)?(?:かか(?:らない|らず|りません|らなく)|不要|いただ(?:きません|いておりません)|頂(?:きません|いていません)|発生しません|必要ありません)"
        r"|(?:費用|料金|手数料|追加料金|お金|代金)(?:の負担)?(?:なし|無し)(?=で|に|。|、|$)|(?:料|料金|費用|手数料|代金?|お金)がかかる(?:心配|こと)は?(?:ありません|ない|ございません)|(?<!not )(?<!n\'t )\bfree(?: of charge)?\b(?! (?:from|to)\b(?! (?:¥|\d|jpy)))|\bno (?:extra |additional |further |delivery |shipping )*(?:charge|fee|cost)s?\b|\bwithout (?:any |extra |additional )*(?:charge|fee|cost)s?\b|\bcosts? nothing\b|\b(?:not|n\'t|never)(?: have to)? pay anything\b|\bwithout (?:having to pay|paying)\b|\bcomplimentary\b|\bwaived?\b|\b(?:not|n't|never) (?:be )?charged?\b",
        "paid": r"有料|有償|(?:料|料金|費用|費|手数料|送料|代金?)(?:等)?(?:は|も|が)?(?:別途)?(?:かか(?:る(?!こと(?:は|も)?(?:ない|あり))|り(?!ませ))|必要(?!ありません|ない)|発生し(?:ます|た)|いただ(?:きます|いており))|\bnot free\b|\b(?:is|are|be) charged?\b|\bfees? (?:will )?appl(?:y|ies)\b|\bfor a fee\b|\bfor an? (?:extra|additional)\b|\bsurcharge\b",
    },
    "payer": {
        "us": r"(?:当社|弊社|当店|小社|当方|メーカー?|販売店|当院|当館)(?:側)?(?:が|の|にて|で)?(?:全額)?(?:ご)?負担|着払|\bwe (?:will |shall |also )?(?:pay|cover|bear)\b|\b(?:at|on) (?:our|us|the company's|the seller's|the maker's)\b(?: expense| cost)?|\b(?:paid|covered|borne) by (?:us|the (?:shop|store|company|maker|seller|manufacturer))\b|\b(?:the )?(?:shop|company|store|seller|manufacturer) (?:pays|covers|bears)\b",
        "you": r"(?:お客様|購入者|顧客|利用者|ご本人|会員|契約者|受取人)(?:側)?(?:が|の|にて|で)?(?:全額)?(?:ご)?負担|自己負担|元払|\byou (?:will |must |have to |need to )?(?:pay|cover|bear)\b|\bat your (?:own )?(?:expense|cost)\b|\b(?:paid|covered|borne) by (?:you|the (?:customer|buyer|user|member))\b|\b(?:the )?(?:customer|buyer|member|user)s? (?:pays?|covers?|bears?|must pay)\b",
    },
    "seal": {
        "closed": r"未開封|開封(?:前|して(?:い)?ない|していません)|\bunopened\b|\bsealed\b|\bnot (?:been )?opened\b|\bunused\b|未使用",
        "opened": r"(?<!未)開封(?:済|後|した|して(?:しま|い(?:る|た|ます))|品)|\b(?<!not )(?<!not been )opened\b|使用済|\b(?<!un)used (?:goods|items|products)\b",
    },
    "need": {
        "needed": r"必要(?:です|で、|があります|がある|となります|になります|な(?=[^いくか]))|(?:なけれ|なくて|ない)(?:ばなりません|ばならない|はなりません|といけません|ばいけません)|必須|予約制|要予約|お持ちの(?:うえ|上)|(?:お持ち|ご持参|ご提示|ご用意)(?:くださ|いただ)|\b(?:is|are) (?:required|needed|necessary|mandatory|compulsory)\b|\b(?<!not )(?<!n't )(?:need|have|has) to\b|\bmust\b(?! not)|\bplease (?:bring|show|present)\b|\brequires?\b|\bneeds\b",
        "unneeded": r"不要|必要(?:は|が)?(?:ありません|ない|なく|ございません)|要りません|いりません|なくて(?:も)?(?:よい|いい|構|かま|大丈夫|問題|差し支|結構)|免除|(?:予約|手続|申請|登録|申込|確認|署名)(?:は|が)?(?:なし|無し|なく)(?=で|、|ご)|(?:予約|手続|申請|登録|申込)(?:が|を)?(?:なく|しなく)ても|(?:が|は)?なくても(?=[^。]{0,20}(?:使え|利用|受けられ|申し?込め|いただけ|承り))|任意|\b(?:no|without) (?:need|signature|registration|appointment|reservation)\b|\bnot? (?:required|needed|necessary|mandatory)\b|\b(?:not|n't) (?:need|have to|require)\b|\bexempt|\b(?:nobody|no one) (?:needs|has) to\b|\bwithout (?:applying|booking|any activation|an appointment)\b|\bno \w+ (?:is |are )?(?:needed|required|necessary)\b|\boptional\b|\bunnecessary\b",
    },
    "tax": {"in": r"税込|消費税(?:を)?込|\bincluding tax\b|\btax[- ](?:included|inclusive)\b|\btax incl", "out": r"税抜|税別|\bexcluding tax\b|\btax[- ](?:excluded|exclusive)\b|\bplus tax\b|\bbefore tax\b"},
    "half day": {"am": r"午前(?!\d)|\bmornings?\b", "pm": r"午後(?!\d)|\bafternoons?\b"},
    "order": {
        "before": r"(?<![以人名午食直])前(?=に|まで|の|は|であれば|なら|で|、|。)(?<!以前)|(?<![う以])前(?:もって)|\bbefore\b|\bprior to\b|\bin advance\b|\bbeforehand\b",
        "after": r"(?<![以午直最前今])後(?=に|の|は|であれば|なら|で|、|。|から|も)|てしまう?(?:と|った)|てしまえば|\bonce\b|\bafter\b|\bfollowing\b|\bafterwards\b",
    },
    "growth": {
        "more": r"引き?上げ|増(?:え|加|額|やす|やせ|やし)|上が(?:り|る)|値上げ|延長|\bincreas|\brais(?:e|es|ed|ing)\b|\bhigher\b|\blonger\b|\bextend",
        "less": r"引き?下げ|減(?:り|る|少|額|らす|らせ|らし)|下が(?:り|る)|値下げ|短縮|\bdecreas|\breduc(?:e|es|ed|ing|tion)\b|\blower(?:s|ed|ing)?\b|\bshorter\b|\bshorten",
    },
    "extreme": {
        "most": r"最大|最高|最長|上限|\bmaximum\b|\bat most\b|\blargest\b|\bhighest\b|\blatest\b",
        "least": r"最小|最低|最短|下限|\bminimum\b|\bat least\b|\bsmallest\b|\blowest\b|\bearliest\b",
    },
    "power": {"on": r"電源(?:を|が)(?:入|オン)|オンに|点け|\b(?:turn(?:s|ed|ing)?|switch(?:es|ed|ing)?|power(?:s|ed|ing)?)(?: \w+){0,3} on\b", "off": r"電源(?:を|が)(?:切|オフ|落と)|オフに|消灯し|\b(?:turn(?:s|ed|ing)?|switch(?:es|ed|ing)?|power(?:s|ed|ing)?)(?: \w+){0,3} off\b"},
    "lamp": {"lit": r"点灯|\blit\b|\blights? up\b|\bsteady\b|\bsolid\b", "blink": r"点滅|\bblink|\bflash(?:es|ing|ed)?\b", "dark": r"消灯|\bgoes out\b|\bunlit\b"},
    "colour": {
        "red": r"赤(?!字|外)|\bred\b", "blue": r"青|\bblue\b", "green": r"緑|\bgreen\b", "orange": r"橙|オレンジ|\borange\b|\bamber\b",
        "white": r"(?<!空)白(?!紙)|\bwhite\b", "yellow": r"黄色|\byellow\b", "black": r"黒|\bblack\b", "purple": r"紫(?!外)|\bpurple\b",
    },
    "side": {"left": r"左(?!右)|\bleft\b(?! (?:in|at|over|out|un|with|on))", "right": r"(?<!左)右|\bright(?:-hand)?\b(?! (?:to|of|away|now))"},
    "height": {"top": r"上部|上面|天面|\btop\b|\bupper\b", "bottom": r"下部|底面|\bbottom\b|\bunderneath\b|\blower\b"},
    "face": {"front": r"前面|正面|\bfront\b", "back": r"背面|裏面|\b(?:the|at) (?:back|rear)\b"},
    "place": {"home": r"国内|日本国内|\bdomestic\b|\bwithin japan\b|\bin japan\b", "abroad": r"海外|国外|\boverseas\b|\babroad\b|\binternational"},
    "party": {"person": r"個人(?!情報)|\bindividuals?\b|\bpersonal account", "company": r"法人|\bcorporate\b|\bbusiness (?:account|customer)s?\b|\bcompan(?:y|ies)\b(?= account| customer)"},
    "tier": {"gold": r"ゴールド|\bgold\b", "silver": r"シルバー?|\bsilver\b", "bronze": r"ブロンズ|\bbronze\b", "platinum": r"プラチナ|\bplatinum\b"},
    "pace": {"day": r"毎日|日ごと|\bdaily\b|\bevery day\b", "week": r"毎週|週ごと|\bweekly\b|\bevery week\b", "month": r"毎月|月ごと|\bmonthly\b|\bevery month\b", "year": r"毎年|年ごと|\byearly\b|\bannual(?:ly)?\b|\bevery year\b"},
    "open": {"open": r"営業(?:し|いた)|開(?:館|店|い)て|\b(?:is|are|stays?|we're|remains?) open\b", "shut": r"休業|定休|休(?:館|み)|閉(?:館|店)(?![のま時前後])|\b(?:closed|shuts?)\b"},
    "payment": {"ahead": r"前払|先払|\bprepa(?:id|y|yment)\b|\bin advance\b", "later": r"後払|\bpay later\b|\bpostpa(?:id|y)\b|\bin arrears\b"},
    "lock": {"locked": r"(?<!解除)ロックされ|施錠|\b(?<!un)lock(?:ed|s)?\b", "unlocked": r"ロックが?(?:を)?解除|解錠|\bunlock"},
    "wash": {"hot": r"お湯|温水|熱湯|\bhot water\b|\bwarm water\b", "cold": r"冷水|水道水|常温の水|\bcold water\b"},
    "weather": {"wet": r"濡らし|水洗い(?:でき|し)|\bwet\b|\bdamp\b", "dry": r"乾い|乾燥させ|\bdry\b"},
    "age": {"new": r"新品|新しい|\bnew\b", "old": r"中古|古い|旧型|\bsecond-hand\b|\bold\b"},
    "refund": {"full": r"全額|\bfull(?:y)?\b(?= refund| amount| price|\b)", "part": r"一部(?=を?返)|半額|\bpartial(?:ly)?\b|\bhalf\b"},
    "size": {"large": r"大型|大きい|\blarge\b|\bbulky\b", "small": r"小型|小さい|\bsmall\b"},
    "rule": {"allow": r"許可|\ballow(?:s|ed)?\b|\bpermit", "forbid": r"禁止|\bprohibit|\bforbid|\bban(?:s|ned)?\b"},
    "include": {"with": r"含(?:む|み|まれ(?:ます|る|て))|付属(?:し(?:ます|た|て(?:います|いる|おり))|さ|です)|同梱(?:さ|し)|(?<!not )(?<!n't )(?<!never )(?<!not be )\binclud(?:es|ed|ing|e)?\b|\bcomes with\b", "without": r"含(?:まず|まない|みません|まれません|まれない)|除[くきい]|別売|付属(?:し(?:ない|ません)|していません)|\bexclud|\bnot includ|\bsold separately\b|\bexcept\b|\bother than\b"},
    "keep": {"kept": r"引き継が|引き継ぎ|保存され|残り|残る|維持|\b(?:is|are|be) (?:kept|retained|preserved|saved)\b|\bkeeps?\b", "lost": r"失効|消滅|失われ|失い|消え|無効|なくな|削除され|\b(?:is|are|be) (?:lost|deleted|erased|forfeited|removed)\b|\blose\b|\bexpires?\b"},
    "when": {"same day": r"当日(?!中)|即日|即時|すぐに|直ちに|\bthe same day\b|\bimmediately\b|\bat once\b|\bright away\b|\bstraight away\b", "next day": r"翌(?:営業)?日|\bnext (?:business |working )?day\b|\bthe following day\b|\bday after\b", "next month": r"(?<!翌)翌月|来月|次の月|\bnext month\b|\bfollowing month\b", "month after next": r"翌々月", "this month": r"当月|今月|\bthis month\b"},
    "union": {"together": r"併用(?:でき(?:ます|る)|可)|一緒に(?:使え|お?使い(?:でき|いただけ)|ご?利用(?:でき|いただけ))|合算でき(?:ます|る)|\b(?:can|may) (?:also )?be (?:combined|used together|merged|mixed|split)\b|\b(?:can|may) (?:combine|merge|mix|split)\b", "apart": r"併用(?:でき(?:ません|ない)|不可)|合算(?:は|も)?でき(?:ません|ない)|\b(?:cannot|can't|can not|may not|must not) be (?:combined|used together|merged|mixed|split)\b|\b(?:cannot|can't|may not) (?:combine|merge|mix|split)\b"},
    "trouble": {"none": r"(?:問題|支障|心配)(?:は|も|が)?(?:ありません|ない|なく|ございません)", "some": r"(?:問題|支障)(?:が|も)(?:あり|ある|生じ|出|ござい)(?!ません)(?!ない)"},
    "limit": {"limited": r"(?:有効|保存)?(?:期限|期間|時間)(?:は|が)[^。、]{0,16}\d|\d[^。、]{0,6}(?:で|に|後に|経つと|たつと)(?:失効|期限切れ|無効|消滅)|有効(?:期間|時間|期限)|\bvalid (?:for|until)\b|(?<!not )(?<!n't )(?<!never )\bexpires?\b", "unlimited": r"(?:期限|期間の制限|時間の制限)(?:は|が|も)?(?:ありません|ない|なし|なく|ございません|設けて(?:い|お)(?:ない|ません|りません))|無期限|失効(?:しません|することはありません)|\b(?:not|n't|never) (?:\w+ )?expire|\bno (?:expiry|expiration|deadline|time limit)|\bfor ever\b|\bforever\b"},
    "parity": {"even": r"偶数|\beven\b(?= months| days| weeks| numbers)", "odd": r"奇数|\bodd\b(?= months| days| weeks| numbers)"},
    "way": {"in person": r"店頭|店舗|窓口|来店|\bin[- ](?:store|person)\b|\bat the counter\b", "online": r"オンライン|ネット|ウェブ|\bonline\b|\bon the website\b"},
    "notice": {"told": r"事前に(?:通知|お?知らせ|連絡)|通知したうえ|通知の(?:上|うえ|後)|お知らせ(?:した|の)(?:うえ|あと|後)|\b(?:with|after|by|give|giving) (?:prior |advance |written )?(?:notice|warning)\b", "untold": r"予告な[しく]|(?:通知|お?知らせ|連絡)(?:なし|なく)|\bwithout (?:any |prior |advance |further )*(?:notice|warning)\b"},
    "mode": {"auto": r"自動(?!車|販)|\bautomatic", "manual": r"手動|\bmanual(?:ly)?\b(?! (?:for|says))|\bby hand\b"},
}  # fmt: skip
_COMPILED = {name: {word: re.compile(pattern) for word, pattern in words.items()} for name, words in _SETS.items()}
_ANY = {name: re.compile("|".join(f"(?:{pattern})" for pattern in words.values())) for name, words in _SETS.items()}


@lru_cache(maxsize=4096)
def contrasts(text: str) -> dict[str, frozenset[str]]:
    """Set -> which of its words `text` (plain) uses; sets it does not touch are left out."""
    said = {}
    for name, words in _COMPILED.items():
        if _ANY[name].search(text):
            said[name] = frozenset(word for word, pattern in words.items() if pattern.search(text))
    return said


def masked(text: str, names: frozenset[str]) -> str:
    """`text` without the words of these sets: what is left holds the negations that are no part of them."""
    for name in names:
        text = _ANY[name].sub("◇", text)
    return text
