"""Decide what to propose to somebody who complains: a remedy, one question, or a person, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from assist.domain.chat import Turn
from assist.domain.complaint import Complaint, Issue
from assist.domain.event import Event, EventKind
from assist.domain.remedy import Question, Refusal, RefusalWhy, Remedy, RemedyState
from assist.domain.suggestion import CardDetail, Suggestion, SuggestionKind
from assist.domain.topic import GENERAL
from assist.store.queries import complaints, remedies
from assist.store.queries.complaints import ComplaintRow, LineRow
from assist.store.queries.remedies import RemedyRow
from assist.suggest.language import is_english
from assist.suggest.remedy import decide

from .batch_told import batch_told
from .claims import Case, LineClaim, claims_of
from .libraries import Shelf
from .said import Said
from .script import Spoken, mood_for, worded_steps
from .watch_clusters import plan_cluster_watch

_COMPARED = timedelta(days=90)


@dataclass(frozen=True)
class Complained:
    """What a complaint leads to: cards, and what is kept of it. `leads`: its cards stand before the answers."""

    cards: tuple[tuple[str, Suggestion], ...]
    """Category and suggestion, in the order of weight."""
    leads: bool
    row: ComplaintRow
    lines: tuple[LineRow, ...]
    photo_hashes: tuple[str, ...]
    is_new: bool
    """Nothing is kept of this complaint yet."""

    def keep(self, session: Session) -> None:
        """Keep the newest reading of the complaint; an older turn's never replaces it."""
        if complaints.is_newer(session, self.row):
            return
        complaints.save_complaint(session, self.row, self.lines)
        complaints.save_photos(session, self.row.shop_id, self.row.id, self.photo_hashes, self.row.updated_at)
        plan_cluster_watch(session, self.row.shop_id, self.row.updated_at)

    def event(self, cause: str) -> Event:
        """Return the log's fact for a complaint that was opened or read again: ids and numbers, never words."""
        row = self.row
        kind = EventKind.complaint_opened if self.is_new else EventKind.complaint_changed
        return Event(
            key=f"{kind.value}:{row.id}" if self.is_new else f"{kind.value}:{row.id}:{cause}:{row.turn_id}",
            shop_id=row.shop_id,
            kind=kind,
            at=row.opened_at if self.is_new else row.updated_at,
            conversation_id=row.conversation_id,
            episode=row.episode,
            turn_id=row.turn_id,
            platform=row.platform,
            category=self.lines[0].category or None,
            subject_key=row.customer_key,
            n=len(self.lines),
            payload={
                "complaint_id": row.id,
                "severity": row.severity.value,
                "issues": [issue.value for issue in row.issues],
                "wants": [want.value for want in row.first_wants],
                "outcomes": [line.decision.outcome for line in self.lines],
            },
        )


def complain(
    session: Session, turn: Turn, said: Said, case: Case, shelf: Shelf, customer_name: str | None
) -> Complained | None:
    """Return what to propose for everything complained of up to a turn, or None where nothing is."""
    complaint = shelf.signals.read(said.texts)
    claims = claims_of(session, complaint, said, case, shelf)
    if not claims:
        return None
    spoken = Spoken(is_english("\n".join(said.texts)), case.timezone, customer_name, mood_for(shelf, said.texts))
    lines = [_line_row(one, complaint, case, shelf) for one in claims]
    words = "\n".join(said.texts)
    adds = _says_more(shelf, said, turn, complaint)
    cards: list[tuple[str, Suggestion]] = []
    for one, line in zip(claims, lines, strict=True):
        if (card := _card(session, one, line, case, shelf, spoken, words, adds=adds)) is not None:
            cards.append((line.category or GENERAL, card))
    return Complained(
        cards=tuple(_one_question(cards)),
        leads=adds,
        row=_row(complaint, case, turn),
        lines=tuple(lines),
        photo_hashes=said.photo_hashes,
        is_new=complaints.complaint(session, case.shop_id, case.complaint_id) is None,
    )


def _line_row(one: LineClaim, complaint: Complaint, case: Case, shelf: Shelf) -> LineRow:
    policy = shelf.library.remedy
    assert policy is not None
    line, goods = one.line, one.claim.line
    product = goods.product if goods else (one.damage.products[0] if one.damage.products else None)
    return LineRow(
        complaint_id=case.complaint_id,
        line_key=one.key,
        shop_id=case.shop_id,
        issue=_issue(one, complaint, shelf),
        severity=one.damage.severity,
        claim=one.claim,
        decision=decide(one.claim, policy),
        library_number=shelf.library.number,
        opened_at=case.opened_at,
        line_ref=line.line_ref if line else "",
        sku=line.sku if line else "",
        product=product or "",
        category=(goods.category if goods else None) or _category_of(product, shelf) or "",
        batch=line.batch if line else "",
        warehouse=line.warehouse if line else "",
    )


