"""Which words of a proof's text claim what only some papers show? Patterns read folded text.

These are law, not a shop's choice: whoever writes 有机 needs the certificate, wherever the shop is.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

HEALTH = re.compile(
    "治疗|治愈|根治|疗效|药效|药用|抗癌|防癌|抗肿瘤|抗氧化|抗衰老|延缓衰老|消炎|免疫力|养颜|美容|减肥|瘦身|减脂|排毒|养胃|护肝|养肝|补肾"
    "|补血|补气|壮阳|明目|助眠|安神|助消化|润肺|止咳|降火|(?:降|控|稳)(?:血)?(?:压|糖|脂)|降三高|预防[^，。；]{0,8}(?:病|癌|症|感冒)"
    r"|\bcures?\b|\b(?:treat|prevent)s? (?:disease|cancer|colds?|illness)|\bimmun|\banti-?(?:cancer|age?ing|oxidant)"
    r"|\blowers? (?:blood|cholesterol)|\bdetox|\bweight loss|\bslimming\b|\bheal(?:s|ing)\b"
)
"""Treatment, prevention and health functions (广告法 17; 食品安全法 73)."""

_HARMFUL = "农药残留|农残|农药|药残|兽药|兽残|激素|添加剂?|防腐剂|抗生素|污染|重金属|有害物"
_HARMFUL_EN = "pesticide|residue|chemical|hormone|antibiotic|additive|preservative|heavy metal|contaminant"
ABSOLUTE = re.compile(
    rf"(?:零|(?<!\d)0|无|没有|没|不含)(?:任何|一点|一丝)?(?:{_HARMFUL})(?!.{{0,4}}检出)"
    rf"|(?:{_HARMFUL})(?:为|是)?(?:零(?!售)|0(?![\d.]))"
    "|不含任何|完全不含|无任何|无公害|无抗(?!性)|(?:各项|全部|所有|一切)(?:检测|检验)?(?:指标|项目)|纯天然"
    rf"|\b(?:{_HARMFUL_EN})s?[- ]free\b|\bfree (?:of|from) (?:any|all|{_HARMFUL_EN})"
    rf"|\b(?:no|zero|without(?: any)?) (?:{_HARMFUL_EN})s?(?![^.;]*\b(?:detected|found)\b)"
    r"|\ball (?:tests|indicators|items)\b"
)
"""More than any test can show: a laboratory says what it did not find of what it looked for (广告法 28)."""

SELF_DECLARED = re.compile("达标合格证|承诺合格证|食用农产品合格证")
"""承诺达标合格证, issued by the grower (农产品质量安全法 39)."""
QUARANTINE = re.compile("检疫(?:合格)?证")
"""动物检疫合格证明, for one lot of meat or live animals."""
TESTED = re.compile(r"检测|检验|抽检|送检|自检|检出|化验|质检|\btest|\binspect|\blab(?:s|orator)?")

ORGANIC = re.compile(r"有机(?!会|磷|酸|物|肥|玻璃|溶剂)|\borganic(?! (?:acid|fertili[sz]er|matter))")
GREEN = re.compile(r"绿色(?:食品|认证|标志|标识|证书|蔬菜|水果|农产品|种植)|\bgreen[- ]food\b")
LABELS = (ORGANIC, GREEN)
"""Names that only the holder of a valid certificate may use (处罚办法 5(4))."""

GEOGRAPHIC = re.compile(
    r"地理标志|地标(?:产品|农产品|保护)|\bgeographical indication|\bprotected (?:origin|designation)"
)
GEOGRAPHIC_PAPER = re.compile(r"地理标志|地标|授权|原产地|产地证明|\bgeographical|\blicen[cs]e")
DIRECT = re.compile(
    r"直采|直供|直发|产地发货|源头|\bdirect(?:ly)? from\b|\bstraight from (?:the )?(?:farm|grower|orchard|boat)"
)
PAPER = re.compile(
    "记录|证明|证书|合格证|合同|协议|采购单|送货单|单据|发票|台账|授权|凭证|报告|报关单"
    r"|\brecord|\bcertificate|\bcontract|\binvoice|\bagreement|\blicen[cs]e|\bdelivery note"
)
GOODS_IN = re.compile("进货查验")
"""Records of goods that came in (食品安全法 53, 农产品质量安全法 65): kept by law, not pasted."""

PER_ORDER = re.compile(
    "现(?:摘|采|捞|杀|宰|挖|割|挤|切)现(?:发|寄|送|卖|做)|(?:当天|当日|今天|今日|今早|今晨|凌晨|清晨)(?:现)?(?:采|摘|捞|宰|杀|挖|挤)"
    r"|\b(?:picked|harvested|caught|cut) (?:to order|today|this morning)\b"
)

GRADE = re.compile(
    "特级|特等|[一二三]级|优级|优等|[一二]等(?:果|品)|(?<![a-z])a{1,3}级"
    r"|\b(?:grade|class) (?:a{1,3}|[1-3]|i{1,3})\b|\b(?:extra|premium|special|first|top)[- ](?:grade|class)\b"
)
STANDARD = re.compile(
    r"(?<![a-z0-9])(?:gb(?:/t)?|(?:ny|sb|gh|ls|sc|ly|qb|sn)(?:/t)?|db\d{2,4}(?:/t)?|t/[a-z]{2,10})"
    r"\s*\d{2,6}(?:\.\d+)*(?:[-—–]\d{4})?"
)

_NUMBER = r"\d+(?:\.\d+)?"
_RANGE = rf"(?P<range>\s*(?:[-–—~]|至|到|\bto\b)\s*{_NUMBER})?"
_SWEETNESS = "糖度|甜度|白利度|brix"
_BRIX = re.compile(
    rf"(?:{_SWEETNESS})[^\d，。；;,]{{0,10}}{_NUMBER}{_RANGE}|(?<![\d.-]){_NUMBER}{_RANGE.replace('range', 'before')}"
    rf"\s*(?:度|°|%)?\s*(?:的)?(?:{_SWEETNESS})"
)
_VARIES = re.compile(r"有差异|有差别|不一|有高有低|\bvar(?:y|ies)\b|\bdiffers?\b")

# What is looked for, each by its names; a text that names one of a row needs an item that does.
_LOOKED_FOR = tuple(
    re.compile(names)
    for names in (
        r"农药|农残|\bpesticide",
        r"兽药|兽残|\bveterinary drug",
        r"重金属|\bheavy metal",
        r"激素|\bhormone",
        r"抗生素|\bantibiotic",
        r"瘦肉精|\blean[- ]meat",
        r"克伦特罗|\bclenbuterol",
        r"莱克多巴胺|\bractopamine",
        r"沙丁胺醇|\bsalbutamol",
        r"孔雀石绿|\bmalachite",
        r"氯霉素|\bchloramphenicol",
        r"呋喃|\bnitrofuran",
        r"恩诺沙星|\benrofloxacin",
        r"克百威|\bcarbofuran",
        r"毒死蜱|\bchlorpyrifos",
        r"氧乐果|\bomethoate",
        r"甲胺磷|\bmethamidophos",
        r"敌敌畏|\bdichlorvos",
        r"铅(?!笔)|\blead\b(?! time)",
        r"镉|\bcadmium",
        r"汞|\bmercury",
        r"砷|\barsenic",
        r"甲醛|\bformaldehyde",
        r"二氧化硫|\bsul(?:ph|f)ur dioxide",
        r"亚硝酸盐|\bnitrite",
        r"沙门|\bsalmonella",
        r"大肠|\bcoliform|\be\. ?coli",
        r"李斯特|\blisteria",
        r"弧菌|\bvibrio",
        r"菌落|\bplate count|\bbacterial count",
        r"寄生虫|\bparasite",
        r"黄曲霉|\baflatoxin",
        r"防腐剂|\bpreservative",
        r"添加剂|\badditive",
        r"色素|\bcolouring|\bdye\b",
        r"转基因|\bgmo\b|\bgenetically",
        r"糖度|甜度|\bbrix",
        r"水分|\bmoisture",
    )
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"\b(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?=\s+\d)|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?(?:\s+\d{1,2}(?!\d))?,?(?:\s+(?P<of>20\d\d))?"
)
_DATE = re.compile(
    r"(?:(?P<year>20\d\d)\s*年\s*)?(?<!\d)(?P<month>\d{1,2})\s*月(?:份|\s*\d{1,2}\s*[日号])?|(?P<only>20\d\d)\s*年"
    r"|(?<!\d)(?P<iso>20\d\d)[-/.](?P<isomonth>\d{1,2})(?:[-/.]\d{1,2})?(?!\d)"
    rf"|(?:\b\d{{1,2}}\s+)?{_MONTH_NAME}|\b(?:in|of|since|to|until)\s+(?P<alone>20\d\d)\b(?![,\d])"
)
_SPAN = re.compile(r"\d+\s*(?:天|日|周|个月|年|days?|weeks?|months?|years?)|\d[\d.]*\s*%|百分之")
_FIGURE = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>万|千|k\b|thousand)?")
_TIMES = {"万": 10_000, "千": 1000, "k": 1000, "thousand": 1000}


def fixes_sweetness(text: str) -> bool:
    """Does a text promise one sweetness, or a range without saying that each fruit varies?"""
    told = list(_BRIX.finditer(text))
    return bool(told) and (not _VARIES.search(text) or any(not (one["range"] or one["before"]) for one in told))


def looks_beyond(text: str, items: str) -> bool:
    """Does a text name anything looked for that is among none of the items tested?"""
    return any(names.search(text) and not names.search(items) for names in _LOOKED_FOR)


def dates_in(text: str) -> Iterator[tuple[int | None, int | None]]:
    """Yield each date a text names as (year, month), None for what is not said. Numbers of standards are no dates."""
    for found in _DATE.finditer(STANDARD.sub(" ", text)):
        year = found["year"] or found["only"] or found["iso"] or found["of"] or found["alone"]
        name = found["name"]
        month = _MONTHS.index(name[:3]) + 1 if name else found["month"] or found["isomonth"]
        yield (int(year) if year else None, int(month) if month else None)


def is_within(named: tuple[int | None, int | None], first: date, last: date) -> bool:
    """Is a date that a text names inside a period, as far as it is said?"""
    year, month = named
    return any(
        (year is None or year == index // 12) and (month is None or month == index % 12 + 1)
        for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    )


def says_count(text: str, count: int) -> bool:
    """Does a text say a count, exactly or rounded down? 3000多 of 3,200 is, 5,000 or 3,300 is not."""
    rest = _SPAN.sub(" ", _DATE.sub(" ", STANDARD.sub(" ", text)))
    rounded = {count // 10**place * 10**place for place in range(len(str(count)))}
    return any(_value(found) in rounded for found in _FIGURE.finditer(rest))


def _value(found: re.Match[str]) -> Decimal:
    return Decimal(found["number"].replace(",", "")) * _TIMES.get(found["unit"] or "", 1)
