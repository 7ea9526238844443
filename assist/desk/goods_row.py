"""What does a row of a shop's table state of its goods, and what of it cannot be read?"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import JsonValue, ValidationError

from assist.content.goods_cells import (
    UnreadableCell,
    read_count,
    read_date,
    read_fen,
    read_flag,
    read_moment,
    read_score,
    read_share,
)
from assist.content.goods_columns import FACT_WORDS, simple
from assist.domain.goods import Batch, FactName, Promotion, Proof
from assist.domain.value import Value

from .import_row import RowFinding, finding
from .libraries import Shelf

T = TypeVar("T")

PROOFS = (FactName.rating, FactName.certificate, FactName.inspection, FactName.origin, FactName.sales)
GOODS_FIELDS = ("title", "title_en", "kind", "category", "feature", "advantage", "benefit")

OWN = "本店"
"""Who says what a shop counts itself."""
# The sentences that figures of a wide table stand for; who wants another one gives the text in a table of facts.
_RATED = "{since}至{on}，{count}条评价，平均{score}分（满分5分）"
_RATED_EN = "{score} out of 5 on average over {count} reviews, {since} to {on}"
_SOLD = "{since}至{on}，本店售出{count}件"
_SOLD_EN = "{count} sold in our shop, {since} to {on}"
_RATED_TITLE, _SOLD_TITLE, _ORIGIN_TITLE = "本店商品评价", "本店销量统计", "产地记录"


class StatedFact(Value):
    """One fact as a row states it, of the row's goods."""

    name: str
    value: JsonValue
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass
class RowRead:
    """What a row says. `wrong` keeps the row out; `remarks` tell what was left out or understood."""

    goods: dict[str, Any] = field(default_factory=dict[str, Any])
    guessed: dict[str, str] = field(default_factory=dict[str, str])
    """Fields that nobody said: they count only where nothing is known."""
    facts: list[StatedFact] = field(default_factory=list[StatedFact])
    cost_fen: int | None = None
    margin: Decimal | None = None
    wrong: list[RowFinding] = field(default_factory=list[RowFinding])
    remarks: list[RowFinding] = field(default_factory=list[RowFinding])


class GoodsReader:
    """Reads rows beside one library; made once for a table. `headers` are field -> the column as it is called."""

    def __init__(self, shelf: Shelf, zone: ZoneInfo, headers: Mapping[str, str]) -> None:
        self._zone = zone
        self._headers = headers
        self._names = Names(shelf)

    def read(self, cells: Mapping[str, str]) -> RowRead:
        """Return what a row states: a fact where it names one, else goods with what is said of them."""
        row = _Row(cells, self._headers, self._zone)
        if "fact" in self._headers:
            _read_fact(row)
        else:
            self._names.read(row)
            for part in (_read_figures, _read_promotion, _read_batch, _read_rating, _read_sales, _read_papers):
                part(row)
        return row.read


