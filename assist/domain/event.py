"""What happened, as KPIs count it: ids and numbers, never text."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import JsonValue

from .value import Value


class EventKind(StrEnum):
    message_in = "message_in"
    message_out = "message_out"
    turn = "turn"
    suggestion_computed = "suggestion_computed"
    shown = "shown"
    inserted = "inserted"
    copied = "copied"
    sent = "sent"
    edited = "edited"
    dismissed = "dismissed"
    suggestion_rated = "suggestion_rated"
    sent_match = "sent_match"
    resolved = "resolved"
    reopened = "reopened"
    handoff = "handoff"
    topic_corrected = "topic_corrected"
    rating = "rating"
    order_paid = "order_paid"
    order_refunded = "order_refunded"
    fact_set = "fact_set"
    library_published = "library_published"
    complaint_opened = "complaint_opened"
    complaint_changed = "complaint_changed"
    question_asked = "question_asked"
    remedy_requested = "remedy_requested"
    remedy_approved = "remedy_approved"
    remedy_rejected = "remedy_rejected"
    remedy_withdrawn = "remedy_withdrawn"
    remedy_expired = "remedy_expired"
    remedy_executing = "remedy_executing"
    remedy_postponed = "remedy_postponed"
    remedy_executed = "remedy_executed"
    remedy_failed = "remedy_failed"
    remedy_unknown = "remedy_unknown"
    remedy_follow_up_due = "remedy_follow_up_due"
    remedy_followed_up = "remedy_followed_up"
    cluster_found = "cluster_found"
    guard_flag = "guard_flag"
    promise_opened = "promise_opened"
    promise_kept = "promise_kept"
    promise_missed = "promise_missed"
    promise_dismissed = "promise_dismissed"
    alert_raised = "alert_raised"
    alert_judged = "alert_judged"
    offer_held = "offer_held"
    offer_sent = "offer_sent"
    offer_answered = "offer_answered"
    offer_reversed = "offer_reversed"
    goods_imported = "goods_imported"
    pair_judged = "pair_judged"


STEPS = frozenset(
    {
        EventKind.shown,
        EventKind.inserted,
        EventKind.copied,
        EventKind.sent,
        EventKind.edited,
        EventKind.dismissed,
        EventKind.suggestion_rated,
    }
)
"""What an agent does with a suggestion, reported by the sidebar."""


class Verdict(StrEnum):
    """A thumb: what an agent thinks of a suggestion, whether or not it is used."""

    up = "up"
    down = "down"


class DismissReason(StrEnum):
    wrong = "wrong"
    outdated = "outdated"
    tone = "tone"
    policy = "policy"
    not_needed = "not_needed"
    none = "none"


class Event(Value):
    """One fact in the append-only log. `key` names it: the same key is the same fact, stored once.

    Agent, level and team are as they were at `at`. A correction is a later event with another key.
    """

    key: str
    shop_id: str
    kind: EventKind
    at: datetime
    conversation_id: str | None = None
    episode: int | None = None
    turn_id: str | None = None
    message_id: str | None = None
    suggestion_id: str | None = None
    agent_id: str | None = None
    level: str | None = None
    team: str | None = None
    platform: str | None = None
    category: str | None = None
    subject_key: str | None = None
    n: int = 1
    payload: Mapping[str, JsonValue] = {}
