"""`assist offers import`: goods from the command line, seen first, exact to the fen, each wrong row told."""

import json
from pathlib import Path

import pytest

from assist.content.check import check_tree
from assist.desk.publish import FILES, publish
from assist.store.database import open_database
from assist.store.queries import goods
from assist.store.writer import Writer
from tests.cli.conftest import NOW, Run
from tests.trees import small_tree

URL = "sqlite:///assist.sqlite3"
TABLE = "商品编码,商品名,价格(元),库存\nS-1,虾滑,19.90,3\nS-2,鱼丸,9.9元,12\n"


@pytest.fixture
def shop(home: Path, tmp_path: Path) -> Path:
    database = open_database(URL)
    writer = Writer(database).start()
    entries = check_tree(small_tree(tmp_path / "kb")).entries
    writer.submit(publish("s1", entries, author=FILES, reason="test", now=NOW)).result()
    writer.close()
    database.close()
    (home / "t.csv").write_text(TABLE, encoding="gb18030")
    return home


def kept() -> dict[str, dict[str, object]]:
    database = open_database(URL, read_only=True)
    with database.reader() as session:
        found = goods.page(session, "s1").goods
    database.close()
    return {one.goods.sku: {name: fact.value for name, fact in one.facts.items()} for one in found}


def test_a_dry_run_says_what_would_change_and_keeps_nothing(assist: Run, shop: Path) -> None:
    ended = assist("offers", "import", "t.csv", "--dry-run", "--json")

    told = json.loads(ended.out)
    assert ended.code == 0
    assert told["counts"] == {"new": 2, "changed": 0, "same": 0, "skipped": 0}
    assert {"field": "price", "before": None, "after": 1990} in told["rows"][0]["changes"]
    assert kept() == {}


def test_goods_are_kept_and_the_same_file_again_changes_nothing(assist: Run, shop: Path) -> None:
    first = assist("offers", "import", "t.csv")
    again = assist("offers", "import", "t.csv")

    assert first.code == again.code == 0
    assert "2 goods and 4 facts kept" in first.err
    assert "2 same" in again.err
    assert kept() == {"S-1": {"price": 1990, "stock": 3}, "S-2": {"price": 990, "stock": 12}}


def test_a_wrong_row_is_told_and_left_out_and_the_others_are_kept(assist: Run, shop: Path) -> None:
    (shop / "t.csv").write_text(TABLE + "S-3,蟹柳,12.345,1\n", encoding="utf-8")

    ended = assist("offers", "import", "t.csv")

    assert ended.code == 1
    assert "1 of 3 rows were left out" in ended.err
    assert "价格(元): 12.345 has more than two decimals" in ended.out
    assert set(kept()) == {"S-1", "S-2"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param((), "name a file", id="什么都没给"),
        pytest.param(("t.csv", "--from-shop", "generic:main"), "name a file, or", id="两个都给"),
        pytest.param(("none.csv",), "cannot be read", id="没有文件"),
        pytest.param(("--from-shop", "generic:nobody"), "there are:", id="没有账号"),
        pytest.param(("t.csv", "--shop", "nobody"), "no shop", id="没有店"),
    ],
)
def test_what_cannot_be_done_says_why(assist: Run, shop: Path, options: tuple[str, ...], said: str) -> None:
    ended = assist("offers", "import", *options)

    assert ended.code == 2
    assert said in ended.err


def test_many_rows_are_kept_in_several_commands(assist: Run, shop: Path) -> None:
    rows = "".join(f"M-{n},虾滑 {n},{n}.90,{n}\n" for n in range(1, 651))
    (shop / "t.csv").write_text("商品编码,商品名,价格(元),库存\n" + rows, encoding="utf-8")

    ended = assist("offers", "import", "t.csv")

    assert ended.code == 0
    assert "650 goods and 1300 facts kept" in ended.err
    assert len(kept()) == 50
