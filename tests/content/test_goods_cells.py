"""Is every amount, number and day read as a shop owner means it, exactly, and all else refused with the cure?"""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assist.content.goods_cells import (
    UnreadableCell,
    read_count,
    read_fen,
    read_flag,
    read_moment,
    read_score,
    read_share,
)
from assist.content.goods_columns import guessed, require_usable
from assist.content.import_read import ImportRefused, read_table


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        pytest.param("12.9元", 1290, id="带元"),
        pytest.param("¥12.90", 1290, id="带符号"),
        pytest.param("￥１２．９０", 1290, id="全角"),
        pytest.param("1,299.00", 129900, id="千分位"),
        pytest.param("1，299", 129900, id="全角千分位"),
        pytest.param("12.300", 1230, id="多余的零"),
        pytest.param("0.30000000000000004", 30, id="表格算出来的尾数"),
        pytest.param("0", 0, id="零"),
        pytest.param("RMB 8", 800, id="英文单位"),
        pytest.param("5 块", 500, id="块"),
    ],
)
def test_yuan_become_fen_exactly(said: str, fen: int) -> None:
    assert read_fen(said) == fen


@given(fen=st.integers(0, 10**9), marked=st.booleans(), grouped=st.booleans())
def test_every_amount_comes_back_to_the_fen(fen: int, marked: bool, grouped: bool) -> None:
    yuan = Decimal(fen) / 100
    said = f"{yuan:,.2f}" if grouped else f"{yuan:.2f}"

    assert read_fen(f"¥{said}元" if marked else said) == fen


@pytest.mark.parametrize(
    ("read", "said", "rule"),
    [
        pytest.param(read_fen, "12.345", "fraction", id="三位小数"),
        pytest.param(read_fen, "12,90", "money", id="逗号当小数点"),
        pytest.param(read_fen, "12.9/斤", "money", id="每斤"),
        pytest.param(read_fen, "-3", "money", id="负数"),
        pytest.param(read_fen, "$12", "money", id="美元"),
        pytest.param(read_fen, "面议", "money", id="面议"),
        pytest.param(read_fen, "99999999", "much", id="把分当元"),
        pytest.param(read_fen, "=B2*2", "formula", id="公式"),
        pytest.param(read_count, "12.5", "number", id="半件"),
        pytest.param(read_count, "有货", "number", id="有货是多少"),
        pytest.param(read_flag, "大概", "flag", id="大概"),
        pytest.param(read_moment, "3/1/2026", "day", id="不知道几月"),
        pytest.param(read_moment, "2026-02-30", "day", id="没有这一天"),
        pytest.param(read_moment, "昨天", "day", id="昨天"),
        pytest.param(read_score, "6", "score", id="六分"),
        pytest.param(read_score, "98%", "score", id="好评率不是评分"),
    ],
)
def test_what_may_mean_something_else_is_refused(read: Callable[[str], object], said: str, rule: str) -> None:
    with pytest.raises(UnreadableCell) as refused:
        read(said)

    assert refused.value.rule == rule


@pytest.mark.parametrize(
    ("said", "count"),
    [("120", 120), ("1,200件", 1200), ("12.0", 12), ("0", 0), ("售罄", 0), ("-3", 0), ("１２", 12)],
    ids=["数字", "千分位带件", "表格的小数", "零", "售罄", "超卖", "全角"],
)
def test_stock_is_a_number_of_pieces(said: str, count: int) -> None:
    assert read_count(said) == count


@pytest.mark.parametrize(
    ("said", "moment", "timed"),
    [
        pytest.param("2026-03-01", "2026-03-01T00:00:00", False, id="横线"),
        pytest.param("2026/3/1", "2026-03-01T00:00:00", False, id="斜线"),
        pytest.param("2026.3.1", "2026-03-01T00:00:00", False, id="点"),
        pytest.param("2026年3月1日", "2026-03-01T00:00:00", False, id="中文"),
        pytest.param("20260301", "2026-03-01T00:00:00", False, id="连写"),
        pytest.param("Mar 1, 2026", "2026-03-01T00:00:00", False, id="英文"),
        pytest.param("2026-03-01 18:30", "2026-03-01T18:30:00", True, id="带钟点"),
        pytest.param("2026年3月1日 18:30:05", "2026-03-01T18:30:05", True, id="带秒"),
    ],
)
def test_days_are_read_however_they_are_written(said: str, moment: str, timed: bool) -> None:
    read, with_time = read_moment(said)

    assert (read.isoformat(), with_time) == (moment, timed)


