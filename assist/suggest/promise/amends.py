"""What is promised in money: everything back, a part, a coupon, a multiple?"""

import re
from collections.abc import Iterator

from assist.domain.promise import PromiseKind

from .money import Sum, multiples_in, sums_in
from .scene import Found, Scene, hint
from .spoken import spoken

_ALL = spoken(
    r"全额(?:[给帮为]?[您你])?(?:原路|直接)?(?:退|赔|返|补偿)(?:款|还|付|给)?|退(?:[您你]|给[您你]|还)?(?:一?个?)?全[款额]"
    r"|全[款额](?:[给帮为][您你])?(?:退|返|赔)"
    r"|全(?:部|都)?(?:[给帮为][您你])?(?:退(?!回(?!给|[您你]|款))|赔|返)(?!货|换)|(?:一分(?:钱)?不[少差]|全数|足额|百分百|100%|整单|整笔"
    r"|所有)[^,]{0,8}(?:退|返|赔)(?!货|换)"
    r"|[钱款](?:都|全|全部)(?:[给帮为][您你])?(?:退|返)(?:回|还)?|退(?:给?[您你])?(?:全部|所有|整单)(?:的?钱|金额)?|多少[^,]{0,8}(?:退|还)[您你]?多少"
    r"|多少钱?[^,]{0,8}多少钱?(?:给[您你])?退|(?:付|花|掏|买|收)了?(?:[您你我]们?)?(?:多少|几块)[^,]{0,12}(?:退|返|赔|打回)(?:回"
    r"|还)?(?:给)?[您你]?(?:多少|几块)|免单|(?:[这整本]|这一)[单笔箱][^,]{0,3}算我(?:们)?(?:的|请)|退[^,]{0,4}整单|一分钱?(?:都|也)?不[要收][您你]"
    r"|原价(?:给[您你])?(?:退|返|赔)|(?:整个儿?|整箱|整份|通通|统统|一并|一次性)[^,]{0,6}(?:退|返)(?!货|换)"
    r"|(?:一分(?:钱)?|一毛|分文)(?:都|也)?(?:不[少差落]|不会少)[^,]{0,10}(?:退|返|赔|打回|转回|还给|给[您你]|到)|(?:整单|整笔|全[额款数部]|所有的?钱"
    r"|(?<!完)(?<!安)全)(?:都|给[您你]|帮[您你])?(?:打|转|原路)(?:回|返|还)"
    r"|退(?:个)?(?:全|满)(?=$|[哦哈的呢啦吧给])|把?[钱款](?:都"
    r"|全)[^,]{0,6}退|\b(?:return|pay|give|send)(?:ing)?\b[^,]{0,14}?\b(?:full|whole|entire) (?:amount|price|sum)\b"
    r"|(?:都|全)(?:给[您你])?退给?[您你]"
    r"|\brefund(?:ing|ed)?\b[^,]{0,24}?(?:\bin full\b|\bthe (?:full|whole|entire|total)\b|\beverything\b|\b100 ?%"
    r"|\ball of\b|\bevery\b)|\bfull(?:y)? refund(?:ed)?\b|\b(?:all|every bit|100 ?%) (?:of )?(?:your|the) money\b"
    r"|\b(?:whole|entire|full) (?:order|amount|price|sum)\b(?=[^,]{0,14}\b(?:back|refunded)\b)"
    r"|\bmoney back in full\b|\bevery (?:\w+ )?(?:cent|penny|yuan|dime|bit)\b|\bcomplete refund\b"
    r"|\brefund (?:\w+ )?(?:the |your )?(?:order|purchase)\b(?! (?:will|takes|status))|\byour money back\b"
    r"|\beverything you(?:'ve)? (?:paid|spent)\b|\bwhat(?:ever)? you(?:'ve)? (?:paid|spent)\b(?![^,]{0,20}\b(?:has"
    r"|have|was|is) be)|\ball (?:of )?it back\b"
    r"|\b(?:order|box|this one|it)(?:'s| is) (?:on us|free of charge|free)\b|\bwon't (?:have to )?pay (?:a (?:cent"
    r"|thing|penny)|anything)\b|\bback to you in full\b|\bthe lot\b"
)
_EN_DOES = spoken(
    r"\b(?:will|i'll|we'll|you'll|give|giving|issue|issuing|refund everything|get|gets|offer|arrange"
    r"|process(?:ing)?|refunding|i'm|here's|receive|entitled|can have|let me|happy to|going to|i've|we've|we|i|back"
    r"|refunded|have it|consider it)\b"
)
_GIVES = spoken(
    r"退|赔|补(?!货|发)|返|偿|[转打]给?[您你]|[打转]回|到[您你](?:的)?(?:账|卡|微信|支付宝)|包个?红包|加[您你]|抹|免(?!费)|让利?(?=[您你]|$)|掏|承担|意思(?:一下"
    r"|意思)|弥补|充(?!足|分)|贴(?!心|纸)|(?:少|减|优惠|便宜)(?:给)?[您你]?|给[您你]"
    r"|\brefund\b|\bgiv(?:e|ing)\b|\bpay\b|\bsend\b|\bcompensat\w*|\breturn\b|\bcredit\b|\boffer\b|\breimburse\b"
    r"|\bback\b|\boff\b|\btake\b|\bknock\b|\bcoupon\b|\bvoucher\b|\bput\b|\btransfer\w*\b|\bwire\b|\bdeduct\w*\b"
    r"|\bdiscount\w*\b|\bget\b"
)
_PAYS_BACK = spoken(
    r"退|赔|补|返|偿|\brefund|\bback\b|\bpay|\bcompensat|\bgiv(?:e|ing)|\boff\b|\breturn|\breimburse|\bmoney\b"
)
_COUPON = spoken(r"券|红包|无门槛|抵扣|抵用|\bcoupon|\bvoucher|\bgift card|\bstore credit")
_NO_GIFT = spoken(
    r"(?:满|每|售价|原价|单价|现价|定价|价格|卖|付了?|花了?|实付|运费|邮费|押金|保险|运费险|起送|[箱斤份盒](?![^,]{0,2}按)|减|才|只要|一共|总共|订单|合计|上限|最高|最多"
    r"|不超过)[^,退赔补返]{0,3}$"
    r"|\b(?:from|over|above|costs?|is|was|price|paid|of up to|fee)(?: of| over)? ?(?:only |about )?$"
)
_NO_GIFT_AFTER = spoken(
    r"^(?:一|/|每)(?:[箱斤份盒个只把袋条瓶罐包件串根]|公斤)|^(?:以[上内]|起)|^(?:的)?(?:门槛|运费|邮费|单子|订单)"
    r"|^ (?:shipping|fee|order|a box|per)"
)
_DEAL = spoken(r"满 ?\d+ ?元?(?:减(?P<off>\d+))?")
_SENDS = spoken(r"[送赠发补]")
_INSURED = spoken(r"运费险|保险公司|\binsur")
_FRESH_PART = spoken(r"新鲜|甜度|成熟|水分|含量|熟|库存")
_HINT = hint(
    "退赔返补偿倍番券红元块毛角折成%减免转打¥￥掏算整分",
    "refund money full whole entire total all every everything back cent penny 100"
    " double twice triple treble times fold x"
    " free paid spent pay lot yuan rmb cny kuai bucks ¥ half percent %",
)
_AT_ONCE = 8
_NEAR_BEFORE, _NEAR_AFTER, _EN_NEAR = 16, 10, 30


