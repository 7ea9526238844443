"""What is promised of the goods themselves: fresh, tasty, lasting, harmless?"""

import re
from collections.abc import Iterator

from assist.domain.promise import PromiseKind

from .scene import Found, Scene, hint
from .spoken import spoken

_FRESH = spoken(
    r"包(?:新?鲜|活)|一个坏的?都没有?|(?:绝|决)?无(?:一)?(?:个|只)?[坏烂死][果货]?|(?:没|无)一?[个只](?:坏|烂|死)|(?<=[天场])鲜(?!花|奶|肉|榨)"
    r"|(?<!价)保(?:新鲜|活(?!动)|鲜活)|(?:到手|收到|到家|送到|到您)[^,]{0,6}?(?:都|全|个个|只只|绝对|肯定|还|照样|依然|准)[^,]{0,4}?(?:活|鲜|好的|完好|弹|跳"
    r"|蹦|动|硬|冰|水灵|脆|绿)(?!着?[,]?(?:就|的话|直接))"
    r"|一[个只颗](?:都|也)不(?:会)?[坏烂碎死破]|没(?:有)?(?:冻|泡|注水|打水|隔夜)过?|一[个只颗][^,]{0,4}的都(?:没有|找不)|(?:都|绝|就)不会?(?:坏|烂|死"
    r"|化)(?!肥)|没有隔夜|不隔夜|当[天日]的|现[摘杀捞挖采]|弹(?:牙|的)|q弹"
    r"|新鲜|鲜活|活蹦乱跳|(?:不会?|没有?|不可能|绝不?|零)(?:有|出现|给[您你]|让[您你])?(?:收到)?(?:一个|一只|任何|半点|半个)?(?:坏|烂|死|碎|蔫|臭|化|变质|磕碰"
    r"|损耗)(?!肥|学)的?果?"
    r"|喘气|吐[水沙泡]|会呼吸|(?<=[都就是百绝顶])鲜(?=$|[的得])|水灵|鲜灵|生龙活虎|活泼|活络|带水珠|带露水|(?:还|都)?[在会能](?:蹦|跳|动|爬|吐泡)|(?:冻|冰)得?(?:硬|梆硬"
    r"|邦邦|住|透)|硬邦邦|冰凉|坚挺|[坏烂死]不了|脆生|翠绿|(?:都|全|个个|只只)?(?:都?是)?(?:好|活)的|完好|存活"
    r"|\bfresh(?:ness)?\b|\balive\b|\blive(?:ly)?\b|\bkicking\b|\b(?:intact|unbruised|flawless|frozen solid"
    r"|rock hard|crisp and green)\b|\b(?:perfect|mint|tip-?top|pristine) (?:condition|shape)\b"
    r"|\b(?:won't|will not|never|not|don't|n't)\b[^,]{0,24}?\b(?:bad|rotten|spoiled|dead|bruised|mushy|wilted"
    r"|broken) ?(?:one|apple|fruit|egg|crab)?s?\b|\bperfect condition\b|\b(?:no|not a single|never a"
    r"|without(?: any)?) (?:bad"
    r"|rotten|spoil\w+|dead|bruis\w+)\b|\bnone (?:of them )?(?:will be )?(?:bad|rotten|dead)\b"
    r"|\b(?:won't|will not|never) (?:spoil|rot|go bad|be rotten|die)\b"
)
_FRESH_ITSELF = spoken(
    r"^(?:包|一[个只颗][^,]{1,4}的都|一[个只颗][都也]不|(?:都|绝)不会?[坏烂死化]|保(?!鲜)|到手|收到|到家|送到|到您)"
)
_FRESH_PLAIN = spoken(
    r"(?:很|都|非常|特别|超|是|绝)(?:是|很)?新鲜|不会有?(?:一个)?[坏烂死]|个个|只只|全是|新鲜度?[^,]{0,4}(?:放心|没问题|没得说)|\b(?:are|is|always|all"
    r"|totally|really"
    r"|so) (?:very )?fresh\b"
)
_TASTE = spoken(
    r"包甜|保甜|包好吃|保熟|包熟|包[您你]?(?:满意|喜欢)|(?:不甜|不好吃|不脆|不香|难吃|酸了?)(?:的话)?(?:您|你)?(?:就|都|也|随时|可以|来|直接|我们|给您|给)*(?:包?退"
    r"|不要钱|包赔|赔|免单|全退|包换)"
    r"|[酸苦涩]的?(?:话)?(?:算我|我)(?![^,]{0,4}(?:们?核|帮[您你]))|(?:个个|颗颗|只只|口口|粒粒|块块|箱箱)(?:都|全|都是)?(?:很|超|巨|倍儿?)?(?:甜|香|糯|脆"
    r"|好吃|爆汁|蜜甜)|(?:难吃|太酸|发酸|寡淡)[^,]{0,6}(?:找我|算我|骂|砸|关|退|赔|不要钱)|[酸涩]一[个颗只箱斤][^,]{0,6}[退赔补]|(?:不够?|没那?么?|要是没)(?:甜"
    r"|好吃|脆|香|糯|鲜|嫩|粉|面|爆汁|水分)[^,]{0,6}(?:找我|算我|骂我|我[^,]{0,6}(?:关|砸|吃|退|赔|倒贴|头|输|跪|改姓|跟[您你]姓|不干)|一分钱?不[要收])"
    r"|甜|好吃|口感|美味|味道|多汁|爆汁|软糯|粉糯|绵密|入口即化|鲜美|回购|回头|上瘾|爱上|停不下来|惊艳|吃了还想|香(?!蕉|菇|菜|葱|椿|味|瓜|油|港|肠|料|水)|\bsweet\w*"
    r"|\btast[ey]\w*|\bdelicious\b|\bjuicy\b"
    r"|\bflavou?r\w*\b|\bcrisp\b|\byummy\b|\byou(?:'ll| will) (?:\w+ )?love\b|\bcome back for more\b|\bmelts? in\b"
)
# 不甜, 我退您钱: what is bad about the taste in one clause, what is done about it in the next.
_NOT_TASTY = spoken(
    r"(?:不够?|没那?么?)(?:甜|好吃|脆|香|糯|鲜|嫩|粉|面|爆汁)(?:的话|了)?$"
    r"|难吃(?:的话)?$|\b(?:not|isn't|aren't|n't) (?:\w+ )?(?:sweet"
    r"|tasty|delicious|juicy|crisp|yummy)(?: enough)?$"
)
_AMENDS = spoken(
    r"^(?:[您你]|我们?|我这边)?(?:就|都|也|随时|直接|尽管|来|全|给[您你]|包)*(?:退|赔|免单|找我(?![^,]{0,4}(?:反馈|看|核实))|换|不要钱|不收)"
    r"|^(?:we|i)(?:'ll| will)\b[^,]{0,12}\b(?:refund|give|pay)|^(?:it's |they're )?(?:free|on (?:us|me)"
    r"|your money back)"
)
_NOT_SWEET = spoken(
    r"\b(?:not|isn't|aren't|n't) (?:\w+ )?(?:sweet|tasty|delicious|juicy|crisp|yummy)\b[^,]{0,20}"
    r"\b(?:refund|money back|free|on (?:us|me)|your money)\b"
)
_TASTE_ITSELF = spoken(r"^(?:[个颗只口粒块箱]{2}|包|苦|保|不|没|要|难|酸|太|发|寡|涩)")
_NOT_A_TASTE = spoken(r"异味|味道(?:不对|怪)|口感(?:更|会更|最)|以实物")
_SAFE = spoken(
    r"(?:孕妇|孕期|怀[^,]{0,2}孕|有孕|备孕|哺乳期?|月子|宝宝|小孩|孩子|娃|老人|老年人|婴儿|小朋友|儿童|产妇|病人|糖尿病|三高|高血[压糖脂]|痛风|过敏体质"
    r"|敏感)[^,]{0,8}?(?:放心|安心|大胆|没有?(?:任何|什么)?(?:问题|事|关系|影响)"
    r"|(?<!不)(?:能|可以|照样|照|随便|直接|抓着|抱着|正常)(?:直接|生)?(?:吃|啃|喝|食用)|没问题|没事|没关系|不要紧|无忧|不怕)"
    r"|(?:农药|农残|激素|添加剂?|防腐剂|催熟剂?|抗生素|膨大剂|甜蜜素|色素|重金属|副作用)[^,]{0,5}(?:没有|为?零|都没|都不|不存在|绝无|不含|一概|查不出|检不出|未检出)"
    r"|(?<![打用喷上沾施泡])(?:不|没|从来?不|从没|绝不)(?:打|用|喷|上|沾|施|泡)过?(?:一滴|任何|半点|什么)?(?:药(?!材|膳)|化肥|保鲜剂|蜡|药水)|(?:肠胃|胃|术后|手术|化疗"
    r"|坐月)[^,]{0,8}(?:放心|安心|也能吃|可以吃|没问题|没事)"
    r"|(?:谁|随便|怎么|什么人)[^,]{0,3}吃[^,]{0,3}(?:安全|没事|没问题|放心|行)"
    r"|(?:安心|大胆|放开了?|敞开了?|尽管)(?:给[他她它][^,]{0,2}|让[他她它][^,]{0,2})?(?:吃|食用|喝)|不用洗[^,]{0,4}吃|生(?:吃|啃)[^,]{0,3}(?:都"
    r"|也)?(?:行|没问题|没事|可以|安全)|吃(?:出|坏)[^,]{0,6}(?:我们?|算我|负责|找我)"
    r"|(?:异?味|霉|发黑|变色|发黏|胀[袋包]|臭|长[毛芽]|出水|过期)[^,]{0,6}(?:没关系|没事|不碍事|照吃|照样|(?<!不)(?:能|可以)(?:正常|接着|继续)?(?:吃|食用))"
    r"|给?(?:孕妇|宝宝|小孩|孩子|老人"
    r"|婴儿)[^,]{0,4}吃[^,]{0,4}(?:没问题|没事|放心)"
    r"|[零0无](?:任何)?(?:农药|农残|添加|激素|污染|防腐剂|公害|副作用)|没有?(?:任何|一点|半点)?(?:农药|农残|添加剂|激素|防腐剂|催熟剂|副作用)|(?:不"
    r"|没有?)[打含用喷施加]过?(?:任何)?(?:农药|激素|防腐剂)"
    r"|(?:绝对|百分百|完全|100%|十分|肯定|保证)[^,]{0,2}(?:安全|无害|健康|卫生|干净)|安全[^,]{0,2}放心|放心(?:的|地)?(?:吃|食用|喝|入口|大胆|购买食用)"
    r"|吃[^,]{0,8}?(?:没事|没问题|不会有[^,]{0,3}(?:事|问题)|不会(?:出事|拉肚子|中毒|生病|过敏)|无碍|不要紧)|吃不坏|不会(?:拉肚子|中毒|过敏|吃坏)"
    r"|(?:切|削|去|挖|剜|抠|掐|挑|剪|剔|刮|擦)(?:掉|了|除)[^,]{0,10}?(?:能吃|可以吃|可食用|没事|没问题|不影响|可以食用|放心|照样吃|接着吃)|(?:照样|照旧|一样|还是)(?:能"
    r"|可以)(?:吃|食用)|(?:剩下|其余|其他|别的|剩)的?[^,]{0,8}(?:能|可以|正常|照常|照样|照|接着)(?:吃|食用)|直接吃(?:都|也)?(?:行|没事|可以)|对(?:身体|人体"
    r"|健康)(?:没有?|无)(?:任何)?(?:影响|危害|害)"
    r"|\bsafe (?:to (?:eat|drink|consume|cook)|for)\b|\b(?:perfectly|totally|absolutely|completely|100% ?"
    r"|entirely) (?:safe|harmless)\b|\bpesticide[- ]free\b|\b(?:no|zero|without(?: any)?) (?:pesticides?"
    r"|chemicals|additives|hormones|residue|side effects)\b|\bchemical[- ]free\b"
    r"|\bwon't (?:make you (?:sick|ill)|hurt (?:you|anyone)|harm)|\bno harm\b|\b(?:not a drop of|never (?:use"
    r"|sprayed|treated)|no) (?:\w+ )?(?:pesticides?|sprays?|wax|chemicals?)\b|\b(?:never|not) sprayed\b|\b(?:you"
    r"|they|he|she|kids?|your \w+)(?:'ll| will) be (?:perfectly |totally |absolutely )?(?:fine|ok|okay)\b|\b(?:do"
    r"|does|cause)\b[^,]{0,8}\bno harm\b|\bharmless\b|\b(?:no|zero) risk\b|\b(?:fine|okay|ok|good|alright) to eat\b"
    r"|\b(?:safe|fine|ok|okay|great|good) for (?:\w+ )?(?:kids|children|babies|baby|toddlers?|pregnan\w+|diabetics?"
    r"|elderly|infants?|mums?|your \w+)\b"
    r"|\b(?:babies|baby|kids|children|toddlers?|pregnan\w+ \w+|diabetics?|elderly|anyone)\b[^,]{0,16}\b(?:can"
    r"|could) (?:\w+ )?(?:eat|have|enjoy)\b|\bnothing will happen\b"
    r"|\beat (?:it |them )?(?:with confidence|without worr\w+)|\b(?:kids|children|babies|toddlers"
    r"|pregnant (?:women|ladies|mums))\b[^,]{0,12}\bcan (?:safely )?eat\b|\bcut(?:ting)? (?:it |that "
    r"|the \w+ \w* ?)?(?:off|out|away)\b(?=[^,]{0,20}(?:mou?ld|rot|bad|brown|spoil|soft))"
    r"|\b(?:the )?rest (?:of it )?(?:is|will be|are) (?:still |perfectly |totally )?(?:fine|safe|ok|good|edible)"
    r"|\b(?:still|perfectly|totally|absolutely) (?:fine|ok|okay|good|edible) (?:to eat|to cook|for)"
)
_KEEP = spoken(
    r"放(?!心|弃|假|松|错|大)|扔|丢|囤|挂|晾|撂|摆|屯|埋|腌|吃到|用到|保存|存放|储存|保鲜|搁|存(?!在)|冷藏|留|养|\bkeeps?\b|\bstays?\b|\blasts?\b"
    r"|\bgood for\b"
    r"|\bfresh for\b"
    r"|\bstore[ds]?\b|\b(?:won't|never|not) (?:go bad|spoil|rot)\b"
)
_CAN = spoken(r"能|可以|可(?!能)|够|至少|起码|\bwill\b|'ll\b|\bcan\b|\bkeeps?\b|\bstays?\b|\blasts?\b|\bgood\b")
_SOUND = spoken(
    r"[不没](?:会|带)?(?:放|变)?(?:坏|烂|变质|臭|蔫|过期|馊|发芽|走味|变味)|(?:坏|烂|馊|蔫|臭|变质|过期)不了|好(?:着|得很|好的)|(?:事儿?|问题|毛病)(?:都|也)?没有"
    r"|跟?(?:刚|新)[买摘]的?一样|没(?:问题|事|关系)|不成问题|(?:都|还|照样|一样)[^,]{0,2}新鲜"
    r"|\b(?:won't|will not|never|no way)\b[^,]{0,12}\b(?:bad|off|spoil|rot)\b"
)
_FOREVER = spoken(
    r"(?:永远|怎么放|怎么存|随便放|放多久|存多久|一直放?|多久都|再久|无限期|一辈子|多少年)[^,]{0,8}?(?:不会?(?:坏|烂|变质|蔫|过期)|[坏烂]不了|没(?:事|问题|关系)|新鲜|行|可以)"
    r"|(?:放|搁|扔|存|囤|丢|挂|摆|吃|留|撂)[^,]{0,10}?(?:(?:一|整|大)?(?:整?个)?(?:冬|夏|春|秋)天?|[明后]年|开春|过年|年底|年后|[几好]几?十?年|多少年|一辈子"
    r"|好几个月|几个月|大半年)"
    r"[^,]{0,6}?(?:[不没](?:会|带|可能)?(?:坏|烂|变|蔫|过期)|[坏烂]不了|没(?:事|问题|关系)|新鲜|好着|稳|都行|都可以|照样)"
    r"|(?:整个|一个?|一整个)(?:冬|夏|春|秋)天?[^,]{0,4}(?:[不没](?:会|带|可能)?(?:坏|烂|变质|蔫|过期)|[坏烂]不了|没(?:事|问题)|稳|好着)|永久(?:保存|存放|不[变坏烂])|永不(?:变质|腐烂|过期)"
    r"|\bnever (?:go(?:es)?|turns?) (?:bad|off)\b|\bnever (?:spoils?|rots?|expires?)\b|\b(?:won't|will not"
    r"|can't) (?:ever )?(?:go (?:bad|off)|spoil|rot|expire) (?:ever|at all|for (?:months|years|ages|weeks))\b"
    r"|\b(?:keeps?|lasts?|good|fresh|stays? \w+) (?:for )?(?:months|years|ages|weeks|indefinitely|all (?:winter"
    r"|year|summer))\b|\b(?:keeps?|lasts?"
    r"|stays? fresh) forever\b"
)
_ADVICE = spoken(
    r"建议|最好|尽快|尽早|请|以内吃完|内吃|前吃|保质期|\bbest\b|\bplease\b|\brecommend|\bwithin\b|\bshelf life\b"
)
_FROZEN = spoken(r"冷冻|冻|速冻|\bfreez|\bfrozen\b")


