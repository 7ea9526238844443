"""Translate between Standard Webhooks and the contract."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assist.contract import (
    CONTRACT_VERSION,
    Account,
    BadPayload,
    Cap,
    Event,
    HttpClient,
    Ignored,
    Ingest,
    OutText,
    RawReply,
    RawRequest,
    SendResult,
    clean_text,
    key_of,
    signed_headers,
    verify,
)

from .commerce import GenericCommerce
from .payload import BODIES, ENVELOPE, event_of, json_schema

_ACCEPTED = RawReply(status=202)


class Config(BaseModel):
    """`out_url` receives our signed `message.send` posts; without it the account only listens.

    `commerce_url` is where orders are read and money is moved (`commerce.py`); without it we only recommend.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    out_url: str | None = None
    commerce_url: str | None = None
    commerce_settles_after_s: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """How long a call that nobody waits for may still be on its way."""


class Generic:
    """One account of the generic platform."""

    def __init__(self, account: Account, config: Config, http: HttpClient) -> None:
        self._keys = _keys(account)
        self._out_url = config.out_url
        self._http = http

    def ingest(self, request: RawRequest) -> Ingest:
        webhook_id, signed_at = verify(self._keys, request.headers, request.body)
        try:
            event = _event(webhook_id, request.body)
        except BadPayload as error:
            raise BadPayload(str(error), signed_at) from error
        return Ingest(reply=_ACCEPTED, events=(event,), signed_at=signed_at)

    async def send_text(self, message: OutText) -> SendResult:
        if self._out_url is None:
            return SendResult(status="rejected", error_code="no_out_url")
        now = datetime.now(UTC)
        data: dict[str, Any] = {
            "conversation_ref": message.ref.conversation_ref,
            "text": message.text,
            "idempotency_key": message.idempotency_key,
            "private": message.private,
        }
        if message.on_behalf_of is not None:
            data["actor"] = message.on_behalf_of.model_dump(mode="json")
        body = _dumped({"type": "message.send", "timestamp": now.isoformat(), "data": data})
        headers = signed_headers(self._keys[0], message.idempotency_key, now, body)
        headers["content-type"] = "application/json"
        reply = await self._http.request("POST", self._out_url, headers=headers, body=body)
        return _result(reply.status, reply.headers, reply.body)

    async def close(self) -> None:
        """Nothing is held open."""


class GenericType:
    """What the entry point names."""

    platform = "generic"
    contract = CONTRACT_VERSION
    capabilities = (
        Cap.RECEIVE_PUSH
        | Cap.SEND_TEXT
        | Cap.IDEMPOTENT_SEND
        | Cap.SEES_AGENT_MESSAGES
        | Cap.SEES_OWN_MESSAGES
        | Cap.ORDER_REFS
        | Cap.ORDERS
        | Cap.REFUND
        | Cap.COUPON
        | Cap.RESHIP
        | Cap.GOODS
    )
    Config = Config

    def open(self, account: Account, http: HttpClient) -> Generic:
        return Generic(account, Config.model_validate(dict(account.config)), http)

    def open_commerce(self, account: Account, http: HttpClient) -> GenericCommerce | None:
        config = Config.model_validate(dict(account.config))
        if config.commerce_url is None:
            return None
        return GenericCommerce(config.commerce_url, _keys(account)[0], config.commerce_settles_after_s, http)

    def json_schema(self) -> dict[str, Any]:
        return json_schema()


ADAPTER = GenericType()


def _keys(account: Account) -> tuple[bytes, ...]:
    secrets = account.secrets.get("webhook", ())
    if not secrets:
        raise ValueError(f"account {account.account!r} has no secret 'webhook'; set secrets.webhook to whsec_…")
    return tuple(key_of(secret.get_secret_value()) for secret in secrets)


def _event(webhook_id: str, body: bytes) -> Event:
    text = _readable(body)
    try:
        read = BODIES.validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] != "union_tag_invalid":
            raise BadPayload(_first(error)) from error
        return _ignored(webhook_id, text)
    try:
        return event_of(webhook_id, read.type, read.timestamp, read.data)
    except ValidationError as error:
        raise BadPayload(_first(error)) from error


def _ignored(webhook_id: str, text: bytes) -> Event:
    try:
        envelope = ENVELOPE.validate_json(text)
    except ValidationError as error:
        raise BadPayload(_first(error)) from error
    raw_type = clean_text(envelope.type)[:128]
    return Ignored(event_ref=webhook_id, raw_type=raw_type, sent_at=envelope.timestamp, reason="unknown type")


def _readable(body: bytes) -> bytes:
    """Return JSON the strict reader takes: it refuses lone surrogates, which some senders really post."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    try:
        return _dumped(_cleaned(json.loads(body)))
    except (ValueError, RecursionError) as error:
        raise BadPayload("not JSON") from error


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case list():
            return [_cleaned(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {clean_text(str(k)): _cleaned(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        case _:
            return value


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _first(error: ValidationError) -> str:
    """Name the place and the rule, never the customer's words."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}"


def _result(status: int, headers: Mapping[str, str], body: bytes) -> SendResult:
    if 200 <= status < 300:
        return SendResult(status="sent", message_ref=_message_ref(body))
    if status in (408, 429) or status >= 500:
        after = headers.get("retry-after", "")
        seconds = float(after) if after.isascii() and after.isdigit() else None
        return SendResult(status="retry", error_code=str(status), retry_after_s=seconds)
    return SendResult(status="rejected", error_code=str(status))


def _message_ref(body: bytes) -> str | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    ref = answer.get("message_ref") if isinstance(answer, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return ref if isinstance(ref, str) and ref else None