def test_a_share_is_a_percentage() -> None:
    assert read_share("35%") == Decimal("0.35")
    assert read_share("35") is None


def test_yes_and_no_are_said_in_many_ways() -> None:
    assert [read_flag(said) for said in ("是", "上架", "在售", "TRUE", "1")] == [True] * 5
    assert [read_flag(said) for said in ("否", "下架", "no", "0", "仓库中")] == [False] * 5


CHINESE = ("商品编码", "商品名称", "品类", "种类", "价格(元)", "成本", "库存", "特征", "优势", "好处", "评分", "评价数")
ENGLISH = ("SKU", "Product name", "Category", "Kind", "Price", "Cost", "Inventory", "Feature", "Advantage", "Benefit")
FIELDS = ("sku", "title", "category", "kind", "price", "cost", "stock", "feature", "advantage", "benefit", "rating")
FACTS = ("SKU", "事实类型", "内容", "出具单位", "日期", "有效期至", "批次", "检测项目", "证书编号")


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        pytest.param(CHINESE, (*FIELDS, "rating_count"), id="中文表头"),
        pytest.param(ENGLISH, FIELDS[:10], id="英文表头"),
        pytest.param(
            FACTS,
            ("sku", "fact", "text", "issuer", "on", "until", "batch", "inspection_items", "number"),
            id="事实表",
        ),
    ],
)
def test_columns_are_known_by_their_headers(header: tuple[str, ...], fields: tuple[str, ...]) -> None:
    assert guessed(header) == dict(zip(header, fields, strict=True))


@pytest.mark.parametrize(
    ("columns", "header", "said"),
    [
        pytest.param({"名": "title"}, ("名",), "SKU", id="没有编码列"),
        pytest.param({"码": "sku"}, ("名",), "no column 码", id="没有这一列"),
        pytest.param({"码": "sku", "名": "nonsense"}, ("码", "名"), "no field nonsense", id="没有这一项"),
        pytest.param({"码": "sku", "名": "sku"}, ("码", "名"), "two columns for sku", id="两列一项"),
        pytest.param({"码": "sku"}, ("码", "码"), "two columns are called 码", id="两列同名"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(columns: dict[str, str], header: tuple[str, ...], said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        require_usable(columns, header, "表.csv")


def _workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))  # pyright: ignore[reportAttributeAccessIssue]
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_formula_that_nobody_computed_is_no_empty_cell() -> None:
    content = _workbook(("SKU", "价格"), ("S-1", "=1+2"))

    with pytest.raises(ImportRefused, match=r"row 2, column 2: a formula without a result; open it"):
        read_table(content, "商品.xlsx")


def test_a_merged_cell_holds_its_value_in_its_first_row() -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (("SKU", "事实类型", "数值"), ("S-1", "库存", 3), (None, "价格", 9.9)):
        sheet.append(list(row))
    sheet.merge_cells("A2:A3")
    held = io.BytesIO()
    book.save(held)

    assert read_table(held.getvalue(), "t.xlsx").rows == (("S-1", "库存", "3"), ("", "价格", "9.9"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_whatever_it_was_saved_as_and_empty_lines_are_passed_over(encoding: str) -> None:
    text = '\r\nSKU,商品名,价格\r\n\r\nS-1,虾滑,9.9\r\n,,\r\nS-2,鱼丸,"1,299.5"\r\n'

    table = read_table(text.encode(encoding), "t.csv")

    assert table.rows == (("S-1", "虾滑", "9.9"), ("S-2", "鱼丸", "1,299.5"))
    assert table.lines == (4, 6)
