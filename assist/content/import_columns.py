"""Which column of a table holds what of an article?"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence

from .clean import simplified
from .import_read import ImportRefused

FIELDS = (
    "id",
    "title",
    "question",
    "asks",
    "text",
    "category",
    "intent",
    "products",
    "title_en",
    "asks_en",
    "text_en",
    "internal",
    "reviewed",
)
"""What a column may hold. `question` is the first of the `asks`, and the title where there is none."""

_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "编号", "知识id", "知识编号", "key"),
    "title": ("title", "标题", "知识标题", "标准标题", "主题"),
    "question": ("question", "问题", "标准问", "标准问题", "标准问法", "用户问题", "问", "q", "faq"),
    "asks": (
        *("asks", "相似问", "相似问法", "相似问题", "扩展问", "扩展问法", "其他问法", "问法", "同义问"),
        *("客户会怎么问", "顾客会怎么问", "客户问法", "how customers ask", "other phrasings"),
        "other phrasings, one a line or divided by ;",
        *("similar", "similar questions", "variants", "phrasings", "alternatives"),
    ),
    "text": (
        *("text", "答案", "回答", "回复", "答", "标准答案", "话术", "内容", "回复内容", "答案内容"),
        *("回复话术", "回覆话术"),
        *("answer", "content", "reply", "response", "a", "body"),
    ),
    "category": ("category", "品类", "商品品类", "分类", "类目", "类别", "商品分类", "商品类别", "知识分类", "目录"),
    "intent": ("intent", "意图", "想办的事", "标签", "问题类型", "问题分类", "tag", "topic"),
    "products": ("products", "product", "商品", "关联商品", "适用商品", "sku"),
    "title_en": ("title_en", "英文标题", "english title"),
    "asks_en": ("asks_en", "英文问法", "英文问题", "english question", "english questions", "english phrasings"),
    "text_en": ("text_en", "英文答案", "英文话术", "英文回复", "english answer"),
    "internal": ("internal", "仅内部", "内部", "内部可见", "仅内部可见", "internal only"),
    "reviewed": ("reviewed", "复核日期", "复核日", "审核日期", "reviewed on", "review date"),
}


def guessed(header: Sequence[str]) -> dict[str, str]:
    """Return column -> field for every header that is known; each field once, its best name first."""
    found: dict[str, str] = {}
    for field, names in _NAMES.items():
        known = {_plain(name): rank for rank, name in enumerate(names)}
        fitting = [(known[_plain(column)], column) for column in header if _plain(column) in known]
        if fitting:
            found.setdefault(min(fitting)[1], field)
    return found


def read_map(text: str, name: str) -> dict[str, str]:
    """Return column -> field from a TOML file of `"column" = "field"` lines. Raises ImportRefused."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(f"{name}: not valid TOML: {error}") from error
    return {str(column): str(field) for column, field in read.items()}


def require_usable(columns: Mapping[str, str], header: Sequence[str], name: str) -> None:
    """Raise ImportRefused unless the mapping names columns and fields there are, each field once, and the answer."""
    if strange := sorted(set(columns) - set(header)):
        raise ImportRefused(f"{name}: no column {', '.join(strange)}; there are: {', '.join(header)}")
    if unknown := sorted(set(columns.values()) - set(FIELDS)):
        raise ImportRefused(f"{name}: no field {', '.join(unknown)}; there are: {', '.join(FIELDS)}")
    fields = list(columns.values())
    if twice := sorted({field for field in fields if fields.count(field) > 1}):
        raise ImportRefused(f"{name}: two columns for {', '.join(twice)}; choose one")
    if "text" not in fields or not {"question", "title"} & set(fields):
        cure = "say which columns hold the question (or title) and the answer"
        raise ImportRefused(f"{name}: row 1: {', '.join(header)}: {cure}")


def _plain(name: str) -> str:
    """Return a header without its case, its remarks in brackets and what is between its words; 複核 is 复核."""
    said = re.sub(r"\(.*?\)", "", simplified(unicodedata.normalize("NFKC", name)))
    return re.sub(r"[\s_*:\uff1a-]+", "", said).lower()
