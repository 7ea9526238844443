"""Show what could be learned and what it would do, and hand over what a person chose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assist.desk.learn import LEARN, MOST_AT_ONCE, Lessons, UnknownProposal, consider, decide, learned, newest_library
from assist.desk.learn_topics import consider_topics, decide_topics, named_topics
from assist.desk.operate import Done, Learn, OperatorError, pick_shop
from assist.domain.clock import system_clock
from assist.domain.library import Library
from assist.domain.value import Value
from assist.store.queries import people
from assist.suggest.engine import build
from assist.suggest.learn import Considered, Proposal, ProposalState
from assist.suggest.learn_topics import ConsideredTopics, TopicProposal
from assist.suggest.learnable import Doubt, LeftOut
from assist.suggest.regression import Hits, Regression, Turned, compare

from .operator import reading, run_operator
from .output import fail, note, print_json

_STATES = {
    ProposalState.review: "待审 review",
    ProposalState.automatic: "够稳 automatic",
    ProposalState.against: "反例 against",
    ProposalState.retract: "撤下 retract",
}
_DOUBTS = {
    Doubt.points_back: "指着上文说 points back",
    Doubt.names_no_product: "没说商品 names no product",
    Doubt.about_safety: "事关安全 about safety",
}
_LEFT_OUT = {
    LeftOut.small_talk: "寒暄 small talk",
    LeftOut.fragment: "太短 fragment",
    LeftOut.personal: "含个人信息 personal",
    LeftOut.too_long: "太长 too long",
    LeftOut.no_article: "条目已不在 article gone",
    LeftOut.known: "已有 known",
    LeftOut.conflict: "几条都用过 conflict",
    LeftOut.weak: "证据不足 weak",
    LeftOut.rejected: "不采纳过 rejected",
}
_MOST_TURNED = 20


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    shop: str | None
    since: datetime | None
    seed: int
    apply: tuple[str, ...]
    reject: tuple[str, ...]


class Ranked(Value):
    """A proposal, and where its article is found for it now: 1 to 3, or None."""

    proposal: Proposal
    rank_now: int | None


class Report(Value):
    """Everything the command tells. `effect` is that of what was chosen, or of all proposals when nothing was."""

    shop: str
    library_number: int
    since: datetime
    proposals: tuple[Ranked, ...]
    left_out: dict[str, int]
    topics: tuple[TopicProposal, ...]
    topics_left_out: dict[str, int]
    effect: Regression | None
    published: int | None = None
    undo: str | None = None


@dataclass(frozen=True)
class _Plan:
    shop: str
    since: datetime
    library: Library
    considered: Considered
    topics: ConsideredTopics
    chosen: Lessons | None


def run_learn(asked: Asked, config: Path | None, *, automatic: bool, by: str | None, as_json: bool) -> None:
    """Report, and publish what was chosen: after the report was made, so that its effect is the effect before."""
    plan = _plan(asked, config, automatic=automatic)
    with Console(stderr=True).status("前后对比 / comparing before and after"):
        report = _report(plan, asked.seed)
    if plan.chosen is not None:
        if plan.chosen.count > MOST_AT_ONCE:
            fail(f"at most {MOST_AT_ONCE} proposals at a time; apply or reject fewer", 2)
        command = Learn(shop=plan.shop, author=by or LEARN, lessons=plan.chosen)
        done, _ = run_operator(command, config)
        report = _with_number(report, done)
        note(done.said)
        if report.undo:
            note(f"撤回 / to take it back: {report.undo}")
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print(report)


def _plan(asked: Asked, config: Path | None, *, automatic: bool) -> _Plan:
    now = system_clock()
    with reading(config) as database, database.reader() as session:
        try:
            shop = pick_shop(people.shops(session), asked.shop)
        except OperatorError as error:
            fail(str(error), 2)
        library = newest_library(session, shop.id)
        if library is None:
            fail(f"shop {shop.id} has published no library yet; run: assist serve")
        since = now - timedelta(days=library.learning.window_days)
        if asked.since is not None:
            since = asked.since.replace(tzinfo=ZoneInfo(shop.timezone))
        considered = consider(session, library, since, now)
        topics = consider_topics(session, library, since, now)
    chosen = None
    if asked.apply or asked.reject or automatic:
        try:
            chosen = _chosen(asked, library, considered, topics, automatic=automatic)
        except UnknownProposal as error:
            fail(str(error), 2)
    return _Plan(shop.id, since, library, considered, topics, chosen)


def _chosen(
    asked: Asked, library: Library, considered: Considered, topics: ConsideredTopics, *, automatic: bool
) -> Lessons:
    """Return what the reviewer's ids come to: those of topic examples, and all others as phrasings."""
    of_topics = named_topics([*asked.apply, *asked.reject], topics.proposals, library)
    phrasings = decide(
        considered.proposals,
        library,
        apply=[one for one in asked.apply if one not in of_topics],
        reject=[one for one in asked.reject if one not in of_topics],
        automatic=automatic,
    )
    examples = decide_topics(
        topics.proposals,
        library,
        apply=[of_topics[one] for one in asked.apply if one in of_topics],
        reject=[of_topics[one] for one in asked.reject if one in of_topics],
    )
    return phrasings.model_copy(update={"topics": examples})


