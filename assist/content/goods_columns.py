"""Which column of a shop's table holds what of its goods?"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from .clean import simplified
from .import_read import ImportRefused

_NAMES: dict[str, tuple[str, ...]] = {
    "sku": ("sku", "商品编码", "商品编号", "货号", "sku编码", "skuid", "商家编码", "商品id", "编码", "条码", "item no"),
    "title": ("title", "商品名", "商品名称", "名称", "标题", "商品标题", "品名", "product name", "name", "product"),
    "title_en": ("title_en", "英文名", "英文商品名", "英文名称", "english name", "english title"),
    "kind": ("kind", "种类", "商品种类", "品种"),
    "category": ("category", "品类", "类目", "分类", "商品分类", "类别"),
    "price": ("price", "价格", "售价", "单价", "现价", "销售价", "price yuan"),
    "cost": ("cost", "成本", "成本价", "进价", "采购价"),
    "margin": ("margin", "毛利", "毛利额", "毛利率", "利润", "gross margin"),
    "stock": ("stock", "库存", "库存数", "库存量", "可售库存", "现货", "inventory", "quantity"),
    "listed": ("listed", "上架", "是否上架", "在售", "状态", "上架状态", "on sale", "status"),
    "feature": ("feature", "特征", "商品特征", "特点", "features"),
    "advantage": ("advantage", "优势", "优点", "advantages"),
    "benefit": ("benefit", "好处", "利益", "顾客好处", "benefits"),
    "promotion_price": ("promotion_price", "活动价", "促销价", "优惠价", "promotion price", "sale price"),
    "promotion_title": ("promotion_title", "活动名", "活动名称", "促销名称", "promotion"),
    "promotion_from": ("promotion_from", "活动开始", "促销开始", "活动开始时间", "promotion from", "promotion start"),
    "promotion_until": ("promotion_until", "活动结束", "促销结束", "活动结束时间", "promotion until", "promotion end"),
    "promotion_members": ("promotion_members", "仅会员", "会员专享", "会员价", "members only"),
    "batch": ("batch", "批次", "批号", "生产批次", "lot"),
    "harvested": ("harvested", "采收日期", "采摘日期", "捕捞日期", "生产日期", "harvest date"),
    "cold_chain": ("cold_chain", "冷链", "冷链记录", "cold chain"),
    "rating": ("rating", "评分", "商品评分", "星级", "score"),
    "rating_count": ("rating_count", "评价数", "评论数", "评价条数", "reviews", "review count"),
    "rating_since": ("rating_since", "评价起", "评价开始", "评价起始日期", "rating since", "reviews since"),
    "rating_on": ("rating_on", "评价止", "评价截至", "评价截止", "评价截止日期", "rating until", "rated on"),
    "sales": ("sales", "销量", "已售", "累计销量", "sold", "sales count"),
    "sales_since": ("sales_since", "销量起", "销量开始", "销量起始日期", "sales since"),
    "sales_on": ("sales_on", "销量止", "销量截至", "销量截止", "销量截止日期", "sales until"),
    "origin": ("origin", "产地", "原产地", "place of origin"),
    "origin_title": ("origin_title", "产地凭证", "产地证明", "origin document"),
    "origin_issuer": ("origin_issuer", "产地出具单位", "产地凭证出具单位", "origin issuer"),
    "origin_on": ("origin_on", "产地凭证日期", "产地证明日期", "origin date"),
    "certificate": ("certificate", "证书", "证书名称", "资质"),
    "certificate_number": ("certificate_number", "证书编号", "证书号", "certificate number", "certificate no"),
    "certificate_issuer": ("certificate_issuer", "发证单位", "发证机构", "证书出具单位", "certificate issuer"),
    "certificate_on": ("certificate_on", "发证日期", "证书日期", "certificate date"),
    "certificate_until": ("certificate_until", "证书有效期", "证书有效期至", "证书到期", "certificate until"),
    "inspection": ("inspection", "检测报告", "检测", "检验报告", "检测名称", "test report"),
    "inspection_issuer": ("inspection_issuer", "检测单位", "检测机构", "检验机构", "lab"),
    "inspection_on": ("inspection_on", "检测日期", "检验日期", "报告日期", "test date"),
    "inspection_batch": ("inspection_batch", "检测批次", "检验批次", "tested batch"),
    "inspection_items": ("inspection_items", "检测项目", "检验项目", "items tested", "items"),
    "fact": ("fact", "事实类型", "事实", "类型", "证据类型", "evidence type", "type"),
    "text": ("text", "内容", "说法", "可以怎么说", "描述", "content"),
    "text_en": ("text_en", "英文内容", "英文说法", "english text"),
    "value": ("value", "数值", "值"),
    "name": ("document", "凭证", "凭证名称", "文件名称", "报告名称", "出处"),
    "issuer": ("issuer", "出具单位", "出具机构", "来源", "source"),
    "on": ("on", "日期", "出具日期", "date"),
    "since": ("since", "起", "统计起", "开始日期", "起始日期", "from"),
    "from": ("valid_from", "生效时间", "生效日期", "有效期起", "valid from"),
    "until": ("valid_until", "有效期至", "有效期止", "到期日", "失效日期", "until", "valid until"),
    "count": ("count", "数量", "条数", "件数"),
    "number": ("number", "编号", "标准号", "no"),
    "internal": ("internal", "仅内部", "内部", "internal only"),
}
FIELDS = tuple(_NAMES)
"""What a column may hold. With a `fact` a row states one fact of goods, without it the goods themselves."""

_FACT_NAMES: dict[str, tuple[str, ...]] = {
    "stock": ("库存",),
    "price": ("价格", "售价"),
    "margin": ("毛利",),
    "listed": ("上架",),
    "promotion": ("活动", "促销"),
    "batch": ("批次",),
    "rating": ("评分", "评价", "好评", "评价评分"),
    "certificate": ("证书", "合格证", "资质"),
    "inspection": ("检测", "检测报告", "检验"),
    "origin": ("产地",),
    "sales": ("销量",),
}
FACT_WORDS: Mapping[str, str] = {said: fact for fact, names in _FACT_NAMES.items() for said in (fact, *names)}
"""What people call a fact, in lower case and simplified characters."""

# In a table of facts some headers are the certificate's or the test's own.
_IN_FACTS = {
    "certificate_number": "number",
    "certificate_issuer": "issuer",
    "certificate_on": "on",
    "certificate_until": "until",
    "inspection_issuer": "issuer",
    "inspection_on": "on",
    "inspection_batch": "batch",
}


def guessed(header: Sequence[str]) -> dict[str, str]:
    """Return column -> field for every header that is known; each field once, its best name first."""
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        known = {_plain(name): rank for rank, name in enumerate((field, *names))}
        fitting = [(known[_plain(one)], one) for one in header if _plain(one) in known and one not in found]
        if fitting:
            found[min(fitting)[1]] = field
    if "fact" not in found.values():
        return found
    taken = set(found.values())
    for column, field in list(found.items()):
        if (wanted := _IN_FACTS.get(field)) and wanted not in taken:
            found[column] = wanted
            taken.add(wanted)
    return found


def require_usable(columns: Mapping[str, str], header: Sequence[str], name: str) -> None:
    """Raise ImportRefused unless the mapping names columns and fields there are, each field once, and the SKU."""
    if strange := sorted(set(columns) - set(header)):
        raise ImportRefused(
            f"{name}: no column {', '.join(strange)}; there are: {', '.join(header)}",
            "no_column",
            said=", ".join(strange),
        )
    if unknown := sorted(set(columns.values()) - set(FIELDS)):
        raise ImportRefused(
            f"{name}: no field {', '.join(unknown)}; there are: {', '.join(FIELDS)}",
            "no_field",
            said=", ".join(unknown),
        )
    fields = list(columns.values())
    if twice := sorted({field for field in fields if fields.count(field) > 1}):
        raise ImportRefused(
            f"{name}: two columns for {', '.join(twice)}; choose one", "two_for", fields=", ".join(twice)
        )
    if doubled := sorted({column for column in header if column and header.count(column) > 1} & set(columns)):
        raise ImportRefused(
            f"{name}: row 1: two columns are called {', '.join(doubled)}; rename one",
            "same_name",
            said=", ".join(doubled),
        )
    if "sku" not in fields:
        raise ImportRefused(f"{name}: row 1: {', '.join(header)}: say which column holds the SKU (商品编码)", "no_sku")


def simple(text: str) -> str:
    """Return a word in lower case and simplified characters, as it is looked up."""
    return simplified(unicodedata.normalize("NFKC", text)).strip().lower()


def _plain(name: str) -> str:
    """Return a header without its case, its remarks in brackets and what is between its words."""
    said = re.sub(r"\(.*?\)", "", simplified(unicodedata.normalize("NFKC", name)))
    return re.sub(r"[\s_*:/\uff1a-]+", "", said).lower()