class Names:
    """What the shop calls kinds and categories; made once for a table."""

    def __init__(self, shelf: Shelf) -> None:
        library = shelf.library
        self._shelf = shelf
        self._own = {simple(name): one.id for one in library.selling.kinds for name in (one.id, one.zh, one.en)}
        self._kinds = {
            simple(name): one.id for one in library.products for name in (one.id, one.name, one.name_en, *one.aliases)
        } | self._own
        self._longest = sorted(self._own, key=len, reverse=True)
        self._categories = {
            simple(name): one.id for one in library.topics.categories for name in (one.id, one.zh, one.en)
        }

    def read(self, row: "_Row") -> None:
        for name in GOODS_FIELDS:
            if said := row.cells.get(name):
                row.read.goods[name] = said
        self._named(row, "kind", self._kinds)
        self._named(row, "category", self._categories)
        if "kind" not in row.read.goods and (title := row.cells.get("title")):
            kind = self.kind_of(title)
            if kind is None:
                row.remark("no_kind", "no kind is known for {title}; scripts for a kind will not offer it", title=title)
            else:
                row.read.guessed["kind"] = kind
                row.remark("kind_is", "its kind is taken to be {kind}", kind=kind)
        kind = row.read.goods.get("kind") or row.read.guessed.get("kind")
        if category := self.category_of(kind):
            row.read.guessed["category"] = category

    def kind_of(self, title: str) -> str | None:
        """Return the kind that a title names. Salmon sauce is a sauce: the shop's own kinds are looked for first."""
        said = simple(title)
        own = next((name for name in self._longest if name in said), None)
        if own is not None:
            return self._own[own]
        product = self._shelf.product_of(title)
        return product.id if product else None

    def category_of(self, kind: str | None, words: Sequence[str] = ()) -> str | None:
        """Return the category of a kind of fresh goods, else the first one that a platform's own words name."""
        product = self._shelf.products.get(kind or "")
        named = (self._categories[simple(word)] for word in words if simple(word) in self._categories)
        return product.category if product else next(named, None)

    @staticmethod
    def _named(row: "_Row", name: str, known: Mapping[str, str]) -> None:
        said = row.read.goods.get(name)
        if said is None:
            return
        if simple(said) in known:
            row.read.goods[name] = known[simple(said)]
        else:
            row.wrong(f"unknown_{name}", "{column}: there is no " + name + " {said}; choose one there is", name)


class _Row:
    """The cells of one row, and what was read of them."""

    def __init__(self, cells: Mapping[str, str], headers: Mapping[str, str], zone: ZoneInfo) -> None:
        self.cells = {name: said.strip() for name, said in cells.items() if said.strip()}
        self.read = RowRead()
        self._headers = headers
        self._zone = zone

    def said(self, name: str, read: Callable[[str], T]) -> T | None:
        """Return what a cell says; None where it is empty or cannot be read, which then is told."""
        cell = self.cells.get(name)
        if cell is None:
            return None
        try:
            return read(cell)
        except UnreadableCell as error:
            self.wrong(error.rule, "{column}: {said} " + str(error), name)
            return None

    def wrong(self, rule: str, template: str, name: str) -> None:
        column = self._headers.get(name, name)
        self.read.wrong.append(finding(rule, template, column=column, said=self.cells.get(name, "")[:80]))

    def remark(self, rule: str, template: str, **values: str) -> None:
        self.read.remarks.append(finding(rule, template, **values))

    def state(self, name: FactName, value: JsonValue, start: str = "", end: str = "") -> None:
        """Add a fact, valid from and until what two cells say; what could not be read is told already."""
        if value is None:
            return
        valid_from = self._moment(start, last=False)
        valid_until = self._moment(end, last=True)
        self.read.facts.append(StatedFact(name=name.value, value=value, valid_from=valid_from, valid_until=valid_until))

    def _moment(self, name: str, *, last: bool) -> datetime | None:
        """Return a moment in the shop's zone; a last day ends when the next one begins."""
        told = self.said(name, read_moment) if name else None
        if told is None:
            return None
        moment, timed = told
        if last and not timed:
            moment = datetime.combine(moment.date() + timedelta(days=1), time())
        return moment.replace(tzinfo=self._zone)

    def value_of(self, kind: type[Value], name: str, values: Mapping[str, object]) -> JsonValue:
        """Return a fact's value as JSON; None where it has not the shape, which then is told."""
        told = {key: one for key, one in values.items() if one is not None}
        try:
            return kind.model_validate(told).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            field_name = str(first["loc"][0]) if first["loc"] else name
            if first["type"] == "missing":
                self.wrong("missing", "{column} is needed for this and is empty; fill it in", field_name)
            else:
                self.wrong("shape", "{column}: {said} does not fit: " + first["msg"].replace("{", "("), field_name)
            return None


