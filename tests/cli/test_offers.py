"""`assist offers mine` and `offers pairs`: counted beside the server, kept when told, shown with the decisions."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assist.cli.orders_file import read_orders
from assist.desk.mine_pairs import Mined, parts_of
from assist.desk.operate import Done, KeepPairs
from assist.desk.secrets import SecretBox
from assist.domain.chat import Order, OrderLine
from assist.domain.goods import Goods, Pair, PairState
from assist.store.database import open_database
from assist.store.queries import goods, order_lines, pairs
from assist.store.writer import Change, Writer
from tests.conftest import NOW, StillClock
from tests.desk.shop import SHOP
from tests.shop import running_shop

from .conftest import URL, Run

SINCE = NOW - timedelta(days=30)


def _write(change: Change[object]) -> None:
    database = open_database(URL)
    writer = Writer(database).start()
    writer.submit(change).result()
    writer.close()
    database.close()


def _order(session: Session, ref: str, *skus: str) -> None:
    lines = tuple(OrderLine(line_ref=str(at), title=sku, sku=sku, paid_fen=100) for at, sku in enumerate(skus))
    told = Order(order_ref=ref, status="paid", lines=lines, paid_fen=900, paid_at=NOW - timedelta(days=9), as_of=NOW)
    order_lines.save_lines(session, SHOP, told)


def _kept(*skus: str) -> list[Pair]:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = pairs.with_skus(session, SHOP, skus)
    database.close()
    return found


@pytest.fixture
def selling(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Fish and sauce are in 30 of 100 orders together and nowhere else, rice alone in the other 70."""

    def fill(session: Session) -> None:
        goods.save_goods(session, SHOP, [Goods(sku="F1", title="三文鱼"), Goods(sku="S1", title="刺身酱油")], NOW)
        for number in range(30):
            _order(session, f"f{number}", "F1", "S1")
        for number in range(70):
            _order(session, f"r{number}", "R1")

    _write(fill)
    monkeypatch.setattr("assist.cli.mining.system_clock", lambda: NOW)
    monkeypatch.setenv("COLUMNS", "200")
    return home


def test_what_is_mined_is_printed_with_titles_and_figures_and_kept(assist: Run, selling: Path) -> None:
    ended = assist("offers", "mine")

    assert ended.code == 0
    for words in ("三文鱼 (F1)", "刺身酱油 (S1)", "下限 at least", "算出 mined", "3.33"):
        assert words in ended.out
    assert ended.line == "100 orders of 180 days; 2 pairs (0 refused by people); kept"
    # 30 x 100 / (30 x 30) = 3.33
    assert [(one.with_sku, one.both, round(one.lift, 2)) for one in _kept("F1")] == [("S1", 30, 3.33)]


def test_a_dry_run_tells_the_same_as_one_document_and_keeps_nothing(assist: Run, selling: Path) -> None:
    ended = assist("offers", "mine", "--dry-run", "--json")

    told = ended.document
    assert (told["shop"], told["orders"], told["kept"], told["policy"]["window_days"]) == (SHOP, 100, False, 180)
    assert [(one["sku"], one["with_sku"], one["title"], one["state"]) for one in told["pairs"]] == [
        ("F1", "S1", "三文鱼", "mined"),
        ("S1", "F1", "刺身酱油", "mined"),
    ]
    assert "nothing kept" in ended.line
    assert _kept("F1") == []


def test_what_a_person_refused_is_marked_and_stays_refused(assist: Run, selling: Path) -> None:
    _write(lambda session: pairs.judge(session, SHOP, "F1", "S1", PairState.refused, "s1:manager", NOW))

    ended = assist("offers", "mine")

    assert "不推 refused" in ended.out
    assert "2 pairs (1 refused by people)" in ended.line
    assert _kept("F1") == []
    assert [one.with_sku for one in _kept("S1")] == ["F1"]


def test_pairs_of_a_file_that_would_end_are_warned_of(assist: Run, selling: Path) -> None:
    """The shop has 100 orders: what was counted in 5000 came from elsewhere; what a person allowed stays."""
    _write(
        lambda session: pairs.save_mined(
            session,
            SHOP,
            [
                Pair(sku="A1", with_sku="B1", both=90, orders=5000, lift=3.0, lift_low=2.0),
                Pair(sku="A2", with_sku="B2", both=90, orders=100, lift=3.0, lift_low=2.0),
                Pair(sku="A3", with_sku="B3", both=90, orders=5000, lift=3.0, lift_low=2.0),
            ],
            NOW - timedelta(days=1),
        )
    )
    _write(lambda session: pairs.judge(session, SHOP, "A3", "B3", PairState.allowed, "s1:manager", NOW))

    looked = assist("offers", "mine", "--dry-run", "--json")
    counted = assist("offers", "mine")
    again = assist("offers", "mine", "--json")

    assert "1 pairs end" in looked.document["warning"]
    assert "assist offers mine --orders" in counted.err
    assert again.document["warning"] is None


def test_without_orders_in_the_window_what_is_kept_stays(assist: Run, selling: Path) -> None:
    assist("offers", "mine")

    ended = assist("offers", "mine", "--window-days", "8", "--json")

    assert (ended.document["orders"], ended.document["pairs"], ended.document["kept"]) == (0, [], False)
    assert "what is kept stays" in ended.line
    assert len(_kept("F1")) == 1


