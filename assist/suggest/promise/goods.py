"""What is promised of the goods themselves: fresh, tasty, lasting, harmless?"""

import re
from collections.abc import Iterator

from assist.domain.promise import PromiseKind

from .scene import Found, Scene

_FRESH = re.compile(
    r"包(?:新?鲜|活)|一个坏的?都没有?|(?:绝|决)?无(?:一)?(?:个|只)?[坏烂死][果货]?|(?:没|无)一?[个只](?:坏|烂|死)|(?<=[天场])鲜(?!花|奶|肉|榨)"
    r"|(?<!价)保(?:新鲜|活(?!动)|鲜活)|(?:到手|收到|到家|送到|到您)[^,]{0,6}?(?:都|全|个个|只只|绝对|肯定)[^,]{0,4}?(?:活|鲜|好的|完好)"
    r"|新鲜|鲜活|活蹦乱跳|(?:不会?|没有?)(?:有)?(?:一个|任何|半点)?(?:坏|烂|死|碎|变质|磕碰)的?果?|(?:都|全|个个|只只)?(?:都?是)?(?:好|活)的|完好|存活"
    r"|\bfresh(?:ness)?\b|\balive\b|\bperfect condition\b|\b(?:no|not a single|never a|without(?: any)?) (?:bad"
    r"|rotten|spoil\w+|dead|bruis\w+)\b|\bnone (?:of them )?(?:will be )?(?:bad|rotten|dead)\b"
    r"|\b(?:won't|will not|never) (?:spoil|rot|go bad|be rotten|die)\b"
)
_FRESH_ITSELF = re.compile(r"^(?:包|保|到手|收到|到家|送到|到您)")
_FRESH_PLAIN = re.compile(
    r"(?:很|都|非常|特别|超|是|绝)(?:是|很)?新鲜|不会有?(?:一个)?[坏烂死]|个个|只只|全是|新鲜度?[^,]{0,4}(?:放心|没问题|没得说)|\b(?:are|is|always|all|totally|really"
    r"|so) (?:very )?fresh\b"
)
_TASTE = re.compile(
    r"包甜|保甜|包好吃|保熟|包熟|包[您你]?(?:满意|喜欢)|(?:不甜|不好吃|不脆|不香|难吃|酸了?)(?:的话)?(?:您|你)?(?:就|都|也|随时|可以|来|直接|我们|给您|给)*(?:包?退"
    r"|不要钱|包赔|赔|免单|全退|包换)"
    r"|甜|好吃|口感|美味|味道|多汁|香(?!蕉|菇|菜|葱|椿|味|瓜|油|港|肠|料|水)|\bsweet\w*|\btast[ey]\w*|\bdelicious\b|\bjuicy\b"
    r"|\bflavou?r\b|\bcrisp\b"
)
_TASTE_ITSELF = re.compile(r"^(?:包|保|不|难|酸)")
_NOT_A_TASTE = re.compile(r"异味|味道(?:不对|怪)|口感(?:更|会更|最)|以实物")
_SAFE = re.compile(
    r"(?:孕妇|宝宝|小孩|孩子|老人|婴儿|小朋友|儿童|产妇)[^,]{0,6}?(?:放心|都?能吃|可以吃|可以食用|没问题|没事|无忧)|给?(?:孕妇|宝宝|小孩|孩子|老人"
    r"|婴儿)[^,]{0,4}吃[^,]{0,4}(?:没问题|没事|放心)"
    r"|[零0无](?:任何)?(?:农药|农残|添加|激素|污染|防腐剂|公害|副作用)|没有?(?:任何|一点|半点)?(?:农药|农残|添加剂|激素|防腐剂|催熟剂|副作用)|(?:不"
    r"|没有?)[打含用喷施加]过?(?:任何)?(?:农药|激素|防腐剂)"
    r"|(?:绝对|百分百|完全|100%|十分|肯定|保证)[^,]{0,2}(?:安全|无害|健康|卫生|干净)|安全[^,]{0,2}放心|放心(?:的|地)?(?:吃|食用|喝|入口|大胆|购买食用)"
    r"|吃[^,]{0,8}?(?:没事|没问题|不会有[^,]{0,3}(?:事|问题)|不会(?:出事|拉肚子|中毒|生病|过敏)|无碍|不要紧)|吃不坏|不会(?:拉肚子|中毒|过敏|吃坏)"
    r"|(?:切|削|去|挖|抠|掐|挑|剪|剔|刮|擦)(?:掉|了|除)[^,]{0,10}?(?:能吃|可以吃|可食用|没事|没问题|不影响|可以食用|放心|照样吃|接着吃)|(?:照样|照旧|一样|还是)(?:能"
    r"|可以)(?:吃|食用)|(?:剩下|其余|其他|别的|剩)的?[^,]{0,8}(?:能|可以|正常|照常|接着)(?:吃|食用)|直接吃(?:都|也)?(?:行|没事|可以)|对(?:身体|人体"
    r"|健康)(?:没有?|无)(?:任何)?(?:影响|危害|害)"
    r"|\bsafe (?:to (?:eat|drink|consume|cook)|for)\b|\b(?:perfectly|totally|absolutely|completely|100% ?"
    r"|entirely) (?:safe|harmless)\b|\bpesticide[- ]free\b|\b(?:no|zero|without(?: any)?) (?:pesticides?"
    r"|chemicals|additives|hormones|residue|side effects)\b|\bchemical[- ]free\b"
    r"|\bwon't (?:make you (?:sick|ill)|hurt (?:you|anyone)|harm)|\bno harm\b|\bnothing will happen\b"
    r"|\beat (?:it |them )?(?:with confidence|without worr\w+)|\b(?:kids|children|babies|toddlers"
    r"|pregnant (?:women|ladies|mums))\b[^,]{0,12}\bcan (?:safely )?eat\b|\bcut(?:ting)? (?:it |that "
    r"|the \w+ \w* ?)?(?:off|out|away)\b(?=[^,]{0,20}(?:mou?ld|rot|bad|brown|spoil|soft))"
    r"|\b(?:the )?rest (?:of it )?(?:is|will be|are) (?:still |perfectly |totally )?(?:fine|safe|ok|good|edible)"
    r"|\b(?:still|perfectly|totally|absolutely) (?:fine|ok|okay|good|edible) (?:to eat|to cook|for)"
)
_KEEP = re.compile(
    r"放(?!心|弃|假|松|错|大)|保存|存放|储存|保鲜|搁|存(?!在)|冷藏|留|养|\bkeeps?\b|\bstays?\b|\blasts?\b|\bgood for\b"
    r"|\bfresh for\b"
    r"|\bstore[ds]?\b|\b(?:won't|never|not) (?:go bad|spoil|rot)\b"
)
_CAN = re.compile(r"能|可以|可(?!能)|够|至少|起码|\bwill\b|'ll\b|\bcan\b|\bkeeps?\b|\bstays?\b|\blasts?\b|\bgood\b")
_SOUND = re.compile(
    r"不会?(?:坏|烂|变质|臭|蔫)|[坏烂]不了|没(?:问题|事|关系)|不成问题|(?:都|还|照样|一样)[^,]{0,2}新鲜"
    r"|\b(?:won't|will not|never|no way)\b[^,]{0,12}\b(?:bad|off|spoil|rot)\b"
)
_FOREVER = re.compile(
    r"(?:永远|怎么放|随便放|放多久|一直放?|多久都|再久|无限期)[^,]{0,8}?(?:不会?(?:坏|烂|变质|蔫)|没(?:事|问题)|新鲜)|永不(?:变质|腐烂|过期)"
    r"|\bnever (?:go(?:es)?|turns?) (?:bad|off)\b|\bnever (?:spoils?|rots?|expires?)\b|\b(?:keeps?|lasts?"
    r"|stays? fresh) forever\b"
)
_ADVICE = re.compile(
    r"建议|最好|尽快|尽早|请|以内吃完|内吃|前吃|保质期|\bbest\b|\bplease\b|\brecommend|\bwithin\b|\bshelf life\b"
)
_FROZEN = re.compile(r"冷冻|冻|速冻|\bfreez|\bfrozen\b")


