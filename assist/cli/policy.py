"""`assist policy`: decide one claim and say why, simulate many, and the schema of the policy file."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .output import print_json

app = typer.Typer(help="补偿策略：试判一单、策略文件的格式 / the remedy policy", no_args_is_help=True)


class Language(StrEnum):
    zh = "zh"
    zh_tw = "zh-TW"
    en = "en"


@app.command()
def decide(
    case: Annotated[
        Path,
        typer.Option("--case", help="one claim as JSON; docs/claims.md has an example", exists=True, dir_okay=False),
    ],
    policy: Annotated[Path | None, typer.Option("--policy", help="a templates_kb folder; the shipped one")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="language of what is printed")] = Language.zh,
    as_json: Annotated[bool, typer.Option("--json", help="the decision as one JSON document on stdout")] = False,
) -> None:
    """试判一单：给什么、缺什么、为什么 / what a claim leads to, and every rule that was considered."""
    from assist.cli.content import policy_of
    from assist.cli.deciding import print_decision, read_claim
    from assist.suggest.remedy import decide as decide_claim

    claim = read_claim(case)
    rules = policy_of(policy)
    decision = decide_claim(claim, rules)
    if as_json:
        print_json(decision.model_dump(mode="json"))
    else:
        print_decision(decision, rules, lang.value)


@app.command()
def schema() -> None:
    """策略文件的 JSON Schema / the JSON Schema of policy/remedy.toml, for editors that complete and check."""
    from assist.content.remedy_schema import remedy_schema

    print_json(remedy_schema())


@app.command()
def simulate(
    cases: Annotated[Path | None, typer.Option("--cases", help="claims as JSON, one a line")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="a templates_kb folder; the shipped one")] = None,
    against: Annotated[Path | None, typer.Option("--against", help="another one to compare with")] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="the shop's kept complaints, against what it published")
    ] = False,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day, shop's zone")
    ] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")] = None,
    shop: str | None = None,
    config: Annotated[Path | None, typer.Option(help="settings file; ./assist.toml when left out")] = None,
    database: Annotated[str | None, typer.Option(help="a database URL, instead of the settings'")] = None,
    zone: Annotated[str, typer.Option(help="whose days a file's cases fall on")] = "Asia/Shanghai",
    lang: Annotated[Language, typer.Option("--lang", help="language of what is printed")] = Language.zh,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document on stdout")] = False,
) -> None:
    """试算：一批投诉按这份策略要花多少、谁多拿谁少拿 / cost, tiers and who gains, on a file of claims or kept ones."""
    from assist.cli.simulating import Wanted, run_simulate

    wanted = Wanted(
        cases=cases,
        stored=stored,
        policy=policy,
        against=against,
        start=start,
        end=end,
        shop=shop,
        config=config,
        database=database,
        zone=zone,
    )
    run_simulate(wanted, lang.value, as_json=as_json)