def _read_figures(row: _Row) -> None:
    price = row.said("price", read_fen)
    if price is not None:
        row.state(FactName.price, price)
    if (stock := row.said("stock", read_count)) is not None:
        row.state(FactName.stock, stock)
    if (listed := row.said("listed", read_flag)) is not None:
        row.state(FactName.listed, listed)
    row.read.cost_fen = row.said("cost", read_fen)
    if said := row.cells.get("margin"):
        row.read.margin = read_share(said)
        fen = row.said("margin", read_fen) if row.read.margin is None else None
        if fen is not None:
            row.state(FactName.margin, fen)


def _read_promotion(row: _Row) -> None:
    price = row.said("promotion_price", read_fen)
    if price is None:
        return
    if "promotion_until" not in row.cells:
        row.remark("no_end", "a promotion without an end is not kept; fill in its last day")
        return
    members = row.said("promotion_members", read_flag)
    told = {"price_fen": price, "title": row.cells.get("promotion_title"), "members": members}
    value = row.value_of(Promotion, "promotion_price", told)
    row.state(FactName.promotion, value, "promotion_from", "promotion_until")


def _read_batch(row: _Row) -> None:
    if "batch" not in row.cells:
        return
    told = {
        "batch": row.cells["batch"],
        "origin": row.cells.get("origin"),
        "harvested": row.said("harvested", read_date),
        "cold_chain": row.cells.get("cold_chain"),
    }
    row.state(FactName.batch, row.value_of(Batch, "batch", told))


def _read_rating(row: _Row) -> None:
    score = row.said("rating", read_score)
    if score is None:
        return
    told = _counted(row, "rating")
    if told is None:
        row.remark("no_period", "a rating counts as evidence only with how many reviews, from which day to which")
        return
    since, on, count = told
    words = {"score": f"{score.normalize():f}", "since": _day(since), "on": _day(on), "count": str(count)}
    _prove(row, FactName.rating, _RATED.format(**words), _RATED_EN, _RATED_TITLE, words, told)


def _read_sales(row: _Row) -> None:
    if row.said("sales", read_count) is None:
        return
    told = _counted(row, "sales")
    if told is None:
        row.remark("no_sales_period", "sales count as evidence only with the days they were counted from and to")
        return
    since, on, count = told
    words = {"since": _day(since), "on": _day(on), "count": str(count)}
    _prove(row, FactName.sales, _SOLD.format(**words), _SOLD_EN, _SOLD_TITLE, words, told)


def _counted(row: _Row, name: str) -> tuple[date, date, int] | None:
    count = row.said("rating_count" if name == "rating" else "sales", read_count)
    since, on = row.said(f"{name}_since", read_date), row.said(f"{name}_on", read_date)
    return None if count is None or since is None or on is None else (since, on, count)


def _prove(
    row: _Row,
    name: FactName,
    text: str,
    english: str,
    title: str,
    words: Mapping[str, str],
    told: tuple[date, date, int],
) -> None:
    since, on, count = told
    plain = {**words, "since": since.isoformat(), "on": on.isoformat()}
    proof = {"text": text, "text_en": english.format(**plain), "title": title, "issuer": OWN}
    row.state(name, row.value_of(Proof, name, {**proof, "on": on, "since": since, "count": count}))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _read_papers(row: _Row) -> None:
    """Read certificate, test report and origin: each the name of a paper, who issued it, and when."""
    for name, also in (
        (FactName.certificate, {"number": "certificate_number"}),
        (FactName.inspection, {"batch": "inspection_batch"}),
    ):
        if name not in row.cells:
            continue
        told: dict[str, object] = {key: row.cells.get(cell) for key, cell in also.items()}
        told |= {"title": row.cells[name], "issuer": row.cells.get(f"{name}_issuer")}
        on = row.said(f"{name}_on", read_date)
        if on is None or told["issuer"] is None:
            row.remark("no_paper", "{what}: kept as evidence only with who issued it and when", what=row.cells[name])
            continue
        items = _parted(row.cells.get(f"{name}_items", ""))
        said = _paper_words(row.cells[name], str(told["issuer"]), on, items)
        told |= {"text": said, "on": on, "items": items or None}
        row.state(name, row.value_of(Proof, name, told), end=f"{name}_until")
    if "origin" in row.cells and (on := row.said("origin_on", read_date)) is not None:
        title, issuer = row.cells.get("origin_title", _ORIGIN_TITLE), row.cells.get("origin_issuer", OWN)
        told = {"text": f"产地{row.cells['origin']}（{title}，{_day(on)}）", "title": title, "issuer": issuer, "on": on}
        row.state(FactName.origin, row.value_of(Proof, "origin", told))


