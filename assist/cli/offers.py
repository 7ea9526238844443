"""`assist offers`: what a shop sells, and what goes with what in its orders."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="推荐：商品、搭配 / offers: goods, and what goes with what", no_args_is_help=True)

Shop = Annotated[str | None, typer.Option(help="which shop; may be left out where there is only one")]
Config = Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]


@app.command()
def mine(
    orders: Annotated[
        Path | None, typer.Option(help="a CSV with the columns order, sku and paid_at; the shop's own when left out")
    ] = None,
    window_days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="近多少天 / days back; as policy/selling.toml when left out")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="只看不存 / only say what goes together")] = False,
    top: Annotated[int, typer.Option(min=0, help="so many are printed; --json has all")] = 20,
    shop: Shop = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """从订单里找常一起买的 / which goods are bought together, how sure that is; kept unless it is a dry run."""
    from assist.cli.mining import Asked, run_mine

    run_mine(Asked(orders, window_days, dry_run, top, shop), config, as_json=as_json)


@app.command()
def pairs(
    sku: Annotated[str | None, typer.Option(help="只看这个商品 / only those with this SKU on either side")] = None,
    state: Annotated[str | None, typer.Option(help="mined, allowed or refused")] = None,
    top: Annotated[int, typer.Option(min=1, help="so many")] = 50,
    shop: Shop = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """看现有的搭配 / the pairs as they are kept, with what people decided about them."""
    from assist.cli.mining import run_pairs

    run_pairs(sku, state, top, shop, config, as_json=as_json)


@app.command(name="import")
def import_(
    file: Annotated[Path | None, typer.Argument(help="a .csv or .xlsx file, its first row naming the columns")] = None,
    from_shop: Annotated[str | None, typer.Option(help="从平台读 / read from a platform: ADAPTER:ACCOUNT")] = None,
    columns: Annotated[Path | None, typer.Option("--map", help='a TOML file of "column" = "field" lines')] = None,
    dry_run: Annotated[bool, typer.Option(help="只看不存 / only say what would change")] = False,
    shop: Shop = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """导入商品、库存、价格和证据 / goods, stock, prices and evidence from a table or a platform."""
    from assist.cli.goods_import import GoodsAsked, run_goods_import

    run_goods_import(GoodsAsked(file, from_shop, columns, dry_run, shop), config, as_json=as_json)
