"""Which words may no step say? These are law and good manners, not a shop's choice."""

import re
from collections.abc import Mapping

FORBIDDEN = re.compile(
    "签收即|签收就(?:是|算)|视为(?:认可|合格)|最终解释权|解释权归|保证|绝对|一定|肯定|永远|百分百|包您|最"
    "|(?:切|削|挖|剪)(?:掉|去|除)|去掉(?:坏|烂)"
    r"|(?i:\b(?:guarantee\w*|absolutely|definitely|certainly|never again|always|the best)\b"
    r"|\bcut (?:it |them |the \w+ (?:part )?)?(?:off|away|out)\b|\btrim\w*\b|\bright of interpretation\b)"
)
"""Void terms (法释〔2022〕8号 1), absolute words, and advice to eat round what is rotten."""

BLAMES = re.compile(
    "快递(?:公司|员|小哥)?(?:的)?(?:责任|问题|原因|弄|摔|压|丢)|物流(?:公司)?的?(?:责任|问题)|找快递(?:赔|要)"
    r"|(?i:\b(?:courier|carrier|delivery company)(?:'s)? (?:fault|problem|responsibility)\b)"
)
"""The seller bears the risk of transport (电子商务法 20)."""

CAUSES: Mapping[str, re.Pattern[str]] = {
    "cold_chain": re.compile(r"冷链|断冷|温度没|闷|(?i:\bcold chain\b|\bfault in temperature\b)"),
    "weather": re.compile(r"高温|天气|天热|下雨|暴雨|(?i:\bweather\b|\bheat\b|\brain\b|\bstorm\b)"),
    "courier": re.compile(
        "颠簸|磕碰|挤压|暴力|运输|途中|路上|中转"
        r"|(?i:\bin transit\b|\bon the way\b|\btransport\w*\b|\bcourier\b|\bcarrier\b)"
    ),
    "packing": re.compile(
        r"漏装|错装|装错|拣错|分拣|仓库|打包时|(?i:\bwarehouse\b|\bpick(?:ed|ing)\b|\bpacked wrong\w*\b)"
    ),
    "cause": re.compile(r"因为|由于|导致|造成|引起|(?i:\bbecause\b|\bdue to\b|\bcaused\b|\bas a result\b)"),
}
"""What may only be said where a record shows it, by the fact a line must then need."""

ADMITS = re.compile(
    "抱歉|对不起|不好意思|道歉|赔|退款|退您|退给|补偿|补发|优惠券|我们的(?:错|责任|问题|疏忽)|是我们没"
    r"|(?i:\bsorry\b|\bapolog\w*|\brefund\w*|\bcompensat\w*|\bcoupon\w*|\breplacement\b|\bour (?:fault|mistake)\b)"
)
"""Offers and admissions, which an alarm never gets from the machine (食品安全法 148)."""

REPLACES = re.compile(
    r"代替|抵(?:扣|掉|消|了)|顶替|换成券|就不退|不再退|(?i:\binstead of\b|\bin place of\b|\bin lieu\b|\breplaces?\b)"
)
"""A coupon in place of money that is owed (消法 24, 52)."""
