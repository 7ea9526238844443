"""`assist kb`: check, count, search, import, export, learn for and roll back a knowledge base."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import fail, note, print_json

if TYPE_CHECKING:
    from assist.content.errors import ContentError

app = typer.Typer(help="知识库：检查、统计、试搜、导入、导出、学习、退回 / the knowledge base", no_args_is_help=True)

Directory = Annotated[Path | None, typer.Argument(help="a templates_kb folder; the shipped one when left out")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]


@app.command()
def check(
    directory: Directory = None,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option(help="提醒也算错 / remarks count as findings too")] = False,
    today: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天 / the day it is")] = None,
) -> None:
    """Validate and lint; exit 1 when anything is wrong. What has grown old or needs proof is only remarked on."""
    from assist.content.files import shipped_directory
    from assist.desk.lint_content import check_content
    from assist.domain.clock import system_clock

    checked = check_content(directory or shipped_directory(), (today or system_clock()).date())
    count = len(checked.library.articles) if checked.library else 0
    if as_json:
        print_json({"articles": count, "findings": _rows(checked.findings), "warnings": _rows(checked.warnings)})
    else:
        for finding in checked.findings:
            typer.echo(str(finding))
        for warning in checked.warnings:
            typer.echo(f"提醒 remark: {warning}")
    wrong = len(checked.findings) + (len(checked.warnings) if strict else 0)
    remarked = f", {len(checked.warnings)} remarks" if checked.warnings else ""
    if wrong:
        fail(f"{len(checked.findings)} findings{remarked} in {count} articles")
    note(f"{count} articles, nothing to mend{remarked}")


def _rows(found: "tuple[ContentError, ...]") -> list[dict[str, str | int]]:
    return [{"path": one.path, "line": one.line, "message": one.message} for one in found]


@app.command()
def stats(directory: Directory = None, as_json: AsJson = False, seed: int = 7) -> None:
    """Honest counts, the category x intent matrix, and how often a held-out ask finds its article."""
    from assist.cli.content import library_of
    from assist.cli.kb_stats import print_stats, stats_of

    print_stats(stats_of(library_of(directory), seed), as_json=as_json)


@app.command()
def search(
    text: str,
    directory: Annotated[Path | None, typer.Option("--dir", help="a templates_kb folder")] = None,
    top: Annotated[int, typer.Option(min=1, max=20)] = 3,
    as_json: AsJson = False,
) -> None:
    """Try a question: what would the sidebar find?"""
    from assist.cli.content import library_of
    from assist.desk.guard_cards import Moment
    from assist.desk.libraries import shelf_of
    from assist.desk.search import search as find
    from assist.domain.clock import system_clock

    hits = find(shelf_of(library_of(directory)), text, top, Moment(system_clock(), "Asia/Shanghai", None))
    if as_json:
        print_json([hit.model_dump(mode="json") for hit in hits])
        return
    if not hits:
        fail("没有匹配的条目 / nothing found")
    for hit in hits:
        typer.echo(f"{hit.score:.2f}  {hit.article.id}  {hit.title}  ← {hit.matched}\n      {hit.text}")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="a .csv or .xlsx file, its first row naming the columns")],
    columns: Annotated[Path | None, typer.Option("--map", help='a TOML file of "column" = "field" lines')] = None,
    dry_run: Annotated[bool, typer.Option(help="只看不存 / only say what would come of it")] = False,
    publish: Annotated[bool, typer.Option(help="没有问题的直接发布 / publish rows without findings")] = False,
    by: Annotated[str | None, typer.Option(help="谁导入的；默认第一位经理 / who imports; the first manager")] = None,
    as_json: AsJson = False,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
) -> None:
    """批量导入条目 / bring articles from a table: rows become drafts that wait for review, all of them or none."""
    from assist.cli.importing import Asked, run_import

    asked = Asked(file=file, columns=columns, dry_run=dry_run, publish=publish, by=by, shop=shop)
    run_import(asked, config, as_json=as_json)


@app.command()
def export(
    directory: Annotated[Path, typer.Argument(help="a new or empty folder")],
    number: Annotated[int | None, typer.Option(help="a version; the newest when left out")] = None,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
) -> None:
    """Write a published version back as files, byte-stable."""
    from assist.cli.operator import reading
    from assist.content.export import ExportError, export_entries
    from assist.desk.operate import OperatorError, pick_shop
    from assist.store.queries import libraries, people

    with reading(config) as database, database.reader() as session:
        try:
            home = pick_shop(people.shops(session), shop)
        except OperatorError as error:
            fail(str(error), 2)
        newest = libraries.newest(session, home.id)
        wanted = (newest.number if newest else 0) if number is None else number
        if libraries.version(session, home.id, wanted) is None:
            fail(f"shop {home.id} has no library version {wanted}")
        entries = [authored.entry for authored in libraries.entries(session, home.id, wanted).values()]
    try:
        count = export_entries(entries, directory)
    except ExportError as error:
        fail(str(error))
    note(f"version {wanted} of shop {home.id}: {count} files in {directory}")


@app.command()
def learn(
    apply: Annotated[list[str] | None, typer.Option(help="采纳 / add a proposal by its id; may be given again")] = None,
    reject: Annotated[list[str] | None, typer.Option(help="不采纳或撤下 / turn down a proposal or phrasing")] = None,
    apply_automatic: Annotated[bool, typer.Option(help="采纳够稳的 / add those above the set confidence")] = False,
    by: Annotated[str | None, typer.Option(help="谁审的 / the reviewer's name")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day, shop's zone")] = None,
    seed: Annotated[int, typer.Option(help="draws the questions of the regression set")] = 7,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
    as_json: AsJson = False,
) -> None:
    """从采用过的答案里学问法 / phrasings learned from adopted answers; nothing changes unless told."""
    from assist.cli.learning import Asked, run_learn

    asked = Asked(shop=shop, since=since, seed=seed, apply=tuple(apply or ()), reject=tuple(reject or ()))
    run_learn(asked, config, automatic=apply_automatic, by=by, as_json=as_json)


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(min=1, help="the version whose content comes back")],
    by: Annotated[str | None, typer.Option(help="谁退的 / who rolls back")] = None,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
) -> None:
    """把知识库退回到某一版 / publish an earlier version's content under a new number. Works beside a running server."""
    from assist.cli.operator import run_operator
    from assist.desk.operate import OPERATOR, RollBack

    command = RollBack(shop=shop, number=number, author=by or OPERATOR)
    done, settings = run_operator(command, config)
    note(done.said)
    if settings.watch_content:
        note(f"{settings.watch_content} is watched: change its files too, or they are published again")