def _report(plan: _Plan, seed: int) -> Report:
    proposals = plan.considered.proposals
    lessons = plan.chosen
    if lessons is None:
        lessons = decide(proposals, plan.library, apply=[one.id for one in proposals])
    after = learned(plan.library, lessons)
    return Report(
        shop=plan.shop,
        library_number=plan.library.number,
        since=plan.since,
        proposals=_ranked(proposals, plan.library),
        left_out={reason.value: count for reason, count in plan.considered.left_out.items()},
        topics=plan.topics.proposals,
        topics_left_out={reason.value: count for reason, count in plan.topics.left_out.items()},
        effect=compare(plan.library, after, seed) if after != plan.library else None,
    )


def _ranked(proposals: tuple[Proposal, ...], library: Library) -> tuple[Ranked, ...]:
    if not proposals:
        return ()
    engine = build(library)
    found = [[one.article_id for one in engine.find(proposal.text, limit=3)] for proposal in proposals]
    return tuple(
        Ranked(proposal=one, rank_now=rank.index(one.article_id) + 1 if one.article_id in rank else None)
        for one, rank in zip(proposals, found, strict=True)
    )


def _with_number(report: Report, done: Done) -> Report:
    if done.number is None:
        return report
    undo = f"assist kb rollback {done.number - 1} --shop {report.shop}"
    return report.model_copy(update={"published": done.number, "undo": undo})


def _print(report: Report) -> None:
    console = Console(soft_wrap=True)
    console.print(
        f"店 shop {report.shop} · 知识库 library {report.library_number} · "
        f"自 since {report.since.date()} · 建议 proposals {len(report.proposals)}"
    )
    if report.proposals:
        console.print(_table(report.proposals))
    if report.left_out:
        counts = (f"{_LEFT_OUT[LeftOut(reason)]} {count}" for reason, count in report.left_out.items())
        console.print("没有提的 left out: " + ", ".join(counts), markup=False)
    if report.topics:
        console.print(_topic_table(report.topics))
    if report.topics_left_out:
        counts = (f"{_LEFT_OUT[LeftOut(reason)]} {count}" for reason, count in report.topics_left_out.items())
        console.print("话题没有提的 topics left out: " + ", ".join(counts), markup=False)
    if report.effect is not None:
        _print_effect(console, report.effect)


def _topic_table(proposals: tuple[TopicProposal, ...]) -> Table:
    """What agents corrected. What differs by its goods only is written into lexicon/topics.toml by hand."""
    columns = ("id", "次数 turns", "别处 elsewhere", "客服 agents", "例句 example", "现在 read as", "客服说 agents say")
    table = Table(*columns, title="话题例句 topic examples", title_justify="left")
    for one in proposals:
        table.add_row(
            one.id[:8] if one.teaches else "—",
            str(one.turns),
            str(one.elsewhere),
            str(one.agents),
            Text(one.text),
            f"{one.category_now} · {one.intent_now}",
            f"{one.category} · {one.intent}",
        )
    return table


def _table(proposals: tuple[Ranked, ...]) -> Table:
    columns = (
        "id",
        "状态 state",
        "把握 sure",
        "采用 used",
        "不对 wrong",
        "别处 elsewhere",
        "现排 rank now",
        "问法 text",
    )
    table = Table(*columns, "条目 article", "疑点 doubts")
    # Without its id a proposal cannot be applied, however narrow the terminal.
    table.columns[0].no_wrap, table.columns[0].min_width = True, 8
    for ranked in proposals:
        one = ranked.proposal
        table.add_row(
            one.id[:8],
            _STATES[one.state],
            f"{one.confidence:.2f}",
            f"{one.adopted} ({one.agents})",
            str(one.dismissed_wrong),
            str(one.elsewhere),
            str(ranked.rank_now or "—"),
            Text(one.text),
            one.article_id,
            ", ".join(_DOUBTS[doubt] for doubt in one.doubts),
        )
    return table


def _print_effect(console: Console, effect: Regression) -> None:
    console.print(
        f"回归题 regression set: n={effect.n} ({effect.asks} asks, {effect.phrasings} phrasings held out, "
        f"seed {effect.seed})"
    )
    console.print(f"  前 before: {_hits(effect.before)}", markup=False)
    console.print(f"  后 after:  {_hits(effect.after)}", markup=False)
    _print_turned(console, "变错 from right to wrong", effect.worse)
    _print_turned(console, "变对 from wrong to right", effect.better)


def _print_turned(console: Console, title: str, turned: tuple[Turned, ...]) -> None:
    console.print(f"  {title}: {len(turned)}")
    for one in turned[:_MOST_TURNED]:
        console.print(f"    {one.text}  ({one.article_id}): {one.before or '—'} → {one.after or '—'}", markup=False)
    if len(turned) > _MOST_TURNED:
        console.print(f"    … {len(turned) - _MOST_TURNED} more with --json")


def _hits(hits: Hits) -> str:
    return f"hit@1 {hits.hit1:.3f} {list(hits.hit1_interval)}, hit@3 {hits.hit3:.3f} {list(hits.hit3_interval)}"