_FRESH_HINT = hint(
    "喘吐呼弹当隔现灵龙泼珠露蹦跳动爬冻冰硬坚脆翠蔫臭化损鲜活坏烂死碎变磕好",
    "fresh alive live kick intact bruis flaw frozen rock crisp condition shape bad rotten spoil dead"
    " mushy wilt broken rot die",
)
_TASTE_HINT = hint(
    "糯绵嫩粉爱停惊满喜难甜吃脆香味美汁熟酸苦涩口淡弹购瘾头",
    "sweet tast delicious juicy flavo crisp yummy love more melt",
)
_SAFE_HINT = hint(
    "啃喝孕娃孩老病激素霉味臭吃食药残添防催农安净健卫敏毒泻肚胆蜡",
    "safe harm pesticide chemical additive hormone residue effect spray wax eat have enjoy fine ok"
    " good risk happen sick ill hurt edible rest cut alright great",
)
_KEEP_HINT = hint(
    "冬夏春秋稳扔丢囤挂晾撂摆屯埋腌坏过不放存保搁藏留养永久期",
    "keep stay last good fresh store bad spoil rot expire off",
)


def goods_in(scene: Scene) -> Iterator[Found]:
    """Yield what the clause promises of the goods. Fresh and tasty are promises only where they are sworn to."""
    lasting = list(_lasting(scene))
    yield from lasting
    if not lasting:
        yield from _sworn(scene)
    yield from _safe(scene)


