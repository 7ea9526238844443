"""Which terms of sale does a clause promise: returns, claims, gifts, prices, carriage, for ever?"""

import re
from collections.abc import Iterator

from assist.domain.promise import PromiseKind

from .scene import Found, Scene
from .times import When

_FREELY = re.compile(
    r"无理由(?:[^,]{0,4}?[退换](?:货|换)?)?|随时(?:都|也)?(?:可以|能|可|来|给您)?退|(?:不想要|不喜欢|不满意|不合适|不合[您你]?心意|后悔)[^,]{0,8}?(?:退|换"
    r"|寄回)|(?:不问|没有?|不管|无论|不论)(?:任何|什么)?(?:原因|理由)[^,]{0,8}?(?:退|换)"
    r"|\bno[- ]reason\b|\bwithout (?:any |a )?reason\b|\bno questions asked\b|\bfor any reason\b|\bany reason\b"
    r"|\b(?:change your mind|don't like (?:it|them)|not (?:happy|satisfied))\b(?=[^,]{0,30}\b(?:return|send|back"
    r"|refund)\b)|\breturn (?:it|them) (?:any ?time|whenever)\b"
)
_REFUSED_WITHIN = re.compile(r"不适用|不支持|不能|不可|无法|不包括|不提供|不享受|\b(?:can't|cannot|don't cover)\b")
_CLAIM = re.compile(
    r"退|换|赔|售后|理赔|反馈|联系|找我|找客服|跟我们?说|和我们?说|告诉我们|报损|申请|保障|质保|补|来找|处理|发我们|拍照|算我们?的|负责|包管|寄回|(?:都|全|就)认|\breport"
    r"|\btell us|\bcontact|\breturn|\bclaim|\bexchange|\bsend (?:it |them )?back|\blet us know|\bmessage us"
    r"|\brefundable"
)
_WRONG = re.compile(
    r"坏|烂|问题|售后|退|换|赔|碎|死|化|少|缺|质量|签收|质保|漏|错|破|瑕疵|不新鲜|臭|异味|馊|蔫|霉|不对|\bbad\b|\brotten\b|\bdead\b|\bbroken\b"
    r"|\breturn|\bclaim|\bproblem|\bwrong\b|\bmissing\b|\bdamage|\bissue|\bthaw|\bcrack"
)
_OTHER_TIME = re.compile(
    r"到账|到帐|价保|保价|价格|差价|发票|到货|送达|送到|发货|发出|回复|答复|吃完|食用|保存|冷藏|存放|回电|到您|工作日|有效|审核|配送|\brefund(?:s"
    r"|ed)? (?:within|in"
    r"|take|arrive)|\barriv|\bship|\bdeliver|\bprice|\bback to you\b|\baccount"
)
_WE_DO = re.compile(r"^(?:之内|以内|内|里)?(?:会|就|可以|必|一定|肯定)*(?:[给为帮][您你]|我们?会|客服会|专人|处理)")
_GIFT = re.compile(
    r"(?<![配派运发])(?:附送|附赠|赠送|加送|免费送|送|赠|搭)(?:给)?(?:[您你])?(?:一|两|二|三|几|半(?!小时|天)|\d|点|些|个(?!信|货)|小|份|箱)(?!次|元|块|天"
    r"|小时|日|分钟|单|家|楼|趟)"
    r"|多(?:送|给|放|发|装|加|寄|塞)(?:给)?(?:[您你])?(?:一|两|几|\d|点(?!时)|些|个|半)(?!次|天|小时)|给[您你](?:再|顺便|另外)?(?:捎|塞|搭|带|装|放"
    r"|加)上?(?:一|两|三|几|\d|点|些|个)(?!张|次|天)|(?:送|给|带|放|附|准备|有|寄)[^,]{0,6}?(?:小礼[品物]|赠品|礼物)|(?<![配派运发])送[您你](?!到|达|货"
    r"|上|去|过|家|那|手|门|回|们|优惠|代金|券|红包|\d+ ?元|[^,]{0,6}(?:券|红包|积分))"
    r"|\bthrow(?:ing)? in\b|\bfree gift|\ba (?:small |little )?gift (?:for|to|with)|\bcomplimentary\b"
    r"|\bon the house\b|\badd(?:ing)? (?:in )?(?:an? |some |two |one |a few )?(?:extra|free|bonus)|\b(?:extra"
    r"|free|bonus) (?:box|bag|pack|punnet|fruit|one|two|\w+berr\w+|sample|item|crab|mango|apple|orange)\w*"
    r"|\b(?:include|put in|slip in)[^,]{0,12}(?:extra|gift|bonus)|\bfor free\b(?! (?:delivery|shipping))"
)
_GIFT_NOT = re.compile(
    r"券|红包|积分|送人|送礼|满 ?\d+ ?元?[送赠]|买[一二两三四五\d]+[件箱份]?[送赠]|coupon|voucher|shipping|delivery"
    r"|replace"
)
_EN_GIVES = re.compile(
    r"\b(?:give|giving|send|sending|add|adding|throw|throwing|include|put|slip|get|have|receive|here's|there's"
    r"|coming|will|on the house|complimentary|pop)\b|'ll\b"
)
_PRICE = re.compile(
    r"(?:全网|全国|全市|史上|同行|市场|历史)(?:都)?(?:是)?最?低价?|最低价|底价|(?:绝对?|决|肯定|保证|以后|永远|永|从|再也)?(?:不|不会)(?:给[您你])?再?(?:涨价|加价)"
    r"|(?:价[^,]{0,8}|绝对?|决)不(?:会)?(?:给[您你])?再?涨|(?:以后|永远|一直|长期|今后|往后)[^,]{0,6}(?:这个?|此|原|老)价|保价|价保|价格保护"
    r"|买贵[^,]{0,14}(?:退|补|赔)|全(?:网|平台|国|市|行业)[^,]{0,3}最(?:低|便宜)|(?:没有?|找不到)[^,]{0,4}更便宜|比[^,]{0,6}都便宜"
    r"|\b(?:lowest|cheapest|best)(?: possible)? prices?\b(?! is \d)|\b(?:lowest|cheapest) (?:anywhere|online"
    r"|on the|in (?:town|the)|you)|\bnever (?:raise|increase|go up)\b|\bprices? (?:will )?(?:never"
    r"|won't) (?:go up|rise|increase|change)|\bprice[- ](?:protection|guarantee|match)|\bprotect\w* the price"
    r"|\bsame price forever|\bprice (?:will )?(?:always )?stays? the same\b|\balways (?:be )?this price"
    r"|\bbeat any price|\bstays? (?:at )?this price"
)
_PROTECTION = re.compile(r"保价|价保|价格保护|买贵|\bprice[- ](?:protection|guarantee|match)|\bprotect")
_FREE = re.compile(
    r"包邮|免运费|免邮|免费(?:配送|送货|寄|发货|送到家)|不[收要](?:[您你]的?)?(?:运费|邮费)|(?:运费|邮费)[^,]{0,4}?(?:全?免|减免)|免(?:掉|了|除"
    r"|去)?(?:[您你]的?|这单的?)?(?:运费|邮费)"
    r"|\bfree (?:shipping|delivery|postage)\b|\b(?:shipping|delivery|postage) (?:is )?(?:always |all )?free\b"
    r"|\b(?:shipping|delivery|postage)(?: is|\'s)? on us\b|\balways free\b|\bwaive\w* (?:the |your "
    r"|all )?(?:shipping|delivery|postage)|\bno (?:shipping|delivery) (?:fee|cost|charge)s?"
)
_BORNE = re.compile(r"(?:运费|邮费)[^,]{0,3}(?:我们?|本店|店里|咱们)[^,]{0,3}(?:出|承担|付|包|担|的)")
_FOR_ALL = re.compile(r"都|以后|所有|全部|每[单次]|一律|永远|\ball\b|\balways\b|\bevery\b")
_FREE_IF = re.compile(
    r"满|够|凑|达到?|坏|质量|退[回货换]|错发|发错|补发|瑕疵|漏发|少发|以上|会员|活动|(?:[二两三四五六七八九]|[2-9]|\d\d)[件袋份箱盒]|\bfrom\b|\bover\b"
    r"|\babove\b|\borders? of\b|\bif\b|\bfaulty\b|\bwrong\b|\breturns?\b|\breplacement\b|\bspend\b|\bor more\b"
    r"|\bmembers?\b"
)
_ALWAYS = re.compile(
    r"(?:无条件|终身|终生|永久|永远|一辈子|无限期)[^,]{0,8}?(?:退|换|赔|保(?!存)|售后|质保|免费|服务|补|负责|优惠|包|维修|有效|享受|打折)|(?:退|换|赔|售后|质保"
    r"|负责)[^,]{0,4}(?:终身|终生|永久|无条件|一辈子|到底)"
    r"|\blifetime\b|\bunconditional(?:ly)?\b|\bforever\b|\bfor life\b|\bno strings attached\b"
)