def amends_in(scene: Scene) -> Iterator[Found]:
    """Yield what the clause promises to give back; on a real condition none, but for multiples."""
    if not scene.may_say(_HINT):
        return
    multiples = [one for one in _multiples(scene) if _paid_back(scene, one)]
    for one in multiples:
        if scene.ours(one.begin, one.end):
            yield Found(PromiseKind.compensation, one.begin, one.end, percent=one.percent, certain=scene.sure)
    # How it is said is asked last: most clauses with such a character name no amount.
    if not (_ALL.search(scene.said) or "满" in scene.said or next(sums_in(scene.said, scene.begin), None)):
        return
    if scene.conditional or _INSURED.search(scene.said) or (scene.manner.unsure and not scene.sure):
        return
    yield from _everything(scene)
    if not multiples:
        yield from _sums(scene)


def _multiples(scene: Scene) -> Iterator[Sum]:
    """Yield multiples, of which the clause before may say the first half: 有一斤是假的, 我赔您十斤."""
    before = scene.clause.before
    first = "" if before is None else before.said + ","
    for one in multiples_in(first + scene.said, scene.begin - len(first)):
        if one.end > scene.begin:
            yield Sum(max(one.begin, scene.begin), one.end, percent=one.percent)


def _paid_back(scene: Scene, one: Sum) -> bool:
    first, last = one.begin - scene.begin, one.end - scene.begin
    before, after = (_EN_NEAR, _EN_NEAR) if scene.clause.english else (_NEAR_BEFORE, _NEAR_AFTER)
    near = scene.said[max(0, first - before) : last + after]
    return bool(_PAYS_BACK.search(near))


