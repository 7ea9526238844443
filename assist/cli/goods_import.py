"""Run `assist offers import`: goods from a table or a platform, compared, shown, and kept."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from assist.content.goods_columns import guessed, require_usable
from assist.content.import_columns import read_map
from assist.content.import_read import MOST_BYTES, ImportRefused, Table, read_table
from assist.contract import GoodsItem
from assist.contract.discovery import UnknownAdapter
from assist.desk.accounts import open_adapter
from assist.desk.goods_row import Names
from assist.desk.import_articles import RowState
from assist.desk.import_goods import GoodsPlan, known_goods, parts_of, plan_goods, skus_of
from assist.desk.libraries import Libraries
from assist.desk.operate import ImportGoods, OperatorError, pick_shop
from assist.desk.pull_goods import catalogue_of, pages, plan_page
from assist.desk.secrets import SecretBox, SecretMissing
from assist.domain.clock import system_clock
from assist.network.client import GuardedClient, HttpError
from assist.settings import Settings
from assist.store.queries import people
from assist.store.queries.people import AccountRow, ShopRow

from .operator import reading, run_operator
from .output import fail, note, print_json
from .settings import load_settings


@dataclass(frozen=True)
class GoodsAsked:
    """Either a file, with its columns where they are not to be guessed, or a platform's ADAPTER:ACCOUNT."""

    file: Path | None
    from_shop: str | None
    columns: Path | None
    dry_run: bool
    shop: str | None


def run_goods_import(asked: GoodsAsked, config: Path | None, *, as_json: bool) -> None:
    """Say what would change; without a dry run keep it. Exit 1 where rows were left out, 2 where nothing can be read.

    Rows with errors are left out and told; all others are kept.
    """
    if (asked.file is None) == (asked.from_shop is None):
        fail("name a file, or a platform with --from-shop ADAPTER:ACCOUNT", 2)
    shop, plan, columns = _from_file(asked, config) if asked.file else _from_shop(asked, config)
    _say(plan, columns, as_json=as_json)
    if not asked.dry_run and plan.changing:
        _keep(shop.id, plan, config)
    if wrong := plan.count(RowState.skipped):
        fail(f"{wrong} of {len(plan.rows)} rows were left out; mend them and import again")


def _from_file(asked: GoodsAsked, config: Path | None) -> tuple[ShopRow, GoodsPlan, dict[str, str]]:
    assert asked.file is not None
    table, columns = _read(asked.file, asked.columns)
    with reading(config) as database, database.reader() as session:
        shop, libraries = _shop(session, asked.shop)
        known = known_goods(session, libraries.current(shop.id), ZoneInfo(shop.timezone), skus_of(table, columns))
    return shop, plan_goods(table, columns, known), columns


def _read(file: Path, columns_file: Path | None) -> tuple[Table, dict[str, str]]:
    try:
        if file.stat().st_size > MOST_BYTES:
            fail(f"{file}: more than {MOST_BYTES // 1024 // 1024} MiB; split the file", 2)
        table = read_table(file.read_bytes(), file.name)
        columns = guessed(table.header)
        if columns_file is not None:
            columns = read_map(columns_file.read_text(encoding="utf-8-sig"), columns_file.name)
        require_usable(columns, table.header, file.name)
    except ImportRefused as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"{error.filename}: cannot be read ({error.strerror}); name a .csv or .xlsx file", 2)
    return table, columns


def _shop(session: Session, name: str | None) -> tuple[ShopRow, Libraries]:
    try:
        shop = pick_shop(people.shops(session), name)
    except OperatorError as error:
        fail(str(error), 2)
    libraries = Libraries()
    libraries.refresh(session)
    return shop, libraries


def _from_shop(asked: GoodsAsked, config: Path | None) -> tuple[ShopRow, GoodsPlan, dict[str, str]]:
    adapter, _, account = (asked.from_shop or "").partition(":")
    settings = load_settings(config)
    with reading(config) as database:
        with database.reader() as session:
            rows = {(row.adapter, row.account): row for row in people.accounts(session)}
            row = rows.get((adapter, account))
            if row is None or asked.shop not in (None, row.shop_id):
                known = ", ".join(f"{one}:{other}" for one, other in sorted(rows)) or "none"
                fail(f"no account {asked.from_shop!r}; there are: {known}", 2)
            shop, libraries = _shop(session, row.shop_id)
        # Asked with nothing of the database held: a platform may take its time.
        items = _pulled(row, settings)
        with database.reader() as session:
            shelf = libraries.current(shop.id)
            known_now = known_goods(session, shelf, ZoneInfo(shop.timezone), [item.sku for item in items])
    return shop, plan_page(items, known_now, Names(shelf), asked.from_shop or ""), {}


def _pulled(row: AccountRow, settings: Settings) -> list[GoodsItem]:
    try:
        return asyncio.run(_pull(row, settings))
    except (UnknownAdapter, SecretMissing, ValueError) as error:
        fail(f"{row.adapter}:{row.account}: {error}", 2)
    except (HttpError, ConnectionError, TimeoutError, LookupError) as error:
        fail(
            f"{row.adapter}:{row.account}: its goods cannot be read ({type(error).__name__}: {error}); try again later"
        )


async def _pull(row: AccountRow, settings: Settings) -> list[GoodsItem]:
    http = GuardedClient(settings.allowed_private)
    try:
        catalogue = catalogue_of(open_adapter(row, SecretBox(settings.key_file), http))
        if catalogue is None:
            raise ValueError("this platform does not list its goods; import a file")
        found = {item.sku: item async for page in pages(catalogue) for item in page.items}
        return list(found.values())
    finally:
        await http.close()


def _keep(shop_id: str, plan: GoodsPlan, config: Path | None) -> None:
    goods = facts = 0
    now: datetime = system_clock()
    for at, part in enumerate(parts_of(plan)):
        # What changes is for who looks at it, not for who keeps it.
        rows = tuple(row.model_copy(update={"changes": ()}) for row in part)
        command = ImportGoods(shop=shop_id, cause=f"{plan.digest}:{now.isoformat()}:{at}", rows=rows)
        run_operator(command, config, source=f"{plan.name}: ")
        goods += sum(row.goods is not None for row in rows)
        facts += sum(len(row.facts) for row in rows)
    note(f"shop {shop_id}: {goods} goods and {facts} facts kept")


def _say(plan: GoodsPlan, columns: dict[str, str], *, as_json: bool) -> None:
    counts = {state.value: plan.count(state) for state in RowState}
    if as_json:
        rows = [row.model_dump(mode="json", exclude={"goods", "facts"}) for row in plan.rows]
        print_json({"columns": columns, "counts": counts, "rows": rows})
        return
    for row in plan.rows:
        if row.state is not RowState.same:
            typer.echo(f"{plan.name}:{row.line}: {row.state.value} {row.sku} {row.title}")
        for change in row.changes:
            typer.echo(f"    {change.field}: {change.before} -> {change.after}")
        for finding in (*row.findings, *row.remarks):
            typer.echo(f"    {finding.message}")
    note(", ".join(f"{count} {state}" for state, count in counts.items()))