def _sworn(scene: Scene) -> Iterator[Found]:
    for found in _FRESH.finditer(scene.said) if scene.may_say(_FRESH_HINT) else ():
        itself = _FRESH_ITSELF.match(found.group()) is not None
        eased = scene.manner.at_ease and _FRESH_PLAIN.search(scene.said) is not None
        if (scene.sure or itself or eased) and not scene.manner.unsure and _ours(scene, found):
            yield Found(PromiseKind.freshness, *_place(scene, found), certain=True)
            break
    if amends := _taste_amends(scene):
        yield amends
        return
    for found in _TASTE.finditer(scene.said) if scene.may_say(_TASTE_HINT) else ():
        itself = _TASTE_ITSELF.match(found.group()) is not None
        if (
            (scene.sure or itself)
            and not scene.manner.unsure
            and not _NOT_A_TASTE.search(scene.said)
            and _ours(scene, found)
        ):
            yield Found(PromiseKind.taste, *_place(scene, found), certain=True)
            break


def _taste_amends(scene: Scene) -> Found | None:
    """Return the promise that bad taste is made good: that it tastes bad is its own condition."""
    if scene.clause.english:
        found = _NOT_SWEET.search(scene.said)
        if found and not scene.manner.asks:
            return Found(PromiseKind.taste, *scene.in_sentence(found.span()), certain=True)
    before = scene.clause.before
    if before is None or (not before.english and _TASTE_HINT.characters.isdisjoint(before.said)):
        return None
    if not _NOT_TASTY.search(before.said):
        return None
    found = _AMENDS.match(scene.said)
    if found is None:
        return None
    place = scene.in_sentence(found.span())
    return Found(PromiseKind.taste, *place, certain=True) if scene.ours(*place) else None