_FRESH_HINT = frozenset("鲜活坏烂死碎变磕好")
_TASTE_HINT = frozenset("甜吃脆香味美汁熟包酸口")
_SAFE_HINT = frozenset("吃食药残添激防催农安净心害健卫用敏毒泻肚")
_KEEP_HINT = frozenset("放存保搁藏留养永久期")


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


def _ours(scene: Scene, found: re.Match[str]) -> bool:
    return scene.ours(*scene.in_sentence(found.span()))


def _place(scene: Scene, found: re.Match[str]) -> tuple[int, int]:
    return scene.with_sure(*scene.in_sentence(found.span()))


def _safe(scene: Scene) -> Iterator[Found]:
    for found in _SAFE.finditer(scene.said) if scene.may_say(_SAFE_HINT) else ():
        if _ours(scene, found) and not scene.manner.unsure:
            yield Found(PromiseKind.safety, *scene.in_sentence(found.span()), certain=True)
            return


def _lasting(scene: Scene) -> Iterator[Found]:
    if not scene.may_say(_KEEP_HINT):
        return
    if found := _FOREVER.search(scene.said):
        if _ours(scene, found):
            yield Found(PromiseKind.shelf_life, *_place(scene, found), certain=True)
        return
    keep = _KEEP.search(scene.said)
    if keep is None or _ADVICE.search(scene.said):
        return
    span = next((one for one in scene.times if one.hours and one.hours >= 12), None)
    if span is None or span.hours is None:
        return
    begin, end = scene.begin + min(keep.start(), span.begin - scene.begin), max(span.end, scene.begin + keep.end())
    sound = _SOUND.search(scene.said) or (_SOUND.search(scene.clause.sentence) if scene.clause.english else None)
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
    return "没" not in said and "新鲜" not in said
