"""Which terms of sale does a clause promise: returns, claims, gifts, prices, carriage, for ever?"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assist.domain.promise import PromiseKind

from .scene import Found, Scene, hint
from .spoken import Spoken, spoken
from .times import When

_FREELY = spoken(
    r"无理由(?:[^,]{0,4}?[退换](?:货|换)?)?|[天日]无忧|无忧退|随时(?:都|也)?(?:可以|能|可|来|给[您你])?(?:申请)?退|(?:不想(?:要|吃|留)|不喜欢|不满意|不合适"
    r"|不合[^,]{0,3}(?:心意|口味|胃口)|后悔|不对胃口|不顺口|吃不来|不对味|看不上|没看上|看走眼"
    r"|不称心|不顺眼|不爱(?:吃|要)|吃不惯|变卦|反悔|改主意|买错|拍错|拍多|买多|不中意|没(?:相|看)中|单纯不想|不乐意|不想买|没兴趣|不稀罕|不可口|不好看|不甘心)[^,]{0,12}?(?:退|换"
    r"|[寄拿收拉取送还]回|还我们|取走|上门取)|(?:想|说|任意|任性|随便|随意|闭眼)退(?:就|都|货)?(?:退|换|$)?"
    r"|(?:拆|开|吃|尝|切)[^,]{0,4}(?:了|过|封)也[^,]{0,4}退|(?:不问|没有?|不管|无论|不论)(?:任何|什么)?(?:原因|理由|缘由|啥)[^,]{0,8}?(?:退|换)"
    r"|\bno[- ]reason\b|\bwithout (?:any |a )?reason\b|\bno questions(?: asked)?\b"
    r"|\b(?:for )?whatever (?:the )?reason\b|\b(?:free|easy|hassle[- ]free) returns?\b|\bfor any reason\b"
    r"|\bany reason\b"
    r"|\b(?:send|return)[^,]{0,16}\bif you (?:don't|do not|aren't|change|just|decide)"
    r"|\bdays? to (?:change your mind|decide|return)\b|\b(?:change your mind|(?:don't|do not) (?:like|want|fancy"
    r"|love) (?:it|them)|not (?:happy|satisfied|what you (?:want|expect)\w*|to your (?:taste"
    r"|liking)))\b(?=[^,]{0,30}\b(?:return|send|back"
    r"|refund)\b)|\breturn (?:it|them) (?:any ?time|whenever)\b"
)
_REFUSED_WITHIN = spoken(r"不适用|不支持|不能|不可|无法|不包括|不提供|不享受|\b(?:can't|cannot|don't cover)\b")
_CLAIM = spoken(
    r"退|换|赔|售后|理赔|反馈|联系|找我|找客服|跟我们?说|和我们?说|告诉我们|报损|申请|保障|质保|补|来找|处理|发我们|拍照|算我们?的|负责|包管|寄回|(?:都|全|就)认|[来再上能]报(?!价|名"
    r"|告|道|纸|答)|报(?:过来|上来|给)|管(?!您|你|好|理|用)|登记|兜|说(?:都|也|就)?(?:行|可以|来得及)|\breport"
    r"|\btell us|\bcontact|\breturn|\bclaim|\bexchange|\bsend (?:it |them )?back|\blet us know|\bmessage us"
    r"|\bwrite to us|\bshout|\bsend us|\bcover|\bsort it|\bmake it right"
    r"|\brefundable"
)
_WRONG = spoken(
    r"坏|烂|问题|售后|退|换|赔|碎|死|化|少|缺|质量|签收|质保|漏|错|破|瑕疵|不新鲜|臭|异味|馊|蔫|霉|不对|毛病|不好|差错|补|\bbad\b|\brotten\b|\bdead\b|\bbroken\b"
    r"|\breturn|\bclaim|\bproblem|\bwrong\b|\bmissing\b|\bdamage|\bissue|\bthaw|\bcrack|\b(?:anything|something|not"
    r"|isn't|aren't|look\w*|smell\w*|'s|is|go(?:es)?) (?:\w+ )?(?:off|right|wrong)\b"
)
_OTHER_TIME = spoken(
    r"到账|到帐|价保|保价|价格|差价|发票|到货|送达|送到|发货|发出|回复|答复|吃完|食用|保存|冷藏|存放|回电|到您|工作日|有效|审核|配送|\brefund(?:s"
    r"|ed)? (?:within|in"
    r"|take|arrive)|(?<!after it )(?<!after they )(?<!of )(?<!on )(?<!once it )\barriv|\bship|\bdeliver|\bprice"
    r"|\bback to you\b|\baccount"
)
_WE_DO = spoken(r"^(?:之内|以内|内|里)?(?:会|就|可以|必|一定|肯定)*(?:[给为帮][您你]|我们?会|客服会|专人|处理)")
_GIFT = spoken(
    r"(?<![配派运发])(?:附送|附赠|赠送|加送|免费送|送|赠|搭)(?:给)?(?:[您你])?(?:一|两|二|三|几|半(?!小时|天)|\d|点|些|个(?!信|货)|小|份|箱)(?!次|元|块|天"
    r"|小时|日|分钟|单|家|楼|趟)"
    r"|(?:多|额外|白|免费|顺手|顺便|另外|偷偷|悄悄|特意)(?:再|给[您你]|帮[您你]|又)*(?:送|给|放|发|装|加|寄|塞|抓|拿|搁|称|添|饶|搭|拣|捡|挑|配|捎|弄|来|备"
    r"|让)(?:给)?(?:[您你])?(?:一|两|俩|仨|三|四|五|几|\d|点(?!时)|些|个(?!月|小时|钟|星期|礼拜)|半|把|小)(?!次|天|小时|会|下|阵|段|晚|周|夜|年|边|旁|个(?:月|小时|钟"
    r"|星期|礼拜))"
    r"|给[您你](?:再|顺便|另外|里面|箱子里|包裹里|也)*(?:捎|塞|搭|带|装|放|附|饶|添|抓|搁|拣|捡|备|配"
    r"|加)[上了点]?(?:一|两|俩|仨|三|几|\d|点|些|个|半|把|小)(?!张|次|天|下|会|定)|(?:寄|发|拿|装|给|捎|拎|提|端|备|配)(?:[您你])?(?:一|两|俩|三|几"
    r"|\d)小?[个只盒箱袋份包瓶罐斤把条颗枚套桶板串根][^,]{0,10}(?:给[您你]赔|当赔|赔罪|赔礼|道歉|表示|尝尝|尝鲜|压惊|意思|安慰|感谢|谢谢)"
    r"|我(?:们)?(?:做东|请客)?请[您你](?:吃|喝)|(?:掏腰包|自费|私人|个人|我自己)[^,]{0,6}(?:寄|送|买)[^,]{0,2}(?:箱|袋|盒|份|斤|[一两])"
    r"|(?<![配派运发])[送赠捎塞搭附饶][您你]?[箱袋盒份瓶罐筐包](?!子|装|里|裹|邮|[甜鲜活熟您你])|(?:附|搭|饶|捎|塞|添)(?:送|上|给|进)?(?:[您你])?(?:一|两|俩|仨|三|几"
    r"|\d)小?[个只盒箱袋份包瓶罐斤把条颗枚套桶板串根]"
    r"|(?:[一二两三四五几]|\d{1,3})小?[个只盒箱袋份包瓶罐斤把条颗枚套桶板串根][^,]{0,8}(?:白送|免费送|当赠品|(?:就)?送[您你]了?|算我(?:们)?(?:送|请)|我请|不[要收]钱"
    r"|不另?外?收钱)|(?:送|给|带|放|附|备|有|寄|安排|塞|捎|搭|领|拿)[^,]{0,6}?(?:小礼[品物]|赠品|礼物|伴手礼|小惊喜|小心意|小零食|试吃(?:装|品|包))"
    r"|(?<![配派运发])送[您你](?!到|达|货"
    r"|上|去|过|家|那|手|门|回|们|优惠|代金|券|红包|\d+ ?元|[^,]{0,6}(?:券|红包|积分))"
    r"|\b(?:slip|pop|tuck|toss|throw|pack|sneak|stick|chuck|put|drop)(?:ping|king|sing|ting)? (?:in )?(?:an?|some"
    r"|two|three|a few|a couple of|another|one) (?:\w+ ){1,6}?(?:in|into|with|for you|on us|free)\b"
    r"|\b(?:slip|pop|tuck|toss|sneak|stick|chuck)(?:ping|king|sing|ing)? in\b|\b(?:on us|my treat|our treat"
    r"|as a (?:treat|gift(?! card)|thank[- ]you|present|bonus|little (?:extra|gift|thank\w*))|free of charge"
    r"|at no (?:extra )?(?:cost|charge))\b"
    r"|\bthrow(?:ing)? in\b|\bfree gift|\ba (?:small |little )?gift (?:for|to|with)|\bcomplimentary\b"
    r"|\bon the house\b|\badd(?:ing)? (?:in )?(?:an? |some |two |one |a few )?(?:extra|free|bonus)|\b(?:extra"
    r"|free|bonus) (?:box|bag|pack|punnet|fruit|one|two|\w+berr\w+|sample|item|crab|mango|apple|orange)\w*"
    r"|\b(?:include|put in|slip in)[^,]{0,12}(?:extra|gift|bonus)|(?<!-)\b(?:extra|free|bonus"
    r"|complimentary) (?!shipping|delivery|postage|returns?|refund|to\b|of\b|from\b|range|and\b|or\b|time|days?"
    r"|hours?|cost|charge|fee)(?=\w+)|\b(?:extra|free|bonus) \w+ (?:for you|in your|in the|with your|on us|to your"
    r"|next time)\b|\bfor free\b(?! (?:delivery|shipping))"
)
_GIFT_NOT = spoken(
    r"券|红包|积分|送人|送礼|满 ?\d+ ?元?[送赠]|买[一二两三四五\d]+[件箱份]?[送赠]|coupon|voucher|shipping|delivery"
    r"|replace"
)
_EN_GIVES = spoken(
    r"\b(?:give|giving|send|sending|add|adding|throw|throwing|include|put|slip\w*|tuck\w*|toss\w*|sneak\w*|stick"
    r"|chuck|pack\w*|get|have|receive|here's|there's"
    r"|coming|will|on the house|complimentary|pop)\b|'ll\b"
)
_PRICE = spoken(
    r"(?:全网|全国|全市|史上|同行|市场|历史)(?:都)?(?:是)?最?低价?|最低价|底价|(?:绝对?|决|肯定|保证|以后|永远|永|从|再也)?(?:不|不会)(?:给[您你])?再?(?:涨价|加价)"
    r"|(?:价[^,]{0,8}|绝对?|决)不(?:会)?(?:给[您你])?再?涨|(?<!糖)(?<!度)(?<!酸)(?:不会|绝不|决不|不再|不可能|永不|永远不|一分(?:钱)?(?:都|也)?不"
    r"|绝对不)[^,]{0,3}(?:涨|加(?:钱"
    r"|价|一?分|[一1]块)|提价|调价|变价|变贵)(?!粉|红|潮|水|大|袋|包)"
    r"|(?:以后|永远|一直|长期|今后|往后|年年|一辈子|终身|永久|涨[^,]{0,4}(?:也|都)?|什么时候来?|哪天来?|明年|下次|下回|再来)[^,]{0,8}(?:[这此老]个?|同|固定)(?:价|钱"
    r"|数)|[您你][^,]{0,4}(?:也|都|还|永远)是这个?(?:价|钱|数)"
    r"|价(?:格|钱)?[^,]{0,6}(?:不变|不动|锁|定死|固定|雷打不动|最低|最便宜|到底)|(?:锁|锁定|固定)(?:着|住|死|了)?(?:这个?|您的)?(?:价|钱)"
    r"|这个?[价钱][^,]{0,8}(?:一辈子|永远|都能拿|一直)"
    r"|(?:不会?|不可能|绝不)(?:再|有)?(?:降|更低|更便宜|便宜(?!没好))[^,]{0,3}(?:了|的)|(?:不会?|不可能|没有?|绝不)(?:再)?比[^,]{0,8}(?:便宜|低|划算)"
    r"|(?:降价?|掉价|跌|便宜)了?[^,]{0,10}(?:退|补|返|赔)[^,]{0,4}差(?:价|额)?|(?:退|补|返)[^,]{0,2}差价|差价[^,]{0,6}(?:退|补|返)|保价|价保|价格保护"
    r"|买贵[^,]{0,14}(?:退|补|赔)|全(?:网|平台|国|市|行业)[^,]{0,3}最(?:低|便宜)|最便宜|(?:哪|别处|外面|别家|别人家)[^,]{0,4}(?:买不[到着]|找不[到着]"
    r"|没有?)[^,]{0,6}(?:便宜|价|低)|(?:没有?|找不到|没人|谁也|哪家)[^,]{0,8}(?:更便宜|更低|便宜过|再低|低过|比[^,]{0,6}(?:便宜|低))|比[^,]{0,6}都便宜"
    r"|\b(?:lowest|cheapest|best)(?: possible)? prices?\b(?! (?:is|are) (?:\d|shown|on|listed))|\b(?:lowest"
    r"|cheapest) (?:anywhere|online"
    r"|on the|in (?:town|the)|you)|\bnever (?:raise|increase|go up)\b|\bprices? (?:will )?(?:never"
    r"|won't) (?:go up|rise|increase|change)|\bprice[- ](?:protection|guarantee|match)|\bprotect\w* the price"
    r"|\bsame price forever|\bprice (?:will )?(?:always )?stays? the same\b|\balways (?:be )?this price"
    r"|\b(?:price|it)(?:'s| is| will be)? (?:locked(?: in)?|fixed|guaranteed) (?:for|forever|until|till)"
    r"|\bwon't (?:find|get|see) (?:it |this |them |one )?(?:any )?(?:cheaper|lower|better price)"
    r"|\b(?:nobody|no one|no shop) (?:\w+ )?(?:sells|is|beats|can)[^,]{0,12}(?:cheaper|price|lower)"
    r"|\bnever (?:be )?(?:cheaper|lower|pay more)|\b(?:price|it|they) (?:won't|will never|never|will not"
    r"|is never going to) (?:ever )?(?:go up|rise|increase|get (?:more expensive|dearer))|\bmatch any price"
    r"|\bas low as it gets|\block(?:ed|ing)? (?:in )?(?:this|the|your|that) price"
    r"|\b(?:price|it) (?:drops?|goes down|falls?)\b[^,]{0,24}|\bprice (?:difference|adjust\w+)|\b(?:refund|pay"
    r"|give)[^,]{0,12}\bdifference|\bcheapest (?:around|there|we|shop|on|you'll)|\bnothing cheaper|\bbeat any price"
    r"|\bstays? (?:at )?this price"
)
_PROTECTION = spoken(
    r"差价|差额|[退补返]差|保价|价保|价格保护|买贵|\bprice[- ](?:protection|guarantee|match)|\bprotect"
    r"|\bdifference|\bdrops?\b"
    r"|\bgoes down|\bfalls?\b"
)
_ANY_TIME = spoken(r"随时|任何时候|什么时候|一直|永远|以后|不限时|\bany ?time|\bwhenever|\bever\b")
_FREE = spoken(
    r"包邮|免运|免邮|零运费|(?:不[收要算]|没有?|免|包|去掉|抹掉?|减掉?|省掉?|取消|承担|出|付|掏|贴|吸收)(?:[您你]|这单|所有|全部)?的?(?:运费|邮费|快递费|配送费|送货费|邮资"
    r"|路费)(?!险)"
    r"|(?:运费|邮费|快递费|配送费|送货费|邮资|路费)(?:给[您你]|我|这边|帮[您你]|都|全|就|直接)*(?:去掉|抹[掉了]|减[掉了]|省|取消|划掉?|改成?[0零]|归零|清零|不算|拿掉)"
    r"|[运邮]费?[^,]{0,3}(?:0|零)元?(?![.\d])|(?:不用|不必|不需要?|无需|不要|别)(?:[您你])?(?:再|另|来)?(?:付|出|掏|给|管|操心|交"
    r"|补)[^,]{0,3}(?:运费|邮费|快递费|配送费)"
    r"|(?:运费|邮费|快递费|配送费)[^,]{0,5}(?:不[收要用]|不用|别管|分文不|一分不|一毛不|算(?:在)?(?:我|咱|店|本店)|(?:我|咱|本|这边|店)(?:们|这边|家|店|里"
    r"|给[您你])*(?:来|全|都|给[您你])?(?:出|掏|付|贴|扛|担|包|吸收|承担|买单|倒贴)|全免|(?<!不)免)|免费(?:配送|送货|寄|发货|送到家)|不[收要](?:[您你]的?)?(?:运费"
    r"|邮费)|(?:运费|邮费)[^,]{0,4}?(?:全?免|减免)|免(?:掉|了|除"
    r"|去)?(?:[您你]的?|这单的?)?(?:运费|邮费)"
    r"|\b(?:cover|pay|absorb|take care of|handle|eat)(?:ing)? (?:for )?(?:the |your |all )?(?:\w+ )?(?:shipping"
    r"|delivery|postage)\b|\b(?:shipping|delivery|postage)(?: is|'s|'ll be| will be) (?:always |all |completely "
    r"|totally )?(?:free|on (?:us|me|the house)|covered|taken care)"
    r"|\b(?:shipping|delivery|postage)\b[^,]{0,14}\b(?:won't cost|costs? (?:you )?nothing|waived|gratis|no charge)"
    r"|\b(?:zero|without(?: any)?|no) (?:shipping|delivery|postage)\b"
    r"|\b(?:don't|won't|no need to|never|not) (?:have to |need to )?(?:pay|charge"
    r"|worry about)[^,]{0,14}\b(?:shipping|delivery|postage)\b|\bships? (?:\w+ )?free\b|\bfree (?:of )?(?:shipping"
    r"|delivery|postage)\b|\b(?:shipping|delivery|postage) (?:is )?(?:always |all )?free\b"
    r"|\b(?:shipping|delivery|postage)(?: is|\'s)? on us\b|\balways free\b|\bwaiv\w* (?:the |your "
    r"|all )?(?:shipping|delivery|postage)|\bno (?:shipping|delivery) (?:fee|cost|charge)s?"
)
_BORNE = spoken(r"(?:运费|邮费)[^,]{0,3}(?:我们?|本店|店里|咱们)[^,]{0,3}(?:出|承担|付|包|担|的)")
_FOR_ALL = spoken(r"都|以后|所有|全部|每[单次]|一律|永远|\ball\b|\balways\b|\bevery\b")
_FREE_IF = spoken(
    r"满|够|凑|差\d|不符|描述|负责|审核|\bmistake|\bfault|差[^,]{0,4}[块元]|退运|退货运|不满|换货|责任|破损|漏|死|烂|达到?|坏|质量|退[回货换]|错发|发错|补发|瑕疵"
    r"|漏发|少发|以上|会员|活动|(?:[二两三四五六七八九]"
    r"|[2-9]|\d\d)[件袋份箱盒]|\bfrom (?:\d|¥)|\bover\b"
    r"|\babove\b|\borders? of\b|\bif\b|\bfaulty\b|\bwrong\b|\breturns?\b|\breplacement\b|\bspend\b|\bor more\b"
    r"|\bmembers?\b"
)
_OUR_FAULT = spoken(r"不符|我们的?(?:错|问题|责任)|我们负责|\b(?:our|my) (?:mistake|fault|error)")
_ALWAYS = spoken(
    r"(?:无条件|终身|终生|永久|永远|一辈子|无限期)[^,]{0,8}?(?:退|换|赔|保(?!存)|售后|质保|免费|服务|补|负责|优惠|包|维修|有效|享受|打折|折|免|送|给|管|会员|vip|优先|赔付"
    r"|修|护|随叫|服务)|没有?(?:任何|啥|什么|半点)?条件|不(?:设|限|看|讲|附加|加|带|提|谈)(?:任何|别的|其他|什么)?(?:期限|时间|次数|时限|条件)|(?:不限|无限)(?:次|期"
    r"|时)[^,]{0,6}(?:退|换|赔|售后|修)"
    r"|(?:一直|永远|到老|这辈子|多少年|什么时候)[^,]{0,6}(?:负责|管到底|都管|都认|都赔|包退|包换|包赔|售后|打[^,]{0,2}折|优惠)|(?:什么|啥)时候[^,]{0,8}(?:都|啥时候"
    r"|什么时候)[^,]{0,4}(?:退|换|赔|修|认|管)|过多久[^,]{0,4}(?:退|换|赔|修|认|管)|(?:二话不说|无脑|闭着?眼)[^,]{0,6}(?:退|换|赔)"
    r"|(?:这辈子|一辈子|永远|什么时候|啥时候|哪年)[^,]{0,4}(?:算数|作数|有效|认账|都认)|不(?:用|需要?|要)(?:任何|什么)?(?:凭证|照片|举证|证明|审核"
    r"|证据)[^,]{0,6}(?:退|换|赔)|(?:管|负责|包)(?:[您你])?(?:一辈子|一世|到老|永远)|(?:退|换|赔|售后|质保"
    r"|负责)[^,]{0,4}(?:终身|终生|永久|无条件|一辈子|到底)"
    r"|\blifetime\b|\bunconditional(?:ly)?\b|\bforever\b|\bfor life\b|\bno strings attached\b|\bno (?:time limit"
    r"|conditions?|expiry|limits?)\b|\bas long as you live\b|\bfor good\b(?= you| we|$)|\bno matter (?:what|when)\b"
    r"|\b(?:permanent|perpetual|indefinite)(?:ly)?\b|\bfor (?:all )?eternity\b|\bfor the rest of your\b"
)


_SIGNED = spoken(r"收到|签收|到货|收货|到手|拿到")
_SIGNED_DAY = spoken(r"当[天日晚]|次日|隔[天日]|第二天")
# 页面上的7天无理由是杯子的, 生鲜不参加: what one clause names the next denies.
_DENIED_NEXT = spoken(
    r"^(?:但是?|可是?|不过|而)?(?:我们?家?|咱们?家?|本店|生鲜类?|水果|蔬菜|海鲜|鲜活|[这那]边|[这那][个款类种]?|您?这单)?[^,]{0,6}"
    r"(?:不参加|不适用|不支持|没有(?!问题)|不包括|不享受|不行|不能|除外|不算|不在|做不了|没法)"
)
_ENDLESS = 36_500.0
_ALWAYS_HINT = hint(
    "终永条辈限期次直老年候世久话脑闭证照核",
    "lifetime unconditional forever life string limit condition expir live good"
    " matter permanent perpetual indefinite eternity",
)
_GIFT_HINT = hint(
    "送赠礼捎塞搭附饶添抓搁拣捡多额白免顺另偷悄特独带装放备配加罪歉尝惊慰谢吃喝掏钱",
    "throw gift complimentary house add extra free bonus include put"
    " slip pop tuck toss sneak stick chuck pack drop treat charge cost present",
)
_FREELY_HINT = hint("退换由忧寄拉拿取", "reason question return mind like happy satisfied want fancy love back decide")
_PRICE_HINT = hint(
    "差钱加降划锁数价涨低贵宜", "price cheap low differ lock beat match drop falls fall goes more it they"
)
_FREE_HINT = hint("邮运费免", "free shipping delivery postage ship")


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


def _first(scene: Scene, pattern: Spoken) -> tuple[int, int] | None:
    for found in pattern.finditer(scene.said):
        if scene.clause.after and _DENIED_NEXT.match(scene.clause.after):
            return None
        place = scene.in_sentence(found.span())
        if not _REFUSED_WITHIN.search(found.group()) and scene.ours(*place):
            return place
    return None


def _returns(scene: Scene) -> Iterator[Found]:
    freely = _first(scene, _FREELY) if scene.may_say(_FREELY_HINT) else None
    if freely is None and not (scene.times and _CLAIM.search(scene.said)):
        return
    span = next((one for one in scene.times if one.hours), None) or _signed_day(scene)
    if found := freely:
        begin, end = found
        if span is not None and abs(begin - span.end) <= 8:
            begin = min(begin, span.begin)
        yield Found(PromiseKind.return_window, begin, end, days=_days(span), certain=scene.sure)
    elif span is not None and _claims(scene, span) and scene.ours(span.begin, span.end):
        yield Found(PromiseKind.return_window, span.begin, span.end, days=_days(span), certain=scene.sure)


def _signed_day(scene: Scene) -> When | None:
    """Return the days that a window named by them takes: 收到当天, 签收后第二天."""
    if not _SIGNED.search(scene.said):
        return None
    day = next((one for one in scene.times if one.due and one.due.days_on is not None), None)
    if day is None or day.due is None or not _SIGNED_DAY.match(scene.said, day.begin - scene.begin):
        return None
    return replace(day, hours=24.0 * ((day.due.days_on or 0) + 1))


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
    if protection and span is None and not _ANY_TIME.search(scene.said):
        return
    if span is not None and protection:
        begin, end = min(begin, span.begin), max(end, span.end)
    yield Found(PromiseKind.price, begin, end, days=_lasting(span) if protection else None, certain=not protection)


def _lasting(span: When | None) -> float:
    """Return the days prices are protected for; without end is longer than any policy's."""
    days = _days(span)
    return _ENDLESS if days is None else days


def _freight(scene: Scene) -> Iterator[Found]:
    if not scene.may_say(_FREE_HINT):
        return
    found = _first(scene, _FREE)
    if found is None and _FOR_ALL.search(scene.said):
        found = _first(scene, _BORNE)
    if found is None:
        return
    given = _FREE_IF.search(scene.clause.sentence) or _OUR_FAULT.search(scene.clause.around)
    free = given is None and not scene.conditional
    yield Found(PromiseKind.freight, *found, certain=free)
