"""How is something said: surely, perhaps, not at all, as a question, on a condition, for somebody else, of the past?"""

import re
from dataclasses import dataclass
from enum import StrEnum

from .clauses import Clause
from .spoken import spoken

# ── sure and unsure ──────────────────────────────────────────────────────────
_SURE = spoken(
    r"(?<!不)一定(?!程度|的误差)|保证(?!金)|肯定|绝对|必定|必须|必(?=到|达|发)|准保|保准|铁定|(?<![一-鿿])准(?=到|能|发)|一准|准能|妥妥|稳稳|稳(?=到)"
    r"|百分之?百|百分之一百|100%|不会不|不可能.{0,8}不|没有不|打包票|打保票|说到做到|无论如何|担保|承诺|绝不|决不|绝无|决无|拍胸脯|包(?=您|你|准|管|[明今后]天)|包的(?=$"
    r"|[哦哈呢啦])|误不了|准时|按时"
    r"|保管(?!好|期|员|费|在|方|温|不善|不当)|(?<![不标批核瞄精对水获允])准(?=没|是|给|送|收|好|甜|活|鲜|行|在|吃|错)|必然|笃定|敢说|敢拍|说啥(?:都|也)"
    r"|说什么(?:都|也)|再怎么(?:样|着)?也|跑不了|没跑|错不了|板上钉钉|雷打不动|毫无疑问|拿[^,]{0,6}担保|发誓|十拿九稳|一百个放心"
    r"|绝(?=甜|鲜|好|新|对|没|活)|妥妥|稳稳|稳的|保(?=您|你)(?!存|留|持)|板上钉钉"
    r"|\bguarantee[ds]?\b|\bdefinitely\b|\bcertainly\b|\bpromised?\b|\bfor sure\b|\babsolutely\b|\b100 ?%"
    r"|\bno doubt\b|\bguaranteeing\b|\bor (?:it's free|your money back|we(?:'ll)? refund|i(?:'ll)? refund)\b"
    r"|\bsure thing\b|\bno question\b|\bcount on\b|\bpromising\b|\bwithout question\b|\bi swear\b"
    r"|\bno ifs\b|\bi bet\b|\bhand on (?:my )?heart\b|\bpositive\b(?= it| they| you)|\bhundred percent\b"
    r"|\bzero chance\b"
    r"|\bwithout (?:fail|doubt)\b|\bsurely\b|\bensure\b|\bassure\b|\b(?:you have )?my word\b|\bguaranteed\b"
    r"|\bno matter what\b"
)
_EASE = spoken(r"放(?:一百个|宽|一万个)?心(?!不下)|\brest assured\b|\bcount on it\b|\btrust me\b")
_SWEARS = spoken(
    r"(?:我|我们|咱们?|这边|本店)?[^,]{0,6}?(?:保证|承诺|担保|打包票|打保票|发誓|拍胸脯)(?:的|过|一下|您|哈|哦|啊)*|(?:肯定|绝对|错不了|没跑|跑不了|没得跑|妥妥|稳了"
    r"|板上钉钉|雷打不动|信我|听我的|我负责|说话算话|说到做到"
    r"|包在我身上|说一不二)(?:的|了|哈|哦|啊|呢)*"
    r"|(?:that's |it's |and )?(?:i |we |you have )?(?:can )?(?:guaranteed?|promise|guarantee it|guarantee that"
    r"|promise you|no doubt|for sure|100%|my word|count on it|no problem|no matter what)(?: (?:you|it|that"
    r"|about it))*"
)
_UNSURE = spoken(
    r"预计|一般|大概|大约|争取|尽量|尽力|通常|正常(?:情况|来说|的话|是|都)?|估计|可能(?!不)|应该|差不多|左右|或许|也许|大致|最快|为准|顺利的?话|看情况"
    r"|力争|努力|不出意外|多半|基本上?|希望|理论上|平均|据说|好像|似乎"
    r"|\bshould\b|\busually\b|\bexpect(?:ed|s)?\b|\bestimate[ds]?\b|(?<!how )\babout\b|\baround\b"
    r"|\bapproximately\b|\broughly\b"
    r"|\blikely\b|\btry(?:ing)?\b|\bnormally\b|\bgenerally\b|\bmay\b|\bmight\b|\bprobably\b|\bhope(?:fully)?\b"
    r"|\btypically\b"
    r"|\btend to\b|\bor so\b|\baim\b|\bnearly always\b"
)
# ── no ───────────────────────────────────────────────────────────────────────
_NO = spoken(
    r"不能|不可以|不可能|不会|无法|没法|没办法|没有办法|不支持|不适用|不承诺|不保证|不保|不敢|没有(?!问题|意外)|(?<!有)没(?!问题|事|关系|准)"
    r"|不是(?!我们)|并非|不提供|不给|不再|难以|很难|难让|未必|不一定|做不到|不接受|不享受|拿不准|不参加|拒绝|谈不上|不好说|不属于|不在(?!意|乎)|不做|不搞|不存在"
    r"|不(?=包邮|免|送|退|赔|补|保)|(?<!特)(?<!区)(?<!分)(?<!类)别(?!担心|急|着急|生气|的|介意|处|人|客气|怕|催)|不要(?!紧|担心|急|钱)|无(?=赠|法)|不$"
    r"|\bcan'?t\b|\bcannot\b|\bcan not\b|\bwon'?t\b|\b(?:do|does|did|is|are|was|were|would|could|should)n'?t\b"
    r"|\bnot\b"
    r"|\bno\b(?! (?:problem|worries|worry|doubt|matter|reason|questions))|\bnever\b|\bunable\b"
    r"|\bwithout (?=promis|guarant)"
)
_EN_NO_NO = spoken(r"\bnot to worry\b|\bdon'?t worry\b|\bnot only\b|\bdon'?t hesitate\b|\bno need\b|\bwhy not\b")
_NO_AFTER = spoken(
    r"不了(?!了)|不到(?!\d|[一二三四五六七八九十])|(?<!行)不行|没有$|做不到|(?<!可)不可以|不支持|没有的|没有这|没这|是没有|没有?(?:这个)?权限|权限不|超(?:出"
    r"|过)[^,]{0,5}权限|批不[了下]|不包括|不包含|不在(?:此|这)|办不[了到]|不享受|不适用|不一定"
    r"|不敢|没法|不能保证|不好说|不是我们"
    r"|\b(?:is|are|do|does|can|could) not\b|\b(?:is|are|do|does|ca|could)n'?t (?:cover|apply|include|be|count"
    r"|available|possible|offered)|\bnot (?:available|possible|offered)\b"
)
# ── questions ────────────────────────────────────────────────────────────────
_TAG = spoken(
    r"(?:您|你)?(?:看|觉得)?(?:这样)?(?:可不?可以|可以|行不?行|行|好不?好|好|成|同意|能接受|接受|中|ok|okay)(?:吗|么|嘛|不|吧)?[亲哦呢哈呀啊]*$"
    r"|(?:您|你)(?:看|觉得)(?:行|可以|如何|怎么样|怎样|好).{0,3}$"
    r"|,? ?(?:is that|would that be|does that sound|will that be)?[ ]?(?:ok|okay|all right|alright|fine|good"
    r"|right)(?: with you| for you)?$"
)
_ASKING = spoken(
    r"[吗么](?:[亲哦呢哈呀啊]*$)|不$|是不是|(?<!可)是否|您?是[要想](?!到)|您?是问|您?是(?:需要|希望|打算)|要不要|需不需要|能不能|可不可以|有没有|会不会|想问|请问|问一下是"
    r"|怎么(?![放存吃弄][^,]{0,2}都)|为什么|为啥|(?<!无论)(?<!不管)什么时候|哪天|几点[钟]?(?:到|送|发)|(?<!放)(?<!存)(?<!不管)(?<!不论)多久(?!都|也)"
    r"|多少钱?(?:呢|啊)|还是.{1,12}[呢啊]$"
)
_OFFER = spoken(r"(?:so |ok |then )?how about (?:i|we)\b")
_EN_ASKING = spoken(
    r"^(?:(?:hi|hello|so|and|sorry|ok|okay|sure|dear)\b[ ,]*)*(?:do|does|did|would|are|is|was|were|can|could"
    r"|shall|should|may|what|when|how(?! about (?:i|we)\b)"
    r"|which|why|where|who|have|has|will you)\b"
)
# ── on a condition ───────────────────────────────────────────────────────────
_IF = spoken(
    r"如果|要是|若(?!干)|假如|倘若|万一|一旦|只要|只有|除非|的话|(?:核实|确认|核对|审核|审批|验证|检测|鉴定|核查|查实|查证|判定|主管同意|仓库确认|平台判)[^,]{0,8}"
    r"(?:后|之后|以后|完|通过|属实|无误|了(?=给|就|再|才))|属实|符合[^,]{0,8}(?:条件|规则|要求|政策|标准)?|经核实|视(?:实际)?情况|看(?:实际)?情况|根据(?:实际|核实"
    r"|政策|规则)"
    r"|按(?:照)?(?:平台|政策|规则|规定|比例|实际|坏)|确实是|有(?:质量)?问题(?=[^,]{0,4}[退赔补全])|再看|再给您(?=处理|答复)"
    r"|\bif\b|\bonce\b|\bprovided\b|\bsubject to\b|\bunless\b|\bin case\b|\bafter (?:we|the|they|it|you|check"
    r"|approval|review|verif)"
    r"|\bwhen (?:we|the|it|approved)|\bas soon as (?:it|the|we(?! can))|\bshould (?:it|the|they|any)\b"
    r"|\baccording to\b|\bdepend(?:s|ing)\b"
    r"|\bas long as\b|\bupon\b|\bin line with\b"
)
_TRIFLING = spoken(
    r"(?:如果|要是|若)?(?:您|你)?(?:现在|今天|这边|这会儿?)?(?:下单|拍|买|购买|付款|好评|五星|收藏|关注|确认收货|忙|着急|急|方便|不介意|不放心|担心|喜欢|不喜欢|满意|好吃|觉得好"
    r"|收到|回购|有需要|晒[图单]|转发|推荐|介绍|需要|不想要"
    r"|想要|愿意|不满意|同意|撤销|取消(?:投诉|差评|评价)|改(?:评价|好评)|删)"
    r"|\b(?:order|buy|pay|review|rating|stars?|busy|convenient|hurry|worried|change your mind|like)\b"
)
_WHOLE = spoken(r"[^,]就(?!是|诊)|那(?:么|就|我)|再|麻烦|请|先|可以(?:先|联系|找)")
# ── somebody else's words, the past, asking for it ───────────────────────────
_OTHERS = spoken(
    r"(?<![跟和让叫催找给向])(?<!联系)(?:同事|上一?个客服|前一?个客服|那位客服|快递|物流|顺丰|京东|中通|圆通|申通|韵达|极兔|骑手|配送员?|派送员|小哥|驿站|银行|支付宝|微信|平台|厂家"
    r"|供应商|师傅|司机|承运|短信|页面?|商品页|详情页|标题|系统|别家|人家|其他店|隔壁)"
    r"[^,我您]{0,8}?(?:给我)?[^,我您]{0,4}(?:说|讲|回复|消息|回话|反馈|通知|告诉|告知|显示|承诺|表示|答应|提示|写|约|答复|称|保证|预约)"
    r"|按(?:照)?(?:快递|物流|顺丰)[^,]{0,6}(?:说|信息)|\b(?:courier|carrier|driver|rider|tracking|sf|bank|platform|post|alipay"
    r"|wechat|manufacturer|supplier|page|listing|label|they)"
    r"\b[^,]{0,20}\b(?:say|says|said|tells?|told|shows?|promised|states?|stated|confirmed|informed|phoned|called|estimates?"
    r"|claims?|claimed|reckons?)\b"
    r"|\baccording to (?:the|their)\b"
)
_QUOTED = spoken(
    r"(?:(?<![给帮为跟和向替对让请])[您你]|顾客|客户|买家)们?(?:这边|刚才|刚刚|之前|前面|上面|上次|那边|昨天)?(?:一直|老|总|都|也|再三|反复)?(?:所)?(?:说|讲|提到?|问|要求"
    r"|要的是|想要|想(?=退|问"
    r"|全)|希望|反馈|申请|咨询|指|担心|觉得|诉求|备注|选|要的那[个种款]|看到?的(?:那|这)?)"
    r"(?:到|过|的是|的|了|起)?|关于"
    r"|\byou(?:'ve| have)?(?: just)? (?:said|say|asked|ask|mentioned|mention|wanted|want|requested|request|wrote"
    r"|told|meant|need)\b|\byour (?:request|question|message)\b"
)
_OURS_AGAIN = spoken(r"我|咱|这边|给您|帮您|为您|本店|\bi\b|\bi'|\bwe\b|\bwe'|\bour\b")
_PAST = spoken(
    r"(?:已经?(?!经?可以)|昨[天晚日]|前[天晚]|上次|上回|上周|上个?月|(?<![日天号点期午班末分底一二三四五六周邮])之前|当时|那天|刚刚|刚才|曾经?|原本|本来)[^的,]{0,12}$"
    r"|\b(?:already|yesterday|last (?:week|time|month|night)|was|were|has been|have been|had|earlier|previously"
    r"|previous)\b[^,]{0,30}$"
)
_PAST_AFTER = spoken(
    r"^过了?(?!来|去)|^[^,]{0,4}的那[笔单次]|^[^,]{0,30}\b(?:yesterday|last (?:week|time|month|night|(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day)|earlier today"
    r"|days? ago)\b"
)
_ASKED_FOR = spoken(
    r"(?:申请|提交|上报|登记|备注|争取|协商|申报|咨询|沟通|问[一下]|看看|反映|反馈|催[一下促]?|走(?=流程|审批|程序))(?!成功|下来|好|通过|到了)[^,了]{0,10}$"
    r"|\b(?:appl(?:y|ying|ied)|request(?:ing|ed)?|submit(?:ting)?|ask(?:ing)?|put(?:ting)? in|fil(?:e|ing)"
    r"|escalat(?:e|ing)|forward(?:ing)?|see if|check (?:if|whether)|find out)\b"
    r"[^,]{0,40}$"
)
_AIM = spoken(r"^(?:in order )?to (?:get|receive|have|apply|claim|request)\b|^for (?:a|any) ")
_TALKED_OF = spoken(
    r"^(?:赔偿|赔付|退款)?那?是(?:法|平台|国家|指|按|由)|"
    r"^(?:的|退款的?)?(?:申请|流程|问题|处理进度|进度|记录|条件|需要|要求|规则|政策|说法|服务说明|要您|要提供|要主管|要审|入口|页面|方式|意思|话)"
    r"|^(?:款)?(?:会(?![给为帮原直])|后(?!天)|时(?!间)|或者?|还是|和)"
    r"|^[^,]{0,4}要(?:主管|审|等|先|看)|^ (?:request|policy|form|option|button|process|rules?|needs?|requires?)\b"
)

