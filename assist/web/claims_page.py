"""The page of leads and managers about claims: what waits for them, what is unsure, and what today has cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from assist.domain.library import Library
from assist.domain.people import AgentRole, Caller
from assist.domain.remedy import Remedy, RemedyState
from assist.domain.remedy_policy import ApprovalMode, RemedyPolicy
from assist.store.queries import money, people, remedies, suggestions
from assist.store.queries.remedies import RemedyRow

from .auth import Anyone
from .front import front_of
from .remedies_shown import goods_of
from .remedy_models import EvidenceOut, RemedyCardOut, RemedyStateOut
from .remedy_views import card_of, evidence_out, remedy_state_out, rule_name, rung_name
from .views import pages
from .words import language_of, words

router = APIRouter(include_in_schema=False)

_RECENT = 50
_ROLES = list(AgentRole)


@dataclass(frozen=True)
class ClaimShown:
    """One remedy with what an approver looks at. `barred` is why this caller may not approve: "", own or role.

    `card` is what the agent saw who asked for it; only what waits for approval has one.
    """

    remedy: RemedyStateOut
    row: RemedyRow
    card: RemedyCardOut | None
    rule: str
    rung: str
    why_approval: tuple[str, ...]
    evidence: tuple[EvidenceOut, ...]
    followed_up_by: str
    barred: str
    must_say_why: bool


@dataclass(frozen=True)
class BudgetShown:
    """What one of today's budgets allows and what is spent or set aside of it."""

    scope: str
    cap_fen: int
    used_fen: int

    @property
    def percent(self) -> int:
        return min(100, self.used_fen * 100 // self.cap_fen) if self.cap_fen else 100


@dataclass(frozen=True)
class ClaimsShown:
    waiting: tuple[ClaimShown, ...]
    unknown: tuple[ClaimShown, ...]
    follow_ups: tuple[ClaimShown, ...]
    recent: tuple[ClaimShown, ...]
    budgets: tuple[BudgetShown, ...]
    day: str


@router.get("/claims", response_class=HTMLResponse)
def claims(request: Request, caller: Anyone) -> HTMLResponse:
    """Approvals that wait, outcomes nobody knows, follow-ups due, today's budget and the newest remedies."""
    language = language_of(request)
    if caller is None or not caller.may_manage():
        denied = {} if caller is None else {"denied": True}
        html = pages().get_template("login.html").render(t=words(language), lang=language, to="/claims", **denied)
        return HTMLResponse(html, 200 if caller is None else 403)
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        zone = people.shop(session, caller.shop_id).timezone
        shown = claims_shown(session, caller, library, language, zone, front.clock())
    html = pages().get_template("claims.html")
    return HTMLResponse(html.render(t=words(language), lang=language, caller=caller, claims=shown, zone=ZoneInfo(zone)))


def claims_shown(
    session: Session, caller: Caller, library: Library, language: str, zone: str, now: datetime
) -> ClaimsShown:
    """Return everything the page holds, newest first; what waits for approval oldest first: it has waited longest."""
    waiting = remedies.waiting_for_approval(session, caller.shop_id, now)[::-1]
    unknown = remedies.in_state(session, caller.shop_id, RemedyState.unknown)
    due = remedies.follow_ups_due(session, caller.shop_id, now)
    recent = remedies.in_state(session, caller.shop_id)[:_RECENT]
    every = {row.id: row for row in (*waiting, *unknown, *due, *recent)}
    names = {agent.id: agent.name for agent in people.agents(session, caller.shop_id)}
    titles = goods_of(session, caller.shop_id, every.values())
    cards = {row.id: _card(session, row, library, language, caller) for row in waiting}
    told = {row.id: _shown(row, names, titles, cards.get(row.id), caller, library, language) for row in every.values()}

    def of(rows: Iterable[RemedyRow]) -> tuple[ClaimShown, ...]:
        return tuple(told[row.id] for row in rows)

    day = money.day_of(now, zone)
    return ClaimsShown(
        waiting=of(waiting),
        unknown=of(unknown),
        follow_ups=of(due),
        recent=of(recent),
        budgets=_budgets(session, caller.shop_id, library.remedy, day),
        day=day,
    )


def _shown(
    row: RemedyRow,
    names: Mapping[str, str],
    titles: Mapping[str, str],
    card: RemedyCardOut | None,
    caller: Caller,
    library: Library,
    language: str,
) -> ClaimShown:
    decision = _decision(row)
    barred, must_say_why = approving(row, caller, library.remedy)
    return ClaimShown(
        remedy=remedy_state_out(row, names, caller, titles.get(row.id, "")),
        row=row,
        card=card,
        rule=rule_name(library.remedy, row.rule, language),
        rung=rung_name(library.remedy, row.rung, language),
        why_approval=decision.why_approval if decision else (),
        evidence=tuple(evidence_out(decision.evidence, library.remedy, language)) if decision else (),
        followed_up_by=names.get(row.followed_up_by or "", ""),
        barred=barred,
        must_say_why=must_say_why,
    )


def _card(session: Session, row: RemedyRow, library: Library, language: str, caller: Caller) -> RemedyCardOut | None:
    """Return what the card said from which a remedy was asked for."""
    asked_from = suggestions.one(session, row.shop_id, row.suggestion_id) if row.suggestion_id else None
    return card_of(asked_from, library, language, caller, {}) if asked_from else None


def approving(row: RemedyRow, caller: Caller, policy: RemedyPolicy | None) -> tuple[str, bool]:
    """Return why the caller may not approve ("" if they may), and whether they must say why they do."""
    if _ROLES.index(caller.role) < _ROLES.index(row.needs):
        return "role", False
    if caller.agent_id != row.requested_by:
        return "", False
    alone = policy is not None and policy.approval.mode is ApprovalMode.self_confirm
    return ("", True) if alone and caller.role is AgentRole.admin else ("own", False)


def _budgets(session: Session, shop_id: str, policy: RemedyPolicy | None, day: str) -> tuple[BudgetShown, ...]:
    if policy is None:
        return ()
    caps = {money.SHOP: policy.budget.daily_fen}
    if policy.pay_first is not None:
        caps[money.PAY_FIRST] = policy.pay_first.daily_fen
    return tuple(BudgetShown(scope, cap, money.used(session, shop_id, scope, day)) for scope, cap in caps.items())


def _decision(row: RemedyRow) -> Remedy | None:
    """Return what was decided; None for one kept by an older version that reads otherwise now."""
    try:
        return Remedy.model_validate_json(row.decision)
    except ValidationError:
        return None
