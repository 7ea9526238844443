"""The small words around an answer to an offer: numbers, negation, questions, conditions, and what has no weight.

What customers say for yes and no is content (`templates_kb/policy/selling.toml`); this is the grammar around it.
"""

import re

QUANTITY = (
    r"(?:[一二两三四五六七八九十半\d]{1,4}(?:份|个|瓶|盒|包|袋|支|罐|套|件|箱|条|桶|管|把|组|样|块|斤|颗|根|棵|粒|朵)儿?|俩|仨"
    r"|\b(?:one|two|three|four|five|six|a couple|some|\d{1,2})\b"
    r"(?: (?:bottle|box|pack|jar|bag|piece|set)(?:e?s)?\b)?(?: of)?)"
)
SIZE = r"[大中小][瓶盒份包袋罐支](?:装|的)?"

TAKING = ("要", "来", "拿", "带", "加", "买", "整", "搞", "捎", "配", "放", "订", "安排", "弄", "搭", "称", "拍")
"""Verbs that take something where a number or the goods themselves stand beside them."""

ENGLISH_TAKING = (
    r"\b(?:(?:please )?(?:add|throw in|throw|include|grab)"
    r"|(?:i'll|ill|i will|let me|let's|we'll) (?:take|have|get|try|grab)"
    r"|(?:can|could|may) (?:i|we) (?:have|get)|i'd like)\b"
)

BARE_YES = re.compile(
    r"(?:好的?|行|可以|嗯|那|就|我们?|也|还是|都|当然|肯定|必须)*"
    r"(?:(?:我?要要?(?:吧|呀|啊|哈|嘞|哒|滴|哦|了|的)*){1,3}|来吧|来来来|买吧?|加[吧上]?|安排上?吧?|放一起吧?|成交|走起"
    r"|(?:试试|试一下|试一试|尝尝)(?:吧|哈|呗)+|听[你您]们?的吧?|按[你您]说的(?:来|办)?吧?)"
    r"|(?:已经|刚|我|也|都|一起|顺手|顺便|一块)*(?:下单|拍下?|加购)(?:了|啦|咯)+"
    rf"|\+ ?1|(?!\d+$)(?:就|先|给我)?{QUANTITY}(?:吧|就行|就好|就够了?)?|{QUANTITY},? please"
    r"|(?:yes|yeah|yep)[, ]*please|why not|go for it|go ahead|do it|deal"
    r"|(?:wo )?yao(?: ?de| ?yi ?(?:fen|ping|he|dai|bao|ge))?|(?:lai|jia|dai) ?yi ?(?:fen|ping|he|dai|bao|ge)(?: ba)?"
)
"""A whole clause that is a yes though nothing is counted or named beside a verb."""

BARE_NO = re.compile(
    r"(?:谢谢|还是|就|先|这次|今天|暂时|目前|我|那|都)*不(?:了|啦|用|要|必|需要)*(?:谢谢|哈|哦|了|啦|呢|吧)*"
    r"|(?:我们?|家里?|自己|已经|早就|都|也)+有(?:了|的|呢|啦)*|有了(?:有了)*"
    r"|(?:我们?|我妈|家里|都|一般|也)*自己(?:会|能|来|在家)?(?:调|做|配|熬|炒|弄|磨|买|带)(?:的|就行|就好|过)?了?"
    r"|我?(?:只|光)(?:要|买|拿)[^就]{1,10}|我?就(?:要|买|拿)[^就]{1,10}(?:就行|就好|就够|就可以|行了|好了|够了)了?"
    r"|(?:no|nope|nah)(?: thanks| thank you| thx)?|pass|bu ?(?:yong|yao)(?: ?le)?(?: ?xie ?xie)?"
)

PUTTING_OFF = r"免了|甭了|别了|不麻烦了|婉拒了?|下次一定|等下次吧?|改天(?:再说|再买|吧)"
"""Small words for a no that stand beside what is not taken."""

LINK = r"(?:发|给|求|来|推|甩|要).{0,3}链接|链接.{0,3}(?:发|给|推|来|呢)|有链接"
"""Who asks for the link means to buy."""

HESITATION = re.compile(
    r"(?<!不)考虑|想一?想|想一下|没想好|商量|犹豫|纠结|看看再|再看|不确定|不一定|(?:等会儿?|待会儿?|等等|一会儿?)再说"
    r"|\b(?:let me think|think about|not sure|maybe(?! later| next)|perhaps)\b"
)
"""Neither yes nor no, whatever a policy lists."""

EXPLICIT_NO = re.compile(
    r"不要|不用|不需|不必|不买|不加|不带|不拍|不来|不了|不想|不考虑|没兴趣|不感兴趣|算了|下次|改天|以后|免了|甭|别"
    r"|\b(?:no|not|nope|nah|don't|skip|pass|later)\b"
)
"""Other words for no are reasons: beside a question or a doubt they are none yet."""

NOT_USING = r"\b(?:don't|do not|doesn't|never|can't) (?:really |even )?(?:eat|use|like|want|need)\b"

PLACES = r"购物车|订单里?|单子里"
"""Where an agent may put something: a verb beside one is a yes as beside a number."""

HAVING = r"(?:已经|家里?|我们?|还|都|冰箱里|这里|正好|刚好|其实)+有(?:好多|很多|好几[瓶盒包袋个]|不少)?了?"
ENGLISH_HAVING = r"\b(?:i|we) (?:already |still )*(?:have|got)\b|\b(?:i've|we've) (?:already |still )*got\b"
"""A no where nothing else is beside it but a number or the goods."""

NOT_EATING = (
    r"(?:我们?|孩子|小孩|宝宝|老人|家里人|家人|家里|一家人|都|也)+(?:都|也)?"
    r"(?:不|没人)(?:能|会|太|大|怎么)?(?:爱|喜欢)?(?:吃|喝|用)"
)

