"""Send what is due from the outbox, and keep how it ended. The same key never reaches a customer twice."""

import asyncio
import json
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assist.contract import (
    Actor,
    Cap,
    HttpClient,
    NotSupported,
    OutText,
    Ref,
    Role,
    SendResult,
    key_of,
    signed_headers,
)
from assist.domain.clock import Clock
from assist.domain.guard import Action
from assist.domain.people import AgentRole
from assist.domain.promise import Given
from assist.network.client import AddressRefused, HttpError, NoAnswer
from assist.store.database import Database
from assist.store.queries import chats, outbox, people, suggestions
from assist.store.queries.outbox import Delivery
from assist.store.writer import Writer, tell

from .accounts import Accounts
from .given import given_by, given_in
from .guard_text import guard_text
from .libraries import Libraries
from .secrets import SecretBox
from .still_sold import still_sold

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
_AT_ONCE = 16
_LONGEST_WAIT_SECONDS = 300.0
_LONGEST_ASKED_SECONDS = 86_400.0


@dataclass
class Sender:
    """The worker over the outbox."""

    database: Database
    writer: Writer
    accounts: Accounts
    box: SecretBox
    http: HttpClient
    libraries: Libraries
    clock: Clock
    owner: str

    async def work(self) -> int:
        """Send one batch of what is due; return how many there were."""
        due = await self.writer.change(lambda session: outbox.claim(session, self.owner, _AT_ONCE))
        await asyncio.gather(*(self._send(delivery) for delivery in due))
        return len(due)

    async def _send(self, delivery: Delivery) -> None:
        try:
            result = await (self._reply(delivery) if delivery.kind == "reply" else self._webhook(delivery))
        except NotSupported:
            result = SendResult(status="rejected", error_code="not_supported")
        except AddressRefused as error:
            result = SendResult(status="rejected", error_code=str(error))
        except NoAnswer as error:
            result = SendResult(status="unknown", error_code=str(error))
        except HttpError as error:
            result = SendResult(status="retry", error_code=str(error))
        except Exception as error:
            logger.exception("sending %s failed unexpectedly", delivery.id)
            result = SendResult(status="unknown", error_code=type(error).__name__)
        await self._settle(delivery, result)

    async def _reply(self, delivery: Delivery) -> SendResult:
        opened = self.accounts.get(delivery.adapter, delivery.account)
        if opened is None:
            return SendResult(status="rejected", error_code="account_not_open")
        if Cap.SEND_TEXT not in opened.type.capabilities:
            raise NotSupported("this platform takes no texts from us")
        actor, action = await asyncio.to_thread(self._look, delivery)
        if action is Action.block or (actor is None and action is Action.warn):
            return SendResult(status="rejected", error_code="guarded")
        if await asyncio.to_thread(self._is_sold_out, delivery):
            return SendResult(status="rejected", error_code="sold_out")
        message = OutText(
            ref=Ref(conversation_ref=delivery.conversation_ref),
            text=delivery.text,
            idempotency_key=delivery.idempotency_key,
            on_behalf_of=actor,
        )
        try:
            return await opened.adapter.send_text(message)
        except NoAnswer as error:
            if Cap.IDEMPOTENT_SEND in opened.type.capabilities:
                return SendResult(status="retry", error_code=str(error))
            raise

    async def _webhook(self, delivery: Delivery) -> SendResult:
        body = json.dumps(delivery.payload["body"], ensure_ascii=False).encode()
        key = key_of(self.box.open(str(delivery.payload["secret"])))
        headers = signed_headers(key, delivery.idempotency_key, self.clock(), body)
        headers["content-type"] = "application/json"
        reply = await self.http.request("POST", str(delivery.payload["url"]), headers=headers, body=body)
        if reply.status < 300:
            return SendResult(status="sent")
        if reply.status == 410:
            return SendResult(status="rejected", error_code="410")
        return SendResult(status="retry", error_code=str(reply.status), retry_after_s=_seconds(reply.headers))

    def _look(self, delivery: Delivery) -> tuple[Actor | None, Action]:
        """Return who says it, and what the guards say of it now: policy may have changed since it was queued."""
        with self.database.reader() as session:
            agent = people.agent(session, delivery.agent_id) if delivery.agent_id else None
            action = self._guarded(session, delivery, agent.role if agent else AgentRole.agent)
            if agent is None:
                return None, action
            refs = people.refs_of_agent(session, delivery.adapter, delivery.account, agent.id)
        return Actor(role=Role.agent, ref=refs[0] if refs else agent.id, name=agent.name), action

    def _is_sold_out(self, delivery: Delivery) -> bool:
        """Was the text taken from an offer whose goods are gone by now?"""
        if delivery.suggestion_id is None:
            return False
        with self.database.reader() as session:
            row = suggestions.one(session, delivery.shop_id, delivery.suggestion_id)
            return row is not None and row.suggestion.offer is not None and not still_sold(session, row, self.clock())

    def _guarded(self, session: Session, delivery: Delivery, role: AgentRole) -> Action:
        shelf, now = self.libraries.current(delivery.shop_id), self.clock()
        timezone = people.shop(session, delivery.shop_id).timezone

        def given() -> Given:
            conversation = chats.conversation(session, delivery.shop_id, delivery.conversation_id or "")
            if conversation is None:
                return given_by(shelf, None, (), role, now, timezone)
            return given_in(session, shelf, conversation, role, now, timezone)

        return guard_text(delivery.text, shelf, now, timezone, given).action

    async def _settle(self, delivery: Delivery, result: SendResult) -> None:
        state, at = decide(delivery, result, self.clock())
        error = result.error_code

        def keep(session: Session) -> None:
            if at is not None:
                outbox.retry_at(session, delivery.id, at, error or "retry")
            else:
                outbox.settle(session, delivery.id, state, message_ref=result.message_ref, error=error)
            if delivery.conversation_id:
                tell(session, "chat", delivery.shop_id, delivery.conversation_id)

        await self.writer.change(keep)


def decide(delivery: Delivery, result: SendResult, now: datetime) -> tuple[str, datetime | None]:
    """Return the state a send ends in, or ("queued", when to try again)."""
    match result.status:
        case "sent" | "duplicate":
            return "sent", None
        case "unknown":
            return "unknown", None
        case "rejected":
            return "failed", None
        case "retry":
            if delivery.attempts >= MAX_ATTEMPTS:
                return "failed", None
            if result.retry_after_s is not None:
                wait = min(result.retry_after_s, _LONGEST_ASKED_SECONDS)
            else:
                # Full jitter: retries of many rows must not come back as one wave.
                wait = random.uniform(0.5, 1.0) * min(_LONGEST_WAIT_SECONDS, 2.0**delivery.attempts)  # noqa: S311
            return "queued", now + timedelta(seconds=wait)


def _seconds(headers: Mapping[str, str]) -> float | None:
    after = headers.get("retry-after", "")
    return float(after) if after.isascii() and after.isdigit() else None