def _issue(one: LineClaim, complaint: Complaint, shelf: Shelf) -> Issue:
    """Return the issue that the ground decided on counts as; of one that the lexicon lacks, the whole's first."""
    issues = {row.ground: row.issue for row in shelf.library.complaints.grounds}
    known = (issues[ground] for ground in one.claim.grounds if ground in issues)
    return next(known, next(iter(complaint.issues), Issue.service_or_refund_handling))


def _category_of(product: str | None, shelf: Shelf) -> str | None:
    known = shelf.products.get(product or "")
    return known.category if known else None


def _card(
    session: Session, one: LineClaim, line: LineRow, case: Case, shelf: Shelf, spoken: Spoken, words: str, *, adds: bool
) -> Suggestion | None:
    """Return the card for one line; none once it is settled, or where there is nothing to say."""
    given = remedies.active_for(session, line.shop_id, case.complaint_id, line.line_ref)
    decision = line.decision
    if given is not None and _is_settled(given, case):
        if not adds or given.ended_at is None or case.until <= given.ended_at:
            return None
        # It is settled, and more is complained of: how much more is a person's to judge.
        decision = Refusal(why=RefusalWhy.unclear, to_person=True, trace=decision.trace)
    if isinstance(decision, Refusal) and decision.why is RefusalWhy.no_complaint:
        return None
    options = len(decision.options) if isinstance(decision, Remedy) else 1
    batch = batch_told(session, case, one.line)
    each = tuple(worded_steps(decision, one.claim, shelf, spoken, option=at, batch=batch) for at in range(options))
    since = case.until - _COMPARED
    alike = complaints.comparable(session, line.shop_id, line.category, line.issue, line.severity, since)
    return Suggestion(
        kind=SuggestionKind.question if isinstance(decision, Question) else SuggestionKind.remedy,
        article_id=f"remedy:{line.line_key}",
        library_number=shelf.library.number,
        title=one.claim.line.title if one.claim.line else _name_of(line.product, shelf),
        text="\n".join(step.text for step in each[0]),
        score=1.0,
        matched=" … ".join(words[span.start : span.end] for span in one.damage.words),
        source="policy/remedy.toml",
        detail=CardDetail(
            complaint_id=case.complaint_id,
            line_key=line.line_key,
            line_title=one.claim.line.title if one.claim.line else "",
            decision=decision,
            steps=each[0],
            option_steps=each,
            past_claims=one.claim.claimant.claims,
            past_refunded_fen=one.claim.claimant.refunded_fen,
            comparable=tuple((row.kind.value, row.count, row.median_fen) for row in alike),
            photo_seen_before=one.claim.claimant.photo_seen_before,
            budget_left_fen=one.claim.budget_left_fen,
        ),
    )


def _is_settled(given: RemedyRow, case: Case) -> bool:
    """Was it given, as far as is known?"""
    if given.state is not RemedyState.executed:
        return False
    return case.known_until is None or given.ended_at is None or given.ended_at <= case.known_until


def _name_of(product: str, shelf: Shelf) -> str:
    known = shelf.products.get(product)
    return known.name if known else ""


def _one_question(cards: Sequence[tuple[str, Suggestion]]) -> list[tuple[str, Suggestion]]:
    """Return the cards with at most one question among them: customers are asked one thing at a time."""
    kept: list[tuple[str, Suggestion]] = []
    asked = False
    for category, card in cards:
        if card.kind is SuggestionKind.question:
            if asked:
                continue
            asked = True
        kept.append((category, card))
    return kept


def _says_more(shelf: Shelf, said: Said, turn: Turn, complaint: Complaint) -> bool:
    """Did this turn add to the complaint: words of it, what is wanted, a photo?"""
    own = [message for message in said.messages if message.id in turn.message_ids]
    before = [message.text for message in said.messages if message.id not in turn.message_ids]
    return any(message.attachments for message in own) or shelf.signals.read(before) != complaint


def _row(complaint: Complaint, case: Case, turn: Turn) -> ComplaintRow:
    return ComplaintRow(
        id=case.complaint_id,
        shop_id=case.shop_id,
        conversation_id=case.conversation_id,
        episode=turn.episode,
        platform=case.platform,
        turn_id=turn.id,
        issues=complaint.issues,
        severity=complaint.severity,
        opened_at=case.opened_at,
        updated_at=case.until,
        customer_key=case.customer_key,
        order_ref=case.order.order_ref if case.order else None,
        first_wants=complaint.wants,
        asked=tuple(case.asked),
    )
