"""A table becomes drafts: seen first, all rows or none, and the same table again changes nothing."""

import csv
import io
import json
import zipfile
from typing import Any

import anyio
import pytest
from openpyxl import Workbook

from assist.content.import_columns import FIELDS, guessed
from assist.content.import_read import MOST_ROWS, ImportRefused, read_table
from assist.web.kb_import import harmless
from assist.web.words import LANGUAGES, words
from tests.shop import RunningShop

pytestmark = pytest.mark.anyio

HEADER = ("问题", "答案", "分类", "相似问")
CRAB = ("活蟹怎麼養", "放陰涼處，別泡水", "鲜活水产", "螃蟹怎么养活;大闸蟹放哪;蟹要不要泡水")
GLOSS = ("冷链构(gòu)建是什么", "全程低温运输", "通用", "冷链什么意思;低温怎么运;冷链好在哪")
FIGURE = ("满多少包邮呀", "满88元包邮", "通用", "")
LOST = ("坏的??赔不赔", "看照片处理", "通用", "")


def csv_bytes(
    *rows: tuple[str, ...], encoding: str = "utf-8", separator: str = ",", header: tuple[str, ...] = HEADER
) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=separator).writerows([header, *rows])
    return held.getvalue().encode(encoding)


def xlsx_bytes(*rows: tuple[str, ...]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (HEADER, *rows):
        book.active.append(list(row))  # pyright: ignore[reportAttributeAccessIssue]
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


async def sent(shop: RunningShop, content: bytes, name: str = "表.csv", who: str = "经理", **fields: str) -> Any:
    files = {"file": (name, content)}
    return await shop.client.post("/api/v1/kb/import?lang=zh", files=files, data=fields, headers=shop.bearer(who))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(csv_bytes(CRAB, GLOSS), id="utf-8"),
        pytest.param(csv_bytes(CRAB, GLOSS, encoding="utf-8-sig"), id="utf-8 with a mark"),
        pytest.param(csv_bytes(CRAB, GLOSS, encoding="gb18030"), id="gb18030"),
        pytest.param(csv_bytes(CRAB, GLOSS, encoding="utf-16"), id="utf-16"),
        pytest.param(csv_bytes(CRAB, GLOSS, separator="\t"), id="tabs"),
        pytest.param(csv_bytes(CRAB, GLOSS, separator="|"), id="bars"),
        pytest.param(xlsx_bytes(CRAB, GLOSS), id="workbook"),
    ],
)
def test_a_table_is_read_whatever_it_was_saved_as(content: bytes) -> None:
    table = read_table(content, "t")

    assert table.header == HEADER
    assert table.rows == (CRAB, GLOSS)
    assert table.lines == (2, 3)
    assert guessed(table.header) == dict(zip(HEADER, ("question", "text", "category", "asks"), strict=True))


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(5):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 50 * 1024 * 1024)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "nothing in it", id="empty"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"\0" * 64, "save it as .xlsx", id="an old workbook"),
        pytest.param(b"PK\x03\x04broken", "damaged workbook", id="a damaged workbook"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00", "not a text file", id="a picture"),
        pytest.param(b"q,a\n1,2,3\n", "row 2: more cells than the header has columns (2)", id="a row too wide"),
        pytest.param(b"q,a\n" + b"1,2\n" * (MOST_ROWS + 1), "more than 10000 rows; split the file", id="too many rows"),
        pytest.param(b"x" * (20 * 1024 * 1024 + 1), "at most 20 MiB", id="too large"),
        pytest.param(b"q,a\n" + b"z" * 20_001 + b",2\n", "row 2, column 1: 20001 characters", id="a cell too long"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place_and_cure(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match="t: ") as raised:
        read_table(content, "t")

    assert said in str(raised.value)


def test_a_few_kilobytes_that_unpack_to_far_more_are_refused() -> None:
    with pytest.raises(ImportRefused, match="unpacks to far more"):
        read_table(bomb(), "t.xlsx")


async def test_a_dry_run_says_what_each_row_would_become_and_keeps_nothing(shop: RunningShop) -> None:
    answer = await sent(shop, csv_bytes(CRAB, FIGURE, LOST, CRAB))

    told = answer.json()
    assert answer.status_code == 200, told
    assert told["counts"] == {"new": 3, "changed": 0, "same": 0, "skipped": 1}
    rows = {row["line"]: row for row in told["rows"]}
    assert rows[2]["title"] == "活蟹怎么养"
    assert [one["message"] for one in rows[2]["remarks"]] == ["繁体已转简体"]
    assert any("没出处" in one["message"] or "88" in one["message"] for one in rows[3]["findings"])
    assert any("丢了字" in one["message"] for one in rows[4]["findings"])
    assert rows[5]["findings"][0]["message"] == "和第 2 行重复"
    assert told["kept"] is None
    waiting = (await shop.client.get("/api/v1/kb/drafts", headers=shop.bearer("经理"))).json()
    assert waiting["drafts"] == []


async def test_kept_rows_wait_for_review_and_the_same_file_again_changes_nothing(shop: RunningShop) -> None:
    content = csv_bytes(GLOSS, FIGURE)

    kept = (await sent(shop, content, dry_run="false")).json()
    again = (await sent(shop, content, dry_run="false")).json()

    assert kept["kept"] == {"drafts": 2, "published": 0}
    assert again["kept"] == {"drafts": 0, "published": 0}
    assert again["counts"]["same"] == 2
    waiting = (await shop.client.get("/api/v1/kb/drafts", headers=shop.bearer("经理"))).json()["drafts"]
    mine = {one["body"]["title"]: one for one in waiting if one["note"].startswith("表.csv")}
    assert mine["冷链构建是什么"]["state"] == "review"
    assert mine["冷链构建是什么"]["body"]["category"] == "general"
    assert mine["冷链构建是什么"]["note"] == "表.csv:2"


async def test_rows_without_findings_can_be_published_and_the_others_still_wait(shop: RunningShop) -> None:
    fit = ("蟹黄流出来正常吗", "这是正常的，蒸熟就好", "鲜活水产", "蟹黄漏了;黄流了还能要吗;蟹膏流出来了")
    figure = ("蟹要蒸几分钟呢", "蒸15分钟", "鲜活水产", "")

    kept = (await sent(shop, csv_bytes(fit, figure), dry_run="false", publish="true")).json()
    again = (await sent(shop, csv_bytes(fit, figure), dry_run="false", publish="true")).json()

    assert kept["kept"] == {"drafts": 1, "published": 1}
    assert again["counts"]["same"] == 2
    found = await shop.client.get("/api/v1/search?q=蟹黄流出来正常吗", headers=shop.bearer("小林"))
    assert found.json()["found"][0]["title"] == "蟹黄流出来正常吗"


async def test_a_mapping_by_hand_wins_over_the_guess(shop: RunningShop) -> None:
    content = "甲,乙\n蟹绳要剪掉吗,蒸之前剪掉\n".encode()

    unmapped = (await sent(shop, content)).json()
    mapped = (await sent(shop, content, columns=json.dumps({"甲": "question", "乙": "text"}))).json()

    assert "say which columns hold the question" in unmapped["problem"]
    assert mapped["problem"] is None
    assert mapped["counts"]["new"] == 1


async def test_whoever_may_not_publish_may_not_publish_by_import(shop: RunningShop) -> None:
    refused = await sent(shop, csv_bytes(CRAB), who="小林", dry_run="false", publish="true")

    assert refused.status_code == 403


async def test_a_question_of_another_article_is_skipped_and_names_it(shop: RunningShop) -> None:
    told = (await sent(shop, csv_bytes(("如何保存活虾", "放冰箱", "", "")))).json()

    (row,) = told["rows"]
    assert row["state"] == "skipped"
    assert "storage-shrimp" in row["findings"][0]["message"]


async def test_hostile_cells_are_texts_like_any_other(shop: RunningShop) -> None:
    hostile = ("<img src=x onerror=alert(1)>问", "{{ 7*7 }}{% include 'x' %}", "", "")

    told = (await sent(shop, csv_bytes(hostile))).json()

    (row,) = told["rows"]
    assert row["title"] == "<img src=x onerror=alert(1)>问"
    assert row["findings"], "what is no plain wording has to be mended"


async def test_exports_are_the_same_bytes_and_come_back_unchanged(shop: RunningShop) -> None:
    manager = shop.bearer("经理")
    once, twice = [(await shop.client.get("/kb/export?form=zip", headers=manager)).content for _ in range(2)]
    assert once == twice

    for form in ("csv", "xlsx"):
        table = (await shop.client.get(f"/kb/export?form={form}", headers=manager)).content
        told = (await sent(shop, table, f"out.{form}")).json()
        assert told["problem"] is None
        assert (told["counts"]["changed"], told["counts"]["new"]) == (0, 0), told["rows"]


def test_no_exported_cell_is_run_as_a_formula_and_import_takes_the_mark_away() -> None:
    for cell in ('=HYPERLINK("http://x")', "+1", "-1", "@sum"):
        assert harmless(cell) == f"'{cell}"
        assert read_table(f'q,a\n"\'{cell.replace(chr(34), chr(34) * 2)}",b\n'.encode(), "t").rows[0][0] == cell
    assert harmless("活虾") == "活虾"


async def planned(shop: RunningShop, content: bytes, who: str = "经理") -> Any:
    """Return what a table comes to, however long it is compared."""
    headers = shop.bearer(who)
    answer = await sent(shop, content, who=who)
    while answer.json()["state"] == "running":
        await anyio.sleep(0.02)
        answer = await shop.client.get(f"/api/v1/kb/import/{answer.json()['id']}?lang=zh", headers=headers)
    assert answer.json()["state"] == "done"
    return answer.json()


async def at_job(shop: RunningShop, path: str, who: str = "经理", **body: Any) -> Any:
    headers = shop.bearer(who)
    return await shop.client.post(f"/api/v1/kb/import/{path}?lang=zh", json=body, headers=headers)


async def test_a_planned_table_is_kept_once_without_sending_it_again(shop: RunningShop) -> None:
    told = await planned(shop, csv_bytes(("梭子蟹怎么拆", "先掰脐再掀盖", "鲜活水产", "")))

    once, twice = [(await at_job(shop, f"{told['id']}/keep")).json() for _ in range(2)]
    looked = await shop.client.get(f"/api/v1/kb/import/{told['id']}?lang=zh", headers=shop.bearer("经理"))

    assert (told["state"], told["done"], told["of"]) == ("done", 1, 1)
    assert once["kept"] == twice["kept"] == looked.json()["kept"] == {"drafts": 1, "published": 0}


async def test_other_columns_of_a_planned_table_are_read_without_sending_it_again(shop: RunningShop) -> None:
    told = await planned(shop, "问题,答案,备注\n蟹腿掉了咋办,照样能蒸,蟹钳掉了也一样蒸\n".encode())

    again = (await at_job(shop, f"{told['id']}/columns", columns={"问题": "question", "备注": "text"})).json()
    wrong = (await at_job(shop, f"{again['id']}/columns", columns={"问题": "question"})).json()

    assert again["columns"] == {"问题": "question", "备注": "text"}
    assert again["counts"]["new"] == 1
    assert "say which columns hold" in wrong["problem"]


async def test_an_import_is_its_own_persons_and_forgotten_with_the_next(shop: RunningShop) -> None:
    first = await planned(shop, csv_bytes(GLOSS), who="小林")

    theirs = await at_job(shop, f"{first['id']}/keep", who="经理")
    await planned(shop, csv_bytes(LOST), who="小林")
    gone = await at_job(shop, f"{first['id']}/keep", who="小林")

    assert (theirs.status_code, gone.status_code) == (404, 404)
    assert "choose the file again" in gone.json()["error"]["message"]


async def test_what_was_published_since_is_compared_before_anything_is_kept(shop: RunningShop) -> None:
    row = ("蟹脐是什么", "蟹肚子上的盖", "鲜活水产", "蟹脐在哪;什么叫蟹脐;蟹肚子那块叫啥")
    told = await planned(shop, csv_bytes(row), who="小林")
    await sent(shop, csv_bytes(row), dry_run="false", publish="true")

    refused = await at_job(shop, f"{told['id']}/keep", who="小林")
    again = (await at_job(shop, f"{told['id']}/columns", who="小林", columns=told["columns"])).json()

    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "import_outdated"
    assert again["counts"]["same"] == 1


async def test_a_draft_begun_since_by_somebody_else_keeps_the_whole_table_back(shop: RunningShop) -> None:
    mine, theirs = ("蟹钳要不要拍", "拍裂再蒸", "鲜活水产", ""), ("蟹钳要不要拍", "不用拍", "鲜活水产", "")
    other = ("蟹卡怎么用", "报卡号约时间", "通用", "")
    told = await planned(shop, csv_bytes(other, mine), who="小林")
    await sent(shop, csv_bytes(theirs), dry_run="false")

    refused = await at_job(shop, f"{told['id']}/keep", who="小林")

    assert refused.status_code == 409
    waiting = (await shop.client.get("/api/v1/kb/drafts", headers=shop.bearer("经理"))).json()["drafts"]
    assert "蟹卡怎么用" not in {one["body"]["title"] for one in waiting}


async def test_of_a_thousand_rows_every_one_is_counted_and_kept_or_named(shop: RunningShop) -> None:
    fit = [
        (f"礼盒{n}号怎么拆", "沿着封口线撕开就行", "通用", f"拆{n}号礼盒;{n}号盒子咋开;打开第{n}个盒子")
        for n in range(600)
    ]
    lost = [(f"礼盒{n}号坏的??赔不赔", "看照片处理", "通用", f"甲{n};乙{n};丙{n}") for n in range(50)]
    empty = [(f"礼盒{n}号怎么装", "", "通用", "") for n in range(100)]
    content = csv_bytes(*fit, *lost, *empty, *fit[:250])

    told = await planned(shop, content)
    kept = (await at_job(shop, f"{told['id']}/keep")).json()
    again = await planned(shop, content)

    assert (told["of"], told["done"]) == (1000, 1000)
    assert told["counts"] == {"new": 650, "changed": 0, "same": 0, "skipped": 350}
    assert told["with_findings"] == 50
    assert kept["kept"] == {"drafts": 650, "published": 0}
    assert again["counts"] == {"new": 0, "changed": 0, "same": 650, "skipped": 350}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_an_editor_shows_is_a_header_that_is_known(language: str) -> None:
    told = words(language)
    labels = [
        (field, told[key]) for field in FIELDS for key in (f"kb_field_{field}", f"import_field_{field}") if key in told
    ]
    labels += [("category", told["kb_category"]), ("intent", told["kb_intent"])]

    assert [(field, label) for field, label in labels if guessed([label]) != {label: field}] == []


async def test_the_day_of_a_review_is_taken_over_and_a_strange_one_named(shop: RunningShop) -> None:
    header = ("编号", "问题", "答案", "复核日期")
    known, strange = (
        ("storage-shrimp", "如何保存活虾", "沥干冷藏", "2026/3/9"),
        ("", "水蜜桃怎么挑软硬", "看果柄", "昨天"),
    )

    told = (await sent(shop, csv_bytes(known, strange, header=header))).json()

    first, second = told["rows"]
    assert ["reviewed", "2026-11-21", "2026-03-09"] in first["changes"]
    assert any("昨天" in one["message"] for one in second["findings"])