def _ours(scene: Scene, found: re.Match[str]) -> bool:
    return scene.ours(*scene.in_sentence(found.span()))


def _place(scene: Scene, found: re.Match[str]) -> tuple[int, int]:
    return scene.with_sure(*scene.in_sentence(found.span()))


def _safe(scene: Scene) -> Iterator[Found]:
    for found in _SAFE.finditer(scene.said) if scene.may_say(_SAFE_HINT) else ():
        # 没问题的话吃没事 still vouches, "if it smells right it's fine to eat" says how to tell.
        told = scene.conditional and _FINE.match(found.group())
        if _ours(scene, found) and not scene.manner.unsure and not told:
            yield Found(PromiseKind.safety, *scene.in_sentence(found.span()), certain=True)
            return
    sworn = _SAFE_IF_SWORN.search(scene.said) if scene.may_say(_SAFE_HINT) and scene.sure else None
    if sworn is not None and _ours(scene, sworn) and not scene.manner.unsure:
        yield Found(PromiseKind.safety, *_place(scene, sworn), certain=True)


_FINE = re.compile(r"(?:fine|okay|ok|good|alright) to eat$")
_SAFE_IF_SWORN = spoken(r"(?<![户号金息付易私路行])安全|无害|没毒|无毒|干净卫生|\bsafe\b|\bharmless\b")