@pytest.mark.anyio
async def test_a_running_server_keeps_what_was_mined(tmp_path: Path, webhook_secret: str, clock: StillClock) -> None:
    found = Mined([Pair(sku="F1", with_sku="S1", both=30, lift_low=2.0)], {}, 100, 0, 1.0, NOW)
    async with running_shop(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path, webhook_secret, clock) as shop:
        box = SecretBox(tmp_path / "assist.key")
        for part in parts_of(found, {}):
            sealed = box.seal(KeepPairs(part=part).model_dump_json())
            reply = await shop.client.post("/api/v1/operator", content=sealed)

            assert Done.model_validate_json(box.open_fresh(reply.text, 60)).said == "shop s1: 1 pairs kept"

        with shop.process.database.reader() as session:
            assert [one.with_sku for one in pairs.with_skus(session, SHOP, ["F1"])] == ["S1"]


def test_what_is_kept_is_listed_with_who_decided(assist: Run, selling: Path) -> None:
    assist("offers", "mine")
    _write(lambda session: pairs.judge(session, SHOP, "F1", "K1", PairState.allowed, "s1:manager", NOW))

    listed = assist("offers", "pairs")
    of_knife = assist("offers", "pairs", "--sku", "K1", "--json").document

    for words in ("三文鱼 (F1)", "允许 allowed", "K1"):
        assert words in listed.out
    (only,) = of_knife["pairs"]
    assert (of_knife["total"], only["sku"], only["state"], only["judged_by"]) == (1, "F1", "allowed", "s1:manager")
    assert [one["sku"] for one in assist("offers", "pairs", "--state", "mined", "--json").document["pairs"]] == [
        "F1",
        "S1",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        pytest.param(("mine", "--shop", "s9"), 2, "there are: s1", id="no such shop"),
        pytest.param(("mine", "--orders", "none.csv"), 2, "name a CSV file", id="no such file"),
        pytest.param(("pairs",), 1, "assist offers mine", id="nothing kept yet"),
        pytest.param(("pairs", "--state", "maybe"), 2, "mined, allowed, refused", id="no such state"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_its_cure(
    assist: Run, home: Path, arguments: tuple[str, ...], code: int, named: str
) -> None:
    ended = assist("offers", *arguments)

    assert (ended.code, ended.out) == (code, "")
    assert named in ended.line


def test_a_file_of_orders_is_mined_instead(assist: Run, selling: Path) -> None:
    rows = [f"o{at},{sku},2026/11/{1 + at % 20} 8:05" for at in range(25) for sku in ("F1", "K1")]
    others = [f"x{at},R1,2026-11-02T10:00:00+08:00" for at in range(50)]
    (selling / "orders.csv").write_text("\n".join(["订单号,商品编码,付款时间", *rows, *others]), encoding="gb18030")

    ended = assist("offers", "mine", "--orders", "orders.csv")

    # 25 x 75 / (25 x 25) = 3
    assert (ended.code, ended.line) == (0, "75 orders of 180 days; 2 pairs (0 refused by people); kept")
    assert [(one.with_sku, one.both, one.orders, one.lift) for one in _kept("F1")] == [("K1", 25, 75, 3.0)]


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        pytest.param("order,sku\no1,a\no2,b\no1,b\n", [["a", "b"], ["b"]], id="a scattered order"),
        pytest.param("\ufeffsku,note,order\na,gift,o1\n\n,,\n", [["a"]], id="a mark, other columns, empty rows"),
        pytest.param("order,sku,paid_at\no1,a,\no2,b,2026-11-20\n", [["b"]], id="never paid"),
        pytest.param("order,sku,paid_at\no1,a,2026-10-22 16:59\no2,b,2026-10-22 17:00\n", [["b"]], id="window"),
        pytest.param("order,sku\n o1 , a \n,b\no3,\no1,c\n", [["a", "c"]], id="blanks"),
    ],
)
def test_lines_of_a_file_are_put_together_and_what_was_not_bought_is_left_out(
    tmp_path: Path, text: str, orders: list[list[str]]
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(text, encoding="utf-8")

    # 17:00 in Shanghai is 09:00 UTC, thirty days before now.
    assert read_orders(file, "Asia/Shanghai", SINCE) == orders


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(b"", "row 1 names no column order and sku", id="empty"),
        pytest.param(b"order,product\n1,a\n", "row 1 names no column sku", id="no sku"),
        pytest.param(b"order,sku,paid_at\no1,a,yesterday\n", "row 2: 'yesterday' is no time", id="no time"),
        pytest.param(b"order,sku,paid_at\no1,a,2026-11-20\no2,a\n", "row 3: 2 cells, the header names 3", id="short"),
        pytest.param(b"order,sku\n\xff\xff\xff,a\n", "save it as CSV in UTF-8", id="no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_row_and_cure(
    assist: Run, home: Path, content: bytes, named: str
) -> None:
    (home / "orders.csv").write_bytes(content)

    ended = assist("offers", "mine", "--orders", "orders.csv")

    assert (ended.code, ended.out) == (2, "")
    assert ended.line.startswith("orders.csv: ")
    assert named in ended.line
