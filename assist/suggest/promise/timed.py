"""What will be done by when: arrive, leave, be paid, be answered, be called, be sent anew?"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from assist.domain.promise import Due, PromiseKind

from .scene import Found, Scene, hint
from .spoken import spoken
from .times import When

_CHINESE = re.compile(
    r"(?P<refund_time>[到入][账帐]|[钱款][^,]{0,6}(?:回来|下来|回去)|[回进到](?:[您你]的?)?(?:银行|信用|储蓄|余额)?(?:卡|账|帐|户头?|微信|支付宝|零钱|钱包"
    r"|口袋|兜)(?![号片贴])"
    r"|(?:打|转)(?:过去|进|给[您你])|(?<=[秒闪])退|(?:给|帮|为)[您你](?:办|做)?退款(?!申请|单|流程|进度|方式|政策|规则|的)|退款给[您你]|退(?:过去|完|到位|下来|进|好(?!了|的)|清)|退给[您你]|退[您你](?=$|[哦哈的呢啦吧了])|原路(?:返回|返还|退还|退回|退"
    r"|返|回)|退回(?:到)?(?=$|[您你]|原|账|支|微|银|卡)|退到|打到|返还?到|返回(?=$|[您你给到])|(?:退|返|打"
    r"|转)(?:回|还)[您你]|(?:钱|款)[^,]{0,8}?到[您你]|[退到]进?(?:您|你)的?(?:卡|账户|微信|支付宝|银行|零钱)|到(?:账户|卡里|卡上|微信))"
    r"|(?P<reship>补[发寄送]|重新?(?:发|寄)(?:一|给|货|过|份|$)|再(?:给[您你])?(?:发|寄)一|换一?[份箱盒个]?新的?|补(?:给[您你])?[一两]?[份箱盒单](?!优惠|券))"
    r"|(?P<call>回个?电话?|回拨|致电|电话(?:联系|回访|回复|沟通|给[您你])|[打回](?:个|一个|您|你|通)*电话|给[您你]打?电话?|去电|来电联系)"
    r"|(?P<reply>回复|答复|回[您你]|(?:给[您你]一?个?|有|出)(?:消息|结果|回音|回信|说法|反馈|准信|信儿|方案|处理结果)|联系[您你]|告[诉知][您你]|通知[您你]"
    r"|反馈给?[您你]|跟[您你]说|回应)"
    r"|(?P<ship_time>发货|发出|发走|发掉|寄出|寄走|出库|出货|出仓|安排发(?!票)|(?:单子?|包裹|货|您|你)(?:给[您你])?发(?=$|[哦哈的呢啦吧了走掉])|寄(?=$|给[您你]"
    r"|过去)|(?<![开出批头沙蒸爆引触激颁转群补没先])发(?=$|[哦哈的呢啦吧走掉]|给[您你](?!$))"
    r"|离[仓库]|揽件|发车|(?<=[就刻上晚天内前])走(?=$|[哦哈的呢啦了])|装车|上车|上路|揽收|交(?:给)?(?:快递|顺丰|物流)|送(?:去|到)(?:快递|顺丰|分拨|集散|机场)|出门|走货"
    r"|安排上(?!门))"
    r"|(?P<delivery_time>吃[上到]|收着|用上|(?:摆|放|搬|运|拉|捎)[到在]?(?:[您你]们?)?(?:家|门|楼|单位|公司)|(?:运|拉|开)到|上门(?!取)|到楼下"
    r"|送(?:货)?(?:上门|到(?!快递|顺丰|分拨|集散|机场)|达|至)|送货|派送|配送(?:上门|到|过去)?|送(?:给[您你](?![一两三几半\d])|过去|过来|上|下|进|$)"
    r"|送(?=[您你](?:家|那|手|府|公司|单位|小区|门|楼|店))|敲[您你]?(?:家|的)*门|[摆端]?上桌|下锅|下肚|喝[上到]|[收签]货?到?(?=$|[哦哈的呢啦])|签收(?=$"
    r"|[哦哈的呢啦])|开箱"
    r"|交到|进(?:[您你]的?)?(?:家门|门|厨房|冰箱)|在[您你](?:家|手|桌|门|厨房)|[赶来]得[上及到]|(?:不|误|耽误不?)(?:误|耽误|了)(?:[您你]|事)?"
    r"|(?<=[天晚早午点号一二三四五六日前内])(?:跑不了|没跑|妥妥的|稳稳的|必须的)(?=$|[哦哈呢啦])"
    r"|(?:不到|没到|晚到|晚了|超时|迟到)[^,]{0,8}(?:赔|退|免单|算我|找我|不要钱)"
    r"|(?<=[天晚早午内上刻点就定证必])送(?=$|[哦哈的呢啦吧])|到货|到达|到家|到手"
    r"|抵达|必[到达]|(?:送|直)?达(?=$|[哦哈的呢])"
    r"|(?:收|拿)到(?![您你](?:的|反|消|照)|货?[后时]|之后|以后|的?话|请|货请|快递请|通知)|到[您你](?:手|家|那|$|们)|(?<![收看找遇得做提说等想感拿注直轮迟签办查])到(?=$"
    r"|[哦哈的呢啦吧亲了您你家门楼府村镇店小单公府嘴])|到不了)"
)
_ENGLISH = re.compile(
    r"(?P<refund_time>\b(?:refund|money|payment|amount)s?\b[^,]{0,30}?\b(?:arrives?|reach(?:es)?|be (?:in|back|on"
    r"|with)|hits?|lands?|shows? up|gets? (?:to|back)|comes? (?:back|through)|takes?|go(?:es)? through|clears?"
    r"|credited|is in|will be yours|within|returned)\b"
    r"|\b(?:in|into|on|to) your (?:account|card|wallet|bank)|\bget your (?:money|refund)\b(?: back)?"
    r"|\b(?:get|have|see|receive|got) (?:all )?(?:your|the) (?:money|refund|cash)\b|\bback (?:in|on|onto|into"
    r"|to) your (?:card|account|wallet)"
    r"|\b(?:money|refund|cash)(?:'s| is| will be|'ll be)(?: \w+)? (?:back|there|in|instant|with)\b|\binstant refund"
    r"|\brefund (?:you )?(?=(?:within|in(?! (?:full|part))|by|today|tomorrow)\b))"
    r"|(?P<reship>\b(?:send|ship|post|mail)\b[^,]{0,24}\b(?:replacement|another|new one|again|anew)\b"
    r"|\breplacement\b|\bresend\b|\breship\b|\breplace it\b)"
    r"|(?P<call>\b(?:call|ring|phone) you\b|\bgive you a (?:call|ring)\b|\bcall(?:ing)? (?:you )?back\b)"
    r"|(?P<reply>\b(?:get|come|be) back to you\b|\bback with (?:an answer|a reply|news)\b|\breply\b"
    r"|\blet you know\b|\bupdate you\b|\b(?:answer|inform|message|write|contact|email) you\b|\bfollow up\b"
    r"|\b(?:give|have|get) (?:you )?an? (?:answer|update|reply)\b|\bhear (?:back )?from (?:me|us)\b|\btell you\b)"
    r"|(?P<ship_time>\bship(?:s|ped|ping)?(?= |$)(?! (?:is|fee|cost))|\bdispatch(?:ed|es)?\b|\bsend(?:ing)? (?:it"
    r"|them|your \w+|the \w+|this) (?:out|off)\b|\bsend(?:ing)? out\b|\b(?:get|getting|have|put|putting"
    r"|have got) (?:it|them|your \w+|the \w+|this) (?:out|shipped|sent|off|packed"
    r"|on the (?:truck|van|road|way|plane))\b|\b(?:post|mail|courier)(?:ing)? (?:it|them|your \w+)\b|\b(?:on"
    r"|onto) the (?:truck|van|road|plane)\b"
    r"|\bout for (?:shipping|dispatch)\b|\bhand(?:ed|ing)? (?:it |them )?(?:over )?to the (?:courier|driver"
    r"|carrier)\b|\bgo(?:es)? out\b|\bleav(?:es?|ing)\b(?! (?:a|your|it|you)\b)"
    r"|\bout the door\b|\bsent out\b|\bon its way\b)"
    r"|(?P<delivery_time>\barriv(?:es?|ing)\b|\bcoming\b(?! back)|\bcomes\b(?! (?:with|in|from|back))"
    r"|\b(?:lands?|pulls? up|shows? up|knock\w*)\b|\bin your (?:hands?|kitchen|fridge|house|home)\b"
    r"|\bon your (?:table|plate|porch|step)\b"
    r"|\bmakes? it (?:to you|there|by|for|in time|before)\b|\b(?:get|have|has|bring) (?:it|them|your \w+"
    r"|the \w+) (?:to you|with you|there|over|round|delivered|at your|by)\b"
    r"|\byou(?:'ll| will)(?: \w+){0,2} (?:be (?:eating|cooking|enjoying|unpacking)|eat|see) (?:it|them|your)\b"
    r"|\bturns? up\b|\bbring it\b|\bdrop(?:ped)? (?:it )?off\b|\bdeliver(?:ed|s)?\b|\bdelivery (?=(?:is|will be"
    r"|by|on|at|tomorrow|today)\b)|\breach(?:es)? you\b|\bgets? (?:to you|there|it to you|here)\b|\bbe (?:there"
    r"|with you|here|at your \w+)\b"
    r"|\byou(?:'ll| will|'re going to)(?: (?:definitely|certainly|surely|absolutely|for sure|always))? (?:get|have"
    r"|receive) (?:it|them|your (?:order|box"
    r"|parcel|package|\w+))|\bto your door\b|\bon your doorstep\b|\bat your door\b)"
)
# Something else is done between the time and the deed, so the time is not the deed's.
_ELSE = spoken(
    r"查|看(?!到|见)|问|核实|联系(?!您|你)|提交|申请|催|登记|处理(?!完)|下单|付款|拍|签收|买|审核|收到|安排(?!发|配|送|补|寄|出|派|顺|快|专|人|仓)|之?后(?!天)|跟进|备注"
)
_MONEY = spoken(r"退款|退的?钱|[钱款](?!式|到付)(?<!付款)(?<!货款)|金额|\brefund|\bmoney\b")
# The clause before speaks of money, and this one of nothing that could arrive instead.
_REFUNDED = spoken(r"退款|退的?钱|打款|[钱款][^,]{0,6}退|给[您你]退了|\brefund|\bmoney\b")
_GOODS = spoken(r"补|货|件|箱|包裹|快递|单|[换新]的|蟹|虾|果|肉|菜|\bbox|\bparcel|\border|\breplace")
_AT_ONCE_IS_HANDING_IN = spoken(r"退给|退[您你]|打|转|[给帮为][您你]|退款给")
_IN_TIME = spoken(r"[赶来]得[上及到]|误|\bin time\b")
_ON_TIME = spoken(r"准时|按时|及时|\bon time\b")
_MORE_THAN_ON_TIME = spoken(r"保证|一定|肯定|绝对|必|包|guarantee|definitely|promise|certainly")
_UNTIMED = frozenset({PromiseKind.reship})
_HINT = hint(
    "离揽仓跑没妥稳必桌锅喝签开门交在误及车路出走回进入转给准信果到账退返钱款发补换电告通复答消反联跟寄送达收拿派配抵吃用摆放搬运拉捎上",
    "",
)
_NO_TIME_NEEDED = hint("补重再换准按及赶来误耽了晚到", "replac resend reship another new again anew time")
_KINDS = {kind.value: kind for kind in PromiseKind}
_NEAR = 14


def timed_in(scene: Scene) -> Iterator[Found]:
    """Yield what the clause promises to do by a time; what is said with 预计 or 一般 is no promise."""
    if not scene.clause.english and not scene.may_say(_HINT):
        return
    if not scene.times and not scene.times_before and not scene.may_say(_NO_TIME_NEEDED):
        return
    pattern = _ENGLISH if scene.clause.english else _CHINESE
    taken: set[PromiseKind] = set()
    for deed in pattern.finditer(scene.said):
        kind = _KINDS[deed.lastgroup or ""]
        if kind is PromiseKind.delivery_time and _of_money(scene, deed):
            kind = PromiseKind.refund_time
        begin, end = scene.in_sentence(deed.span())
        if kind in taken or not _may(scene, kind, deed.group(), begin, end):
            continue
        found = _found(scene, kind, begin, end)
        if found is not None:
            taken.add(kind)
            yield found


def _of_money(scene: Scene, deed: re.Match[str]) -> bool:
    """Is it money that arrives? 退款已经提交，明天就能收到 says so in the clause before."""
    if _IN_TIME.match(deed.group()):
        return False
    if _MONEY.search(scene.said, max(0, deed.start() - _NEAR), deed.end() + 3):
        return True
    before = scene.clause.before
    return before is not None and bool(_REFUNDED.search(before.said)) and not _GOODS.search(scene.said)


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
    if kind is PromiseKind.refund_time and _handed_in(scene, begin, due):
        return None
    inside = [one for one in times if one.begin >= scene.begin]
    first = min([begin, *(one.begin for one in inside)])
    last = max([end, *(one.end for one in inside)])
    if certain:
        first, last = scene.with_sure(first, last)
    return Found(kind, first, last, due=due, certain=certain)


def _handed_in(scene: Scene, begin: int, due: Due) -> bool:
    """马上退给您 hands the refund in, 马上到账 says that it arrives."""
    at_once = not due.within and due.days_on is None and due.at_minute is None
    return at_once and _AT_ONCE_IS_HANDING_IN.match(scene.said, begin - scene.begin) is not None


def _without_time(scene: Scene, kind: PromiseKind, begin: int, end: int, *, certain: bool) -> Found | None:
    if kind in _UNTIMED and not scene.conditional and not scene.manner.unsure:
        return Found(kind, begin, end, certain=certain)
    if kind is PromiseKind.delivery_time and (
        (_ON_TIME.search(scene.said) and _MORE_THAN_ON_TIME.search(scene.said))
        or (certain and _IN_TIME.match(scene.said, begin - scene.begin))
    ):
        first, last = scene.with_sure(begin, end)
        return Found(kind, first, last, certain=True)
    return None


def _times_of(scene: Scene, begin: int, end: int) -> list[When]:
    """Return the times that belong to a deed: those right before it, else right behind, else of the clause before."""
    if scene.clause.english:
        return list(scene.times)
    times = [one for one in scene.times if one.end <= end and _joins(scene, one.end, begin)]
    if not times:
        # 发货, 您等下: to wait, and no time.
        times = [one for one in scene.times if one.begin >= end and one.begin - end <= 5 and not one.soon][:1]
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
    if two.from_minute is not None and one.at_minute is not None and one.from_minute is None:
        # A clock time, then the part of the day it is in: 9:30 tomorrow evening.
        late = 720 if two.from_minute >= 720 > one.at_minute else 0
        return one.model_copy(update={"days_on": day, "at_minute": one.at_minute + late})
    if two.at_minute is None and one.at_minute is not None and two.within is None:
        return one.model_copy(update={"days_on": day})
    if two.at_minute is not None or two.closing:
        at = two.at_minute
        if at is not None and one.from_minute is not None and one.from_minute >= 720 > at and one.at_minute:
            at += 720
        return two.model_copy(update={"days_on": day, "at_minute": at})
    return two