_OPENING, _CLOSING = frozenset("“\"「'‘"), frozenset("”\"」'’")


class Condition(StrEnum):
    none = "none"
    trifling = "trifling"
    """On what the customer does anyway, or feels: it takes nothing from a promise."""
    real = "real"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a clause is said as a whole. `sure` is where the clause itself says so, in it."""

    sure: tuple[int, int] | None
    sworn: tuple[int, int] | None
    """Where a clause beside it swears to it, in the draft: 我跟您保证，周六到."""
    at_ease: bool
    unsure: bool
    asks: bool
    others: bool
    condition: Condition
    owns_condition: bool


def manner_of(clause: Clause) -> Manner:
    """Return how a clause is said; what the one before leaves open (a condition, who says it) goes on in it."""
    said, before = clause.said, clause.before
    sure = next((one for one in _SURE.finditer(said) if not _denied(said, one.start(), one.group())), None)
    condition = _condition(said)
    owns = condition is not Condition.none
    if not owns and before is not None:
        condition = _carried(before)
    others = bool(_OTHERS.search(said)) or (before is not None and _hangs(before.said, said))
    ease = bool(_EASE.search(said)) or (before is not None and bool(_EASE.search(before.said)))
    return Manner(
        sure=sure.span() if sure else None,
        sworn=_sworn(clause),
        at_ease=ease,
        unsure=bool(_UNSURE.search(said)),
        asks=_asks(clause),
        others=others,
        condition=condition,
        owns_condition=owns,
    )


def _sworn(clause: Clause) -> tuple[int, int] | None:
    before, after = clause.before, clause.after
    if before is not None and _SWEARS.fullmatch(before.said) and not _denied(before.said, len(before.said), ""):
        return before.begin, before.end
    if after and _SWEARS.fullmatch(after):
        # What parts two clauses is a comma and, at most, a space.
        return clause.end, clause.end + clause.around[clause.around.rfind(clause.said) + len(clause.said) :].find(
            after
        ) + len(after)
    return None


def _denied(said: str, at: int, word: str) -> bool:
    """Is the sure word itself denied: 不能保证, 不一定?"""
    if word.startswith(("不", "没")):
        return False
    return bool(
        re.search(
            r"(?:不|没|无法|没办法|没法|难以?|谁也)(?:能|敢|会|可以|好|太)?(?:百分百|给您|向您|跟您)?$",
            said[max(0, at - 8) : at],
        )
    ) or bool(
        re.search(
            r"(?:can'?t|cannot|not|n't|no|never|unable to|without)\W+(?:\w+\W+){0,2}$", said[max(0, at - 30) : at]
        )
    )


def _condition(said: str) -> Condition:
    found = _IF.search(said)
    if found is None:
        return Condition.none
    rest = said[found.end() :] if found.group() not in ("的话",) else said[: found.start()]
    return Condition.trifling if _TRIFLING.match(rest.lstrip()) or _trifling_en(said) else Condition.real


def _trifling_en(said: str) -> bool:
    return bool(re.search(r"\b(?:if|once|when|after|as long as) you\b[^,]{0,20}", said) and _TRIFLING.search(said))


def _carried(before: Clause) -> Condition:
    """Return the condition that the clause before leaves open; one that closes itself (就, 麻烦) covers no other."""
    found = _IF.search(before.said)
    if found is None:
        return Condition.none
    tail = before.said[found.end() :]
    if _WHOLE.search(tail) or (before.english and found.start() > 3):
        return Condition.none
    return _condition(before.said)


def _hangs(said: str, following: str) -> bool:
    """Does a clause end in a verb of saying, or the next begin with one, so that the next is what others say?"""
    if following.startswith(("说", "讲")) and _OTHERS.search(said + following[:1]):
        return True
    last = max((found.end() for found in _OTHERS.finditer(said)), default=None)
    return last is not None and len(said) - last <= 2


def _asks(clause: Clause) -> bool:
    said = clause.said
    tag = _TAG.search(said)
    if tag is not None and tag.start() > 0:
        said = said[: tag.start()].rstrip(" ,")
        return bool(_EN_ASKING.search(said)) if clause.english else bool(_ASKING.search(said))
    if clause.english:
        if _OFFER.match(said):
            return False
        return clause.asked and (clause.last or bool(_EN_ASKING.search(clause.sentence.strip()))) and not _plain(clause)
    return clause.last or bool(_ASKING.search(said))


def _plain(clause: Clause) -> bool:
    """Is it a statement before a short "ok?"?"""
    return not clause.last and not _EN_ASKING.search(clause.sentence.strip())


def refused(clause: Clause, begin: int, end: int) -> bool:
    """Is what stands at `begin` to `end` of the draft denied in its clause? A double negation is none."""
    said, at, stop = clause.said, begin - clause.begin, end - clause.begin
    before = said[max(0, at - 40) : at] if clause.english else said[max(0, at - 16) : at]
    noes = list(_NO.finditer(before))
    if clause.english:
        noes = [
            one
            for one in noes
            if not _EN_NO_NO.match(before, one.start()) and "don't worry" not in before[one.start() : one.start() + 12]
        ]
    if noes and not _double(before, noes[-1]):
        return True
    return bool(_NO_AFTER.search(said, stop, stop + 24)) and not re.search(r"不(?:可能|会)", before)


def _double(before: str, last: re.Match[str]) -> bool:
    rest = before[last.end() :]
    return bool(re.match(r"[^,]{0,6}不", rest)) or bool(
        re.search(r"(?:不会|不可能|没有|绝不会|决不会)$", before[: last.start()])
    )


def another(clause: Clause, begin: int, end: int) -> bool:
    """Is it the customer's own words, the past, or something only asked for?"""
    said, at, stop = clause.said, begin - clause.begin, end - clause.begin
    before, after = said[:at], said[stop:]
    for quoted in _QUOTED.finditer(before):
        ours = _OURS_AGAIN.search(before, quoted.end())
        # 您说我们包邮 is the customer's word on us, 您说的我给您退 is ours.
        if ours is None or (ours.start() - quoted.end() <= 1 and not quoted.group().endswith("的")):
            return True
    if clause.english and _AIM.search(said):
        return True
    if before[-1:] in _OPENING and after[:1] in _CLOSING:
        return True
    return bool(
        _PAST.search(before) or _PAST_AFTER.search(after) or _ASKED_FOR.search(before) or _TALKED_OF.search(after)
    )
