"""What will be done by when: arrive, leave, be paid, be answered, be called, be sent anew?"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from assist.domain.promise import Due, PromiseKind

from .scene import Found, Scene
from .times import When

_CHINESE = re.compile(
    r"(?P<refund_time>到[账帐]|原路(?:返回|退回|退)|退回(?:到)?(?=$|[您你]|原|账|支|微|银|卡)|退到|打到|返还?到|返回(?=$|[您你给到])|(?:退|返|打"
    r"|转)(?:回|还)[您你]|(?:钱|款)[^,]{0,8}?到[您你]|[退到]进?(?:您|你)的?(?:卡|账户|微信|支付宝|银行|零钱)|到(?:账户|卡里|卡上|微信))"
    r"|(?P<reship>补[发寄送]|重新?(?:发|寄)(?:一|给|货|过|份|$)|再(?:给[您你])?(?:发|寄)一|换一?[份箱盒个]?新的?|补(?:给[您你])?[一两]?[份箱盒单](?!优惠|券))"
    r"|(?P<call>回电|回拨|致电|电话(?:联系|回访|回复|沟通|给[您你])|[打回](?:个|一个|您|你|通)*电话|给[您你]打?电话?|去电|来电联系)"
    r"|(?P<reply>回复|答复|回[您你]|(?:给[您你]一?个?|有|出)(?:消息|结果|回音|回信|说法|反馈|准信|信儿|方案|处理结果)|联系[您你]|告[诉知][您你]|通知[您你]"
    r"|反馈给?[您你]|跟[您你]说|回应)"
    r"|(?P<ship_time>发货|发出|发走|发掉|寄出|寄走|出库|出货|出仓|安排发(?!票)|(?:单子?|包裹|货|您|你)(?:给[您你])?发(?=$|[哦哈的呢啦吧了走掉])|寄(?=$|给[您你]"
    r"|过去)|(?<=[天日晚早午内上刻点就定证必])发(?=$|[哦哈的呢啦吧走掉]|给[您你](?!$)))"
    r"|(?P<delivery_time>吃[上到]|收着|用上|(?:摆|放|搬|运|拉|捎)[到在]?(?:[您你]们?)?(?:家|门|楼|单位|公司)|(?:运|拉|开)到|上门(?!取)|到楼下"
    r"|送(?:货)?(?:上门|到|达|至)|送货|派送|配送(?:上门|到|过去)?|送(?:给[您你]|过去|过来|$)|(?<=[天晚早午内上刻点就定证必])送(?=$|[哦哈的呢啦吧])|到货|到达|到家|到手"
    r"|抵达|必[到达]|(?:送|直)?达(?=$|[哦哈的呢])"
    r"|(?:收|拿)到(?![您你](?:的|反|消|照)|货?[后时]|之后|以后|的?话|请|货请|快递请|通知)|到[您你](?:手|家|那|$|们)|(?<![收看找遇得做提说等想感拿注直轮迟])到(?=$"
    r"|[哦哈的呢啦吧亲了您你家])|到不了)"
)
_ENGLISH = re.compile(
    r"(?P<refund_time>\b(?:refund|money|payment|amount)s?\b[^,]{0,30}?\b(?:arrives?|reach(?:es)?|be (?:in|back|on"
    r"|with)|hits?|lands?|shows? up|gets? (?:to|back)|comes? (?:back|through)|takes?|go(?:es)? through|clears?"
    r"|credited|is in|will be yours|within|returned)\b"
    r"|\b(?:in|into|on|to) your (?:account|card|wallet|bank)|\bget your (?:money|refund)\b(?: back)?"
    r"|\brefund (?:you )?(?=(?:within|in(?! (?:full|part))|by|today|tomorrow)\b))"
    r"|(?P<reship>\b(?:send|ship|post|mail)\b[^,]{0,24}\b(?:replacement|another|new one|again|anew)\b"
    r"|\breplacement\b|\bresend\b|\breship\b|\breplace it\b)"
    r"|(?P<call>\b(?:call|ring|phone) you\b|\bgive you a (?:call|ring)\b|\bcall(?:ing)? (?:you )?back\b)"
    r"|(?P<reply>\b(?:get|come|be) back to you\b|\bback with (?:an answer|a reply|news)\b|\breply\b"
    r"|\blet you know\b|\bupdate you\b|\b(?:answer|inform|message|write|contact|email) you\b|\bfollow up\b"
    r"|\b(?:give|have|get) (?:you )?an? (?:answer|update|reply)\b|\bhear (?:back )?from (?:me|us)\b|\btell you\b)"
    r"|(?P<ship_time>\bship(?:s|ped|ping)?(?= |$)(?! (?:is|fee|cost))|\bdispatch(?:ed|es)?\b|\bsend(?:ing)? (?:it"
    r"|them|your \w+|the \w+) (?:out|off)\b|\bgo(?:es)? out\b|\bleaves?\b(?! (?:a|your|it|you)\b)"
    r"|\bout the door\b|\bsent out\b|\bon its way\b)"
    r"|(?P<delivery_time>\barriv(?:es?|ing)\b|\bcoming\b(?! back)|\bcomes\b(?! (?:with|in|from|back))"
    r"|\bturns? up\b|\bbring it\b|\bdrop(?:ped)? (?:it )?off\b|\bdeliver(?:ed|s)?\b|\bdelivery (?=(?:is|will be"
    r"|by|on|at|tomorrow|today)\b)|\breach(?:es)? you\b|\bgets? (?:to you|there|it to you|here)\b|\bbe (?:there"
    r"|with you|here|at your \w+)\b"
    r"|\byou(?:'ll| will) (?:definitely |certainly |surely )?(?:get|have|receive) (?:it|them|your (?:order|box"
    r"|parcel|package|\w+))|\bto your door\b|\bon your doorstep\b|\bat your door\b)"
)
# Something else is done between the time and the deed, so the time is not the deed's.
_ELSE = re.compile(
    r"查|看(?!到|见)|问|核实|联系(?!您|你)|提交|申请|催|登记|处理(?!完)|下单|付款|拍|签收|买|审核|收到|安排(?!发|配|送|补|寄|出|派|顺|快|专|人|仓)|之?后(?!天)|跟进|备注"
)
_MONEY = re.compile(r"退款|退的?钱|[钱款](?!式|到付)|金额|\brefund|\bmoney\b")
_ON_TIME = re.compile(r"准时|按时|及时|\bon time\b")
_MORE_THAN_ON_TIME = re.compile(r"保证|一定|肯定|绝对|必|包|guarantee|definitely|promise|certainly")
_UNTIMED = frozenset({PromiseKind.reship})
_HINT = frozenset("给准信果到账退返钱款发补换电告通回复答消反联跟出寄送达收拿派配抵吃用摆放搬运拉捎开上")
_KINDS = {kind.value: kind for kind in PromiseKind}
_NEAR = 14


def timed_in(scene: Scene) -> Iterator[Found]:
    """Yield what the clause promises to do by a time; what is said with 预计 or 一般 is no promise."""
    if not scene.may_say(_HINT):
        return
    pattern = _ENGLISH if scene.clause.english else _CHINESE
    taken: set[PromiseKind] = set()
    for deed in pattern.finditer(scene.said):
        kind = _KINDS[deed.lastgroup or ""]
        if kind is PromiseKind.delivery_time and _MONEY.search(
            scene.said, max(0, deed.start() - _NEAR), deed.end() + 3
        ):
            kind = PromiseKind.refund_time
        begin, end = scene.in_sentence(deed.span())
        if kind in taken or not _may(scene, kind, deed.group(), begin, end):
            continue
        found = _found(scene, kind, begin, end)
        if found is not None:
            taken.add(kind)
            yield found


def _may(scene: Scene, kind: PromiseKind, said: str, begin: int, end: int) -> bool:
    if said == "到不了":
        return bool(re.search(r"不可能|不会", scene.said)) and not scene.manner.asks
    if not scene.ours(begin, end):
        return False
    if kind in (PromiseKind.delivery_time, PromiseKind.ship_time):
        return not scene.conditional and not scene.manner.unsure
    if kind is PromiseKind.refund_time:
        return not scene.manner.unsure
    return True


def _found(scene: Scene, kind: PromiseKind, begin: int, end: int) -> Found | None:
    certain = scene.sure or (kind is PromiseKind.delivery_time and scene.manner.at_ease)
    times = _times_of(scene, begin, end)
    if not times:
        return _without_time(scene, kind, begin, end, certain=certain)
    due = _joined(times)
    inside = [one for one in times if one.begin >= scene.begin]
    first = min([begin, *(one.begin for one in inside)])
    last = max([end, *(one.end for one in inside)])
    if certain:
        first, last = scene.with_sure(first, last)
    return Found(kind, first, last, due=due, certain=certain)


def _without_time(scene: Scene, kind: PromiseKind, begin: int, end: int, *, certain: bool) -> Found | None:
    if kind in _UNTIMED and not scene.conditional and not scene.manner.unsure:
        return Found(kind, begin, end, certain=certain)
    if kind is PromiseKind.delivery_time and _ON_TIME.search(scene.said) and _MORE_THAN_ON_TIME.search(scene.said):
        first, last = scene.with_sure(begin, end)
        return Found(kind, first, last, certain=True)
    return None


def _times_of(scene: Scene, begin: int, end: int) -> list[When]:
    """Return the times that belong to a deed: those right before it, else right behind, else of the clause before."""
    if scene.clause.english:
        return list(scene.times)
    times = [one for one in scene.times if one.end <= end and _joins(scene, one.end, begin)]
    if not times:
        times = [one for one in scene.times if one.begin >= end and one.begin - end <= 5][:1]
    if not times and not scene.times and begin - scene.begin <= 8:
        times = list(scene.times_before)
    return times


def _joins(scene: Scene, end: int, begin: int) -> bool:
    between = scene.said[end - scene.begin : begin - scene.begin]
    return len(between) <= _NEAR and _ELSE.search(between) is None


def _joined(times: Sequence[When]) -> Due:
    """Return one due of several: the day of one, the clock of another; the later word wins."""
    instant = any(one.instant for one in times)
    dues = [one.due for one in times if one.due is not None]
    if not dues:
        return Due(within=timedelta(0)) if instant else Due()
    due = dues[-1]
    for other in dues[:-1]:
        due = _merged(other, due)
    return due


def _merged(one: Due, two: Due) -> Due:
    day = two.days_on if two.days_on is not None else one.days_on
    if two.at_minute is None and one.at_minute is not None and two.within is None:
        return one.model_copy(update={"days_on": day})
    if two.at_minute is not None or two.closing:
        at = two.at_minute
        if at is not None and one.from_minute is not None and one.from_minute >= 720 > at and one.at_minute:
            at += 720
        return two.model_copy(update={"days_on": day, "at_minute": at})
    return two
