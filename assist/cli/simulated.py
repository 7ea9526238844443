"""Say in tables what a simulation came to: cost, tiers, days, and who is better or worse off."""

from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from assist.domain.remedy_policy import RemedyPolicy
from assist.suggest.simulate import Difference, Outcome, Side, Simulation
from assist.web.remedy_views import yuan
from assist.web.simulator_words import outcome_words, rung_names, tier_rows
from assist.web.words import words

Told = Mapping[str, str]


def print_simulation(result: Simulation, policy: RemedyPolicy, language: str) -> None:
    """Print everything counted; the figures of the policy compared with stand beside."""
    told, rungs = words(language), rung_names(policy, language)
    console = Console(soft_wrap=True)
    console.print(_figures(result, told))
    console.print(_tiers(result, told, rungs))
    console.print(_days(result, told))
    if result.comparison is not None:
        told_of = result.comparison
        for title, rows in (
            (told["sim_better"].format(n=told_of.better, amount=yuan(told_of.better_fen)), told_of.most_better),
            (told["sim_worse"].format(n=told_of.worse, amount=yuan(told_of.worse_fen)), told_of.most_worse),
            (told["sim_otherwise"].format(n=told_of.otherwise), told_of.some_otherwise),
        ):
            console.print(_differences(title, rows, told, rungs) if rows else title)
        console.print(told["sim_same"].format(n=told_of.same))
    console.print(told["sim_caveat"])


def _figures(result: Simulation, told: Told) -> Table:
    sides = [side for side in (result.policy, result.against) if side is not None]
    table = _table("", told["sim_figure"], told["sim_policy"], *([told["sim_against"]] if result.against else []))
    table.add_row(told["sim_cases"], *(str(result.cases) for _ in sides))
    figures: list[tuple[str, Callable[[Side], str]]] = [
        ("sim_cost", lambda side: yuan(side.cost_fen)),
        ("sim_money", lambda side: yuan(side.money_fen)),
        ("sim_coupons", lambda side: yuan(side.coupon_fen)),
        ("sim_reships", lambda side: yuan(side.reship_fen)),
        ("sim_remedies", lambda side: str(side.remedies)),
        ("sim_ready", lambda side: str(side.ready)),
        ("sim_questions", lambda side: str(sum(side.questions.values()))),
        ("sim_refusals", lambda side: str(sum(side.refusals.values()))),
        ("sim_to_person", lambda side: str(side.to_person)),
        ("sim_approvals", lambda side: str(sum(side.approvals.values()))),
        ("sim_pay_first", lambda side: str(side.pay_first)),
        ("sim_budget", lambda side: yuan(side.budget_daily_fen)),
        ("sim_days_over", lambda side: f"{side.days_over}/{len(side.days)}"),
    ]
    for key, figure in figures:
        table.add_row(told[key], *(figure(side) for side in sides))
    return table


def _tiers(result: Simulation, told: Told, rungs: Told) -> Table:
    """One row for each rung and kind that either policy gave."""
    heads = [told["sim_policy"], *([told["sim_against"]] if result.against else [])]
    table = _table(told["sim_mix"], told["sim_rung"], told["sim_kind"], *heads)
    for row in tier_rows(result):
        given = [row.policy, *([row.against] if result.against else [])]
        table.add_row(rungs.get(row.rung, row.rung), told[f"remedy_kind_{row.kind.value}"], *given)
    return table


def _days(result: Simulation, told: Told) -> Table:
    against = {day.day: day for day in result.against.days} if result.against else {}
    heads = [told["sim_policy"], *([told["sim_against"]] if result.against else [])]
    table = _table(told["sim_by_day"], told["sim_day"], told["sim_cases"], *heads, told["sim_over"])
    for day in result.policy.days:
        costs = [yuan(day.cost_fen), *([yuan(against[day.day].cost_fen)] if result.against else [])]
        table.add_row(str(day.day), str(day.cases), *costs, yuan(day.over_fen) if day.over_fen else "")
    return table


def _differences(title: str, rows: tuple[Difference, ...], told: Told, rungs: Told) -> Table:
    heads = (told["sim_case"], told["sim_day"], told["sim_against"], told["sim_policy"], told["sim_difference"])
    table = _table(f"{title} ({told['sim_shown_some'].format(n=len(rows))})", *heads)

    def said(outcome: Outcome) -> str:
        return outcome_words(outcome, told, rungs)

    for row in rows:
        by = f"{'+' if row.by_fen > 0 else '-'}{yuan(abs(row.by_fen))}" if row.by_fen else ""
        table.add_row(row.id, str(row.day), said(row.against), said(row.policy), by)
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title or None)
    table.add_column(first, overflow="fold")
    for other in others:
        table.add_column(other, justify="right", overflow="fold")
    return table