def _lasting(scene: Scene) -> Iterator[Found]:
    if not scene.may_say(_KEEP_HINT):
        return
    if found := _FOREVER.search(scene.said):
        if _ours(scene, found):
            yield Found(PromiseKind.shelf_life, *_place(scene, found), certain=True)
        return
    keep = _KEEP.search(scene.said)
    sound = _SOUND.search(scene.said) or (_SOUND.search(scene.clause.sentence) if scene.clause.english else None)
    keep = keep or (sound if sound is not None and _fully(sound.group()) else None)
    if keep is None or keep.string is not scene.said or _ADVICE.search(scene.said):
        return
    span = next((one for one in scene.times if one.hours and one.hours >= 12), None)
    if span is None or span.hours is None:
        return
    begin, end = scene.begin + min(keep.start(), span.begin - scene.begin), max(span.end, scene.begin + keep.end())
    if sound is not None and sound.string is scene.said:
        end = max(end, scene.begin + sound.end())
    if not (sound or _CAN.search(scene.said) or scene.sure) or not scene.ours(begin, end):
        return
    certain = scene.sure or (sound is not None and not scene.manner.unsure and _fully(sound.group()))
    days = None if _FROZEN.search(scene.said) else span.hours / 24
    begin, end = scene.with_sure(begin, end)
    yield Found(PromiseKind.shelf_life, begin, end, days=days, certain=certain)


def _fully(said: str) -> bool:
    """不会坏 swears it, 没问题 does not by itself."""
    return ("没" not in said or "没有" in said) and "新鲜" not in said
