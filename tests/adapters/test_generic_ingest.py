"""Signed JSON in, contract events out; and never an exception but the two of the contract."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.contract import (
    Actor,
    Attachment,
    AuthError,
    BadPayload,
    ConversationStateChanged,
    CustomerUpdated,
    Event,
    FactUpdated,
    Ignored,
    MessageEdited,
    MessageRecalled,
    MessageReceived,
    OrderLine,
    OrderPaid,
    OrderRef,
    OrderRefunded,
    OrderUpdated,
    RatingReceived,
    RawRequest,
    Ref,
    Role,
    key_of,
    signed_headers,
)
from assist.contract.events import EVENTS
from tests.conftest import NOW

from .generic import AT, EXAMPLES, LEAST, OLD_SECRET, SECRET, envelope, ingested, opened

SENT = datetime.fromisoformat(AT)
C1 = Ref(conversation_ref="c1")


def base(type_name: str, sent_at: datetime = SENT) -> dict[str, Any]:
    return {"event_ref": "wh-1", "raw_type": type_name, "sent_at": sent_at}


EVENTS_OF_EXAMPLES: dict[str, Event] = {
    "message.received": MessageReceived(
        **base("message.received"),
        ref=C1,
        message_ref="m1",
        actor=Actor(role=Role.customer, ref="buyer-1", name="虾兵蟹将"),
        text="如何保存活虾🦐\r\n<b>急</b>",
        attachments=(Attachment(kind="image", url="https://example.com/1.jpg", name="1.jpg", sha256="ab"),),
        order_refs=(OrderRef(order_ref="o1"),),
        reply_to_ref="m0",
        context={"browsing": ["shrimp"], "cart": [], "page": "https://example.com/p/1"},
    ),
    "message.edited": MessageEdited(**base("message.edited"), ref=C1, message_ref="m1", text="如何保存死虾"),
    "message.recalled": MessageRecalled(**base("message.recalled"), ref=C1, message_ref="m1"),
    "conversation.state": ConversationStateChanged(
        **base("conversation.state"),
        ref=C1,
        state="resolved",
        assignee=Actor(role=Role.agent, ref="agent-1", name="小林"),
    ),
    "order.updated": OrderUpdated(
        **base("order.updated"),
        ref=C1,
        order_ref="o1",
        customer_ref="buyer-1",
        status="signed",
        paid_fen=5990,
        lines=(OrderLine(line_ref="l1", sku="shrimp-500", title="活虾500g", quantity=2, paid_fen=5990),),
        paid_at=SENT,
        signed_at=SENT,
    ),
    "order.paid": OrderPaid(**base("order.paid", NOW), ref=C1, order_ref="o1", customer_ref="buyer-1", paid_fen=5990),
    "order.refunded": OrderRefunded(
        **base("order.refunded", NOW), ref=C1, order_ref="o1", customer_ref="buyer-1", refunded_fen=1000
    ),
    "rating.received": RatingReceived(**base("rating.received"), ref=C1, scale="csat_5", score=5),
    "fact.updated": FactUpdated(
        **base("fact.updated", NOW),
        fact="stock",
        subject="shrimp-500",
        value={"left": 3},
        valid_from=SENT,
        valid_until=SENT,
    ),
    "customer.updated": CustomerUpdated(
        **base("customer.updated", NOW), customer_ref="buyer-1", name="虾兵蟹将", facts={"orders": 3, "vip": True}
    ),
}


@pytest.mark.parametrize("type_name", EXAMPLES)
def test_every_type_of_body_becomes_its_event(type_name: str) -> None:
    event = ingested(envelope(type_name, EXAMPLES[type_name]))

    assert event == EVENTS_OF_EXAMPLES[type_name]


@pytest.mark.parametrize("type_name", LEAST)
def test_what_may_be_left_out_may_be_left_out(type_name: str) -> None:
    event = ingested(envelope(type_name, LEAST[type_name]))

    assert event.type == type_name
    assert event.sent_at == NOW, "without sent_at the envelope's timestamp counts"


def test_the_delivery_names_the_event_and_a_retry_with_a_fresh_time_names_it_again() -> None:
    body = json.dumps(envelope("message.recalled", LEAST["message.recalled"])).encode()

    refs = {
        opened().ingest(RawRequest(method="POST", headers=headers, body=body, received_at=NOW)).events[0].event_ref
        for headers in (
            signed_headers(key_of(SECRET), "msg_1", NOW, body),
            signed_headers(key_of(SECRET), "msg_1", NOW.replace(minute=3), body),
        )
    }

    assert refs == {"msg_1"}


def test_the_signing_time_is_handed_to_the_core_which_owns_the_window() -> None:
    body = b"{}"
    long_ago = NOW.replace(year=2020)
    raw = json.dumps(envelope("message.recalled", LEAST["message.recalled"])).encode()
    headers = signed_headers(key_of(SECRET), "m1", long_ago, raw)

    ingest = opened().ingest(RawRequest(method="POST", headers=headers, body=raw, received_at=NOW))

    assert ingest.signed_at == long_ago
    assert ingest.reply.status == 202
    with pytest.raises(AuthError):
        opened().ingest(RawRequest(method="POST", headers=headers, body=body, received_at=NOW))


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET], ids=["new", "old"])
def test_an_account_with_two_secrets_takes_either(secret: str) -> None:
    body = json.dumps(envelope("message.recalled", LEAST["message.recalled"])).encode()
    headers = signed_headers(key_of(secret), "m1", NOW, body)
    adapter = opened(secrets=(SECRET, OLD_SECRET))

    assert adapter.ingest(RawRequest(method="POST", headers=headers, body=body, received_at=NOW)).events


@pytest.mark.parametrize(
    "data", [None, {}, {"conversation_ref": 5}, "草莓", [1, 2]], ids=["null", "empty", "odd", "text", "list"]
)
@pytest.mark.parametrize("type_name", ["typing.started", "message.read", "", "Message.Received", "消息"])
def test_an_unknown_type_is_ignored_whatever_its_data(type_name: str, data: Any) -> None:
    event = ingested(envelope(type_name, data))

    assert isinstance(event, Ignored)
    assert event.raw_type == type_name


def test_an_unknown_type_of_any_length_can_be_kept() -> None:
    event = ingested(envelope("x" * 5000, None))

    assert isinstance(event, Ignored)
    assert len(event.raw_type) <= 128


@pytest.mark.parametrize(
    ("word", "role"),
    [
        pytest.param("customer", Role.customer, id="顾客"),
        pytest.param("agent", Role.agent, id="客服"),
        pytest.param("bot", Role.bot, id="机器人"),
        pytest.param("system", Role.system, id="系统"),
        pytest.param("tool", Role.system, id="another word"),
        pytest.param("Customer", Role.system, id="another case"),
        pytest.param("", Role.system, id="empty"),
        pytest.param(None, Role.system, id="null"),
        pytest.param(5, Role.system, id="number"),
        pytest.param({"role": "agent"}, Role.system, id="object"),
    ],
)
def test_an_unknown_role_is_the_system_never_a_customer(word: Any, role: Role) -> None:
    event = ingested(envelope("message.received", {**LEAST["message.received"], "actor": {"role": word}}))

    assert isinstance(event, MessageReceived)
    assert event.actor.role is role


def test_a_private_note_stays_private() -> None:
    event = ingested(envelope("message.received", {**LEAST["message.received"], "private": True}))

    assert isinstance(event, MessageReceived)
    assert event.visibility == "private"


def test_a_kind_of_attachment_we_do_not_know_is_unknown_and_kept() -> None:
    data = {**LEAST["message.received"], "attachments": [{"kind": "hologram", "url": "https://example.com/x"}]}

    event = ingested(envelope("message.received", data))

    assert isinstance(event, MessageReceived)
    assert event.attachments == (Attachment(kind="unknown", url="https://example.com/x"),)


@pytest.mark.parametrize("type_name", EXAMPLES)
def test_a_sender_may_be_newer_than_we_are(type_name: str) -> None:
    newer = {"new_field": [1], "NEW": {"a": None}}
    data = {key: _with(value, newer) for key, value in EXAMPLES[type_name].items()} | newer

    event = ingested(envelope(type_name, data) | newer)

    assert event == EVENTS_OF_EXAMPLES[type_name]


def _with(value: Any, newer: dict[str, Any]) -> Any:
    """Add fields to the objects inside, but not to those whose keys are free."""
    if isinstance(value, dict) and {"role", "line_ref", "kind"} & value.keys():
        return value | newer
    if isinstance(value, list):
        return [_with(one, newer) for one in value]
    return value


@pytest.mark.parametrize(
    ("escaped", "kept"),
    [
        pytest.param(r"a\u0000b", "a\ufffdb", id="NUL"),
        pytest.param(r"莓\ud800", "莓\ufffd", id="lone high surrogate"),
        pytest.param(r"\uDFFF莓", "\ufffd莓", id="lone low surrogate"),
        pytest.param(r"\ud83e\udd90", "🦐", id="a pair is a character"),
        pytest.param(r"\\ud800", r"\ud800", id="a backslash is text"),
        pytest.param(r"\ud83e\udd90\ud800\u0000", "🦐\ufffd\ufffd", id="all at once"),
    ],
)
@pytest.mark.parametrize("field", ["text", "message_ref", "conversation_ref", "echo_of", "reply_to_ref"])
def test_what_no_database_holds_becomes_a_replacement_character(escaped: str, kept: str, field: str) -> None:
    data = {**LEAST["message.received"], field: "HERE"}

    event = ingested(json.dumps(envelope("message.received", data), ensure_ascii=False).replace("HERE", escaped))

    values = {**event.model_dump(), "conversation_ref": event.ref.conversation_ref if event.ref else ""}
    assert values[field] == kept


def _bad(**changed: Any) -> bytes:
    return json.dumps(envelope("message.received", {**LEAST["message.received"], **changed})).encode()


def _fact(value: str) -> bytes:
    return f'{{"type":"fact.updated","timestamp":"{AT}","data":{{"fact":"f","subject":"s","value":{value}}}}}'.encode()


WHOLE = json.dumps(envelope("message.received", EXAMPLES["message.received"]), ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe garbage", id="garbage"),
        pytest.param(WHOLE.encode()[:-20], id="truncated"),
        pytest.param(WHOLE.encode()[: WHOLE.encode().index("虾".encode()) + 1], id="truncated inside a character"),
        pytest.param(WHOLE.encode() + b"{}", id="more behind it"),
        pytest.param(WHOLE.encode("gbk", "ignore"), id="GBK"),
        pytest.param(WHOLE.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xed\xa0\x80".join([b'{"type":"', b'"}']), id="a surrogate in UTF-8"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'"message.received"', id="text"),
        pytest.param(b"1e999", id="number"),
        pytest.param(b"[" * 100_000, id="100,000 deep and open"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 deep"),
        pytest.param(_fact("[" * 5000 + "]" * 5000), id="5,000 deep in a free value"),
        pytest.param(_fact('"\\ud800",' + '"a":' + "[" * 900 + "]" * 900), id="900 deep beside a surrogate"),
        pytest.param(_fact("1" * 5000), id="5,000 digits"),
        pytest.param(_fact("NaN"), id="NaN"),
        pytest.param(_fact('{"a": [-Infinity]}'), id="Infinity inside"),
        pytest.param(_fact("1e400"), id="1e400"),
        pytest.param(_fact('["\\ud800", NaN]'), id="NaN beside a surrogate"),
        pytest.param(b'{"type":"message.received"}', id="no timestamp"),
        pytest.param(b'{"type":"nosuch.type"}', id="unknown type without timestamp"),
        pytest.param(f'{{"timestamp":"{AT}","data":{{}}}}'.encode(), id="no type"),
        pytest.param(f'{{"type":5,"timestamp":"{AT}"}}'.encode(), id="type is a number"),
        pytest.param(f'{{"type":null,"timestamp":"{AT}"}}'.encode(), id="type is null"),
        pytest.param(f'{{"type":["message.received"],"timestamp":"{AT}"}}'.encode(), id="type is a list"),
        pytest.param(f'{{"type":"message.received","timestamp":"{AT}"}}'.encode(), id="no data"),
        pytest.param(f'{{"type":"message.received","timestamp":"{AT}","data":[]}}'.encode(), id="data is a list"),
        pytest.param(b'{"type":"typing","timestamp":1763715600}', id="timestamp is a number"),
        pytest.param(b'{"type":"typing","timestamp":"2026-11-21T17:00:00"}', id="timestamp without a zone"),
        pytest.param(_bad(text=5), id="text is a number"),
        pytest.param(_bad(text=None), id="text is null"),
        pytest.param(_bad(conversation_ref=""), id="empty ref"),
        pytest.param(_bad(conversation_ref="c" * 257), id="long ref"),
        pytest.param(_bad(message_ref=7), id="ref is a number"),
        pytest.param(_bad(actor=None), id="no actor"),
        pytest.param(_bad(private=1), id="1 is not true"),
        pytest.param(_bad(sent_at=1763715600), id="sent_at in seconds"),
        pytest.param(_bad(sent_at="2026-11-21T17:00:00"), id="sent_at without a zone"),
        pytest.param(_bad(sent_at="昨天"), id="sent_at is no time"),
        pytest.param(_bad(attachments={}), id="attachments is an object"),
    ],
)
def test_a_proven_body_that_cannot_be_read_is_a_bad_payload(body: bytes) -> None:
    with pytest.raises(BadPayload):
        ingested(body)


@pytest.mark.parametrize(
    ("type_name", "field", "amount"),
    [
        (type_name, field, amount)
        for type_name, field in (("order.paid", "paid_fen"), ("order.refunded", "refunded_fen"))
        for amount in (-1, 0.5, 59.9, "5990", "１２", True, None, 10**13, 10**30)
    ],
)
def test_money_is_whole_fen_within_reason(type_name: str, field: str, amount: Any) -> None:
    with pytest.raises(BadPayload):
        ingested(envelope(type_name, {**LEAST[type_name], field: amount}))


@pytest.mark.parametrize("score", [-1, 11, 4.5, "5", True])
def test_a_rating_outside_its_scale_is_refused(score: Any) -> None:
    with pytest.raises(BadPayload):
        ingested(envelope("rating.received", {**LEAST["rating.received"], "score": score}))


def test_a_refusal_never_quotes_the_customer() -> None:
    with pytest.raises(BadPayload) as refused:
        ingested(_bad(text=["我的手机13812345678"], actor={"role": "customer", "ref": {"a": "草莓坏了"}}))

    assert "13812345678" not in str(refused.value)
    assert "草莓" not in str(refused.value)


@pytest.mark.parametrize(
    ("secrets", "config", "named"),
    [
        pytest.param((), {}, "webhook", id="no secret"),
        pytest.param(("whsec_AAAA",), {}, "24", id="short secret"),
        pytest.param((SECRET,), {"out_urll": "https://example.com"}, "out_urll", id="misspelt setting"),
    ],
)
def test_an_account_that_cannot_work_is_refused_when_opened(
    secrets: tuple[str, ...], config: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        opened(secrets=secrets, **config)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=None), max_size=12)
    | st.sampled_from(["customer", AT, "c1", "resolved", "\x00", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["role", "ref", "kind", "line_ref", "value", "a"]) | st.text(max_size=3), inner, max_size=4
        )
    ),
    max_leaves=10,
)
fields = st.sampled_from(sorted({field for data in EXAMPLES.values() for field in data}))
bodies = st.builds(
    lambda type_name, least, more: {**envelope(type_name, {**(LEAST.get(type_name, {}) if least else {}), **more})},
    st.sampled_from([*EXAMPLES, "typing"]),
    st.booleans(),
    st.dictionaries(fields, anything, max_size=4),
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_bad_payload(body: bytes) -> None:
    _event_or_bad_payload(body)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_any_json_is_an_event_or_a_bad_payload(value: Any) -> None:
    _event_or_bad_payload(json.dumps(value).encode())


@settings(max_examples=250, deadline=None)
@given(bodies)
def test_any_nearly_right_body_is_a_bad_payload_or_an_event_that_reads_back_the_same(body: dict[str, Any]) -> None:
    event = _event_or_bad_payload(json.dumps(body).encode())

    if event is not None:
        assert EVENTS.validate_json(event.model_dump_json()) == event


def _event_or_bad_payload(body: bytes) -> Event | None:
    try:
        return ingested(body)
    except BadPayload:
        return None