def _paper_words(title: str, issuer: str, on: date, items: tuple[str, ...]) -> str:
    tested = f"，检测项目：{'、'.join(items)}" if items else ""
    return f"{title}（{issuer}，{_day(on)}{tested}）"


def _parted(said: str) -> tuple[str, ...]:
    for mark in ("\uff0c", "\uff1b", ";", ",", "|", "\n"):
        said = said.replace(mark, "、")
    return tuple(one.strip() for one in said.split("、") if one.strip())


def _read_fact(row: _Row) -> None:
    said = simple(row.cells.get("fact", ""))
    name = FACT_WORDS.get(said)
    if name is None:
        template = "{column}: {said} is no fact of goods; write one of 库存 价格 促销 批次 评价 证书 检测 产地 销量"
        row.wrong("unknown_fact", template, "fact")
        return
    fact = FactName(name)
    value = _proof(row, fact) if fact in PROOFS else _figure(row, fact)
    if value is not None:
        row.state(fact, value, "from", "until")


def _proof(row: _Row, fact: FactName) -> JsonValue:
    told = {
        "text": row.cells.get("text"),
        "text_en": row.cells.get("text_en"),
        "title": row.cells.get("name") or row.cells.get("fact"),
        "issuer": row.cells.get("issuer") or (OWN if fact in (FactName.rating, FactName.sales) else None),
        "on": row.said("on", read_date),
        "since": row.said("since", read_date),
        "count": row.said("count", read_count),
        "batch": row.cells.get("batch"),
        "items": _parted(row.cells.get("items", row.cells.get("inspection_items", ""))) or None,
        "number": row.cells.get("number"),
        "internal": row.said("internal", read_flag),
    }
    return None if row.read.wrong else row.value_of(Proof, fact, told)


def _figure(row: _Row, fact: FactName) -> JsonValue:
    if "value" not in row.cells and "text" in row.cells:
        # Tables of facts often have one column for whatever is said.
        row.cells["value"] = row.cells["text"]
    if fact is not FactName.batch and "value" not in row.cells:
        row.wrong("missing", "{column} is needed for this and is empty; fill it in", "value")
        return None
    match fact:
        case FactName.stock:
            return row.said("value", read_count)
        case FactName.price | FactName.margin:
            return row.said("value", read_fen)
        case FactName.listed:
            return row.said("value", read_flag)
        case FactName.promotion:
            price = row.said("value", read_fen)
            told = {"price_fen": price, "title": row.cells.get("name")}
            return None if price is None else row.value_of(Promotion, fact, told)
        case _:
            harvested = row.said("harvested", read_date) or row.said("on", read_date)
            told = {
                "batch": row.cells.get("batch") or row.cells.get("value"),
                "origin": row.cells.get("origin"),
                "harvested": harvested,
                "cold_chain": row.cells.get("cold_chain"),
            }
            return row.value_of(Batch, fact, told)


def margins(read: RowRead, price_fen: int | None) -> Iterator[StatedFact]:
    """Yield the margin that a cost or a share of the price comes to, rounded down to the fen, never below nothing."""
    if price_fen is None or any(fact.name == FactName.margin for fact in read.facts):
        return
    if read.margin is not None:
        yield StatedFact(name=FactName.margin.value, value=int(price_fen * read.margin))
    elif read.cost_fen is not None:
        yield StatedFact(name=FactName.margin.value, value=max(price_fen - read.cost_fen, 0))