def _everything(scene: Scene) -> Iterator[Found]:
    for found in _ALL.finditer(scene.said):
        begin, end = scene.in_sentence(found.span())
        if scene.clause.english and not _EN_DOES.search(scene.said):
            continue
        if scene.ours(begin, end):
            yield Found(PromiseKind.full_refund, begin, end, certain=scene.sure)
            return


def _taken_off(scene: Scene, deal: re.Match[str]) -> Iterator[Found]:
    """Yield what a coupon is worth that takes off so much from so much: 送您一张满100减30的券."""
    begin, end = scene.in_sentence(deal.span())
    if deal["off"] and _COUPON.search(scene.said) and re.search(r"[送给补发]", scene.said) and scene.ours(begin, end):
        fen = int(deal["off"][:7]) * 100
        yield Found(PromiseKind.compensation, begin, end, amount_fen=fen, certain=scene.sure)


def _carried(scene: Scene) -> bool:
    """Does the clause before give back, so that an amount this one opens with is how much? 给您退个整数, 50元."""
    before = scene.clause.before
    back = _PAYS_BACK.search(before.said) if before is not None else None
    if before is None or back is None or any(one.fen is not None for one in sums_in(before.said, 0)):
        return False
    giving = Scene(before, scene.today)
    return not giving.conditional and giving.ours(*giving.in_sentence(back.span()))


def _sums(scene: Scene) -> Iterator[Found]:
    if (deal := _DEAL.search(scene.said)) is not None:
        yield from _taken_off(scene, deal)
        return
    coupon = _COUPON.search(scene.said) is not None
    carried = _carried(scene)
    for one in sums_in(scene.said, scene.begin):
        first, last = one.begin - scene.begin, one.end - scene.begin
        before, after = scene.said[max(0, first - _NEAR_BEFORE) : first], scene.said[last : last + _NEAR_AFTER]
        if _NO_GIFT.search(before) or _NO_GIFT_AFTER.match(after):
            continue
        gives = (_GIVES if one.fen is not None or coupon else _PAYS_BACK).search(
            scene.said[max(0, first - _NEAR_BEFORE) : last + _NEAR_AFTER]
        )
        if gives is None and carried and first <= _AT_ONCE:
            yield Found(PromiseKind.partial_refund, one.begin, one.end, amount_fen=one.fen, percent=one.percent)
            return
        if gives is None and not (coupon and _SENDS.search(before)) and "折" not in scene.said[first:last]:
            continue
        if one.percent is not None and (_FRESH_PART.search(scene.said) or one.percent >= 100):
            continue
        at = scene.begin + max(0, first - _NEAR_BEFORE) + gives.start() if gives else one.begin
        if scene.ours(min(at, one.begin), one.end):
            kind = PromiseKind.compensation if coupon else PromiseKind.partial_refund
            begin = min(at, one.begin)
            due = next((time.due for time in scene.times if time.due is not None), None)
            yield Found(kind, begin, one.end, due, one.fen, one.percent, certain=scene.sure)
            return