_ALWAYS_HINT = frozenset("终永条辈限")
_GIFT_HINT = frozenset("送赠礼多捎塞搭带装放加")
_FREELY_HINT = frozenset("退换由寄")
_PRICE_HINT = frozenset("价涨低贵宜")
_FREE_HINT = frozenset("邮运费免")


def terms_in(scene: Scene) -> Iterator[Found]:
    """Yield what the clause promises of the sale: no condition undoes it, but a denial, question or quotation does."""
    if scene.may_say(_ALWAYS_HINT) and (found := _first(scene, _ALWAYS)):
        yield Found(PromiseKind.always, *found, certain=True)
    yield from _returns(scene)
    if scene.may_say(_GIFT_HINT) and (found := _first(scene, _GIFT)) and _gives(scene):
        yield Found(PromiseKind.gift, *found, certain=scene.sure)
    yield from _price(scene)
    yield from _freight(scene)


def _gives(scene: Scene) -> bool:
    if scene.conditional or _GIFT_NOT.search(scene.said):
        return False
    return not scene.clause.english or _EN_GIVES.search(scene.said) is not None


def _first(scene: Scene, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    for found in pattern.finditer(scene.said):
        place = scene.in_sentence(found.span())
        if not _REFUSED_WITHIN.search(found.group()) and scene.ours(*place):
            return place
    return None


def _returns(scene: Scene) -> Iterator[Found]:
    freely = _first(scene, _FREELY) if scene.may_say(_FREELY_HINT) else None
    if freely is None and not _CLAIM.search(scene.said):
        return
    span = next((one for one in scene.times if one.hours), None)
    if found := freely:
        begin, end = found
        if span is not None and abs(begin - span.end) <= 8:
            begin = min(begin, span.begin)
        yield Found(PromiseKind.return_window, begin, end, days=_days(span), certain=scene.sure)
    elif span is not None and _claims(scene, span) and scene.ours(span.begin, span.end):
        yield Found(PromiseKind.return_window, span.begin, span.end, days=_days(span), certain=scene.sure)


def _days(span: When | None) -> float | None:
    return None if span is None or span.hours is None else span.hours / 24


def _claims(scene: Scene, span: When) -> bool:
    """Is a span of time the time in which something wrong may be said?"""
    if _OTHER_TIME.search(scene.said) or _WE_DO.match(scene.said, span.end - scene.begin):
        return False
    after = scene.said[span.end - scene.begin :]
    if scene.said[span.end - scene.begin - 1] == "后":
        return False
    if _WE_DO.match(after) or re.match(r"(?:前|之前|左右|后)", after):
        return False
    wide = scene.clause.around
    return _WRONG.search(wide) is not None


def _price(scene: Scene) -> Iterator[Found]:
    found = _first(scene, _PRICE) if scene.may_say(_PRICE_HINT) else None
    if found is None:
        return
    begin, end = found
    protection = _PROTECTION.search(scene.said) is not None
    span = next((one for one in scene.times if one.hours and one.hours >= 24), None)
    if protection and span is None:
        return
    if span is not None and protection:
        begin, end = min(begin, span.begin), max(end, span.end)
    yield Found(PromiseKind.price, begin, end, days=_days(span) if protection else None, certain=not protection)


def _freight(scene: Scene) -> Iterator[Found]:
    if not scene.may_say(_FREE_HINT):
        return
    found = _first(scene, _FREE)
    if found is None and _FOR_ALL.search(scene.said):
        found = _first(scene, _BORNE)
    if found is None:
        return
    free = not _FREE_IF.search(scene.clause.sentence) and not scene.conditional
    yield Found(PromiseKind.freight, *found, certain=free)