NEGATION = (
    r"(?:先|暂时|暂且|目前|现在|就|还是|也|都|真|真的)*"
    r"(?:不|没|别|甭|无需|毋需|没有|不再|不会|不必|不太|不大|不怎么)(?:想|打算|准备|考虑|再|用|必|需|给我|帮我|用给我|用帮我)*"
)
ENGLISH_NEGATION = r"\b(?:don't|dont|do not|not|no|never|won't|wont|can't|cannot|without|skip)\b"

_ASSENT = """
好 好的 好呀 好啊 好滴 好吧 好嘞 嗯 嗯嗯 恩 哦 可以 可以的 可以呀 行 行的 行吧 中 成 对 是 是的 收到 知道了
ok okay sure yes yeah yep alright fine
"""

ASSENT = frozenset(_ASSENT.split())
"""Said for thanks and for understood as well: no answer by itself, whatever a policy lists."""

_FILLERS = """
我们 我 咱 俺 你们 你 您 他 它 亲 老板 店家 掌柜 客服 小二 美女 帅哥 这个 那个 这款 那种 这种 这 其他 其它 别的
我妈 我爸 爸妈 孩子 老公 老婆 家人 你说的 您说的 说的 不过 但是 但 可是 反正 然后 所以 多 到 过来 就行 就好 就够 尝鲜
尝尝鲜 等 那就 那么 那 就 也 再 还 都 先 吧 了 呀 啊 哦 噢 哈 哈哈 呗 啦 哒 嘛 咯 喽 哟 哇 诶 哎 唉 额 呃 嘻 的 地
得 滴 呢 着 给 帮 替 请 麻烦 辛苦 谢谢 多谢 感谢 谢啦 谢了 谢 不客气 抱歉 不好意思 推荐 介绍 听你的 听您的 没问题
一起 一块儿 一块 一并 一同 同 和 跟 顺便 顺带 直接 马上 现在 刚好 正好 一下 下 试试 尝尝 试 尝 看看 个 点 些
必须 必须的 当然 肯定 搭配 推销 同款 随单 随货 一单 这单 这次 这回 本次 看起来 听起来 听着 看着 打包
没吃完 没用完 没吃 没用 好多 很多 不少 上次买的 之前买的 还剩 剩 上 吃 用 进 里 去 发 寄 下单 里面 还有 另外 以及
可 以 暂时 目前 真的 真 今天 不错 挺好 真好 划算 太贵了 有点贵 有些贵 好贵 太贵 贵是贵 贵了点 贵 家里还有 家里有 家里
已经有了 已经 有了 够了 能不能 可不可以 能 吗 么 方便 吃不完 吃不惯 不爱吃 不喜欢吃 不喜欢 用不上 用不着 不会用
买过了 买过
"""

FILLERS = (*sorted(ASSENT), *_FILLERS.split())
"""Words without weight beside a yes or a no; reasons for a no are among them, for beside a yes nobody says them."""

_ENGLISH_FILLERS = """
please pls thanks thank thx you ok okay sure yes yeah yep great i i'll i'd ill we we'll me us my our it it's that this
the a an them then too also as well just and to of for with in on so go ahead would will like love add take get have
send include put buy want need order cart basket box bottle jar pack sounds good nice perfect lovely let's do today now
at moment time right really can could one any anything else more i'm am already still left plenty enough home extra
actually alright hmm cool awesome cheers bottles jars packs but fine
"""

ENGLISH_FILLERS = tuple(_ENGLISH_FILLERS.split())

TAIL = re.compile(r"(?:吧|了|的|呀|啊|呗|啦|哒|点|上|个|下|试试|尝尝)+$")
"""What may follow the verb of a yes without changing it."""

LEAD = re.compile(r"^(?:那|就|给我|帮我|也|顺便|一起|一块儿?|可以|好的|好|行|这个|我)+")

HARD_QUESTION = re.compile(
    r"怎么|咋|什么|啥|多少|几[份个瓶盒包袋天点块]|哪|谁|如何|为何|为什么|多大|多重|多久|贵不贵|会不会|好不好吃|区别"
    r"|\b(?:what|how|which|when|where|why|who|whose)\b"
)
SOFT_QUESTION = re.compile(
    r"[吗么]$|[吗么](?=[呀啊哦])|呢$|能不能|可不可以|行不行|好不好|^(?:is|are|does|do|can|could|will|would|may)\b"
)
REQUEST = re.compile(
    r"(?:帮|给|替|麻烦)(?:我|忙|咱|一?下)"
    r"|\b(?:can|could|may|will|would) (?:you|i|we) (?:please )?(?:add|get|have|take|include|send)\b"
)

PRICE_QUESTION = re.compile(r"多少钱|什么价|啥价|怎么卖|多少一|几块|几钱|贵不贵|价格|how much|what(?:'s| is) the price")
CONDITION = re.compile(
    r"如果|要是|假如|假若|若是|的话|除非|只要[^，,。]{1,8}就(?!行|好|够|可以)|前提|不然|否则"
    r"|(?:便宜|优惠|打折|打个折|包邮|免邮|免运费|减|少|降|折|送|券|新鲜|好吃|不辣|有货|合适)[^。！!\n]{0,12}[就才再](?:我)?(?:要|来|买|带|拿|加|下单|考虑|给我)"
    r"|\b(?:if|unless|as long as|provided)\b"
)
"""What comes after one is no answer yet."""

ABOUT_AN_ORDER = re.compile(r"退款|退货|退钱|退了|退掉|取消|投诉|差评|换货|赔|refund|cancel|return")
"""A no beside these is about what was ordered."""
