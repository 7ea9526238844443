"""How long does a draft take to be checked, from request to answer, by a server that serves chats?"""

import http.client
import json
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from assist.cli.output import fail, note, print_json
from assist.contract import key_of, signed_headers
from assist.domain.value import Value

from .server import demo_server

_DRAFTS = (
    "您好亲，在的，请问有什么可以帮您的呢",
    "亲，活虾到家请尽快放冰箱冷藏，当天吃口感最好哦，吃不完沥干水再放",
    "亲亲抱歉让您久等了，您反馈的情况我这边记录下来，2小时内给您回复可以吗",
    "这款草莓是全网最低价，国家级品质，甜到您心里",
    "实在抱歉给您添麻烦了，这一单给您全额退款，明天上午10点前一定到账",
    "亲，我们支持7天无理由退货的，您放心拍",
    "加我威❤信吧，下次直接转账给您便宜",
    "您拍照发我看一下坏的有几个，我按政策帮您申请",
    "Dear, we will get back to you within 2 hours and the parcel usually arrives in 1-2 days.",
    "预计明天到，具体以快递为准，到了请当面验收一下",
)
_WARM = 200


class DraftFigures(Value):
    """Milliseconds from sending the request to having the answer, over one open connection on loopback."""

    checks: int
    errors: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    found: int
    """Checks that found something."""


def run_drafts(checks: int, database: str | None) -> DraftFigures:
    """Start a server of our own, open a chat, and check drafts one after the other."""
    with demo_server(database) as told:
        url = urlsplit(told["url"])
        assert url.hostname is not None
        connection = http.client.HTTPConnection(url.hostname, url.port or 80, timeout=30)
        headers = {"authorization": f"Bearer {told['agent_token']}", "content-type": "application/json"}
        chat = _open_chat(told, connection, headers)
        note("checking …")
        took: list[float] = []
        errors = found = 0
        for number in range(_WARM + checks):
            text = f"{_DRAFTS[number % len(_DRAFTS)]}{number}"
            begun = time.perf_counter()
            answer = _ask(connection, headers, {"conversation_id": chat, "text": text})
            if number >= _WARM:
                took.append(time.perf_counter() - begun)
                errors += answer is None
                found += bool(answer and answer["findings"])
    ordered = sorted(took)
    return DraftFigures(
        checks=checks,
        errors=errors,
        p50_ms=round(ordered[len(ordered) // 2] * 1000, 2),
        p99_ms=round(ordered[int(0.99 * len(ordered))] * 1000, 2),
        max_ms=round(ordered[-1] * 1000, 2),
        found=found,
    )


def print_drafts(figures: DraftFigures, *, as_json: bool) -> None:
    if as_json:
        print_json(figures.model_dump())
        return
    print(
        f"{figures.checks} drafts checked, {figures.errors} errors, {figures.found} with findings:"
        f"  p50 {figures.p50_ms} ms  p99 {figures.p99_ms} ms  max {figures.max_ms} ms"
    )


def _open_chat(told: dict[str, str], connection: http.client.HTTPConnection, headers: dict[str, str]) -> str:
    """Let a customer ask something, and return the conversation's id once it is there."""
    now = datetime.now(UTC)
    data = {
        "conversation_ref": "bench",
        "message_ref": "bench-1",
        "sent_at": now.isoformat(),
        "actor": {"role": "customer", "ref": "bench", "name": "顾客"},
        "text": "活虾到家怎么保存",
    }
    body = json.dumps({"type": "message.received", "timestamp": now.isoformat(), "data": data}).encode()
    signed = signed_headers(key_of(told["secret"]), "bench-1", now, body)
    connection.request("POST", urlsplit(told["hook"]).path, body, {**signed, "content-type": "application/json"})
    connection.getresponse().read()
    deadline = time.monotonic() + 30
    query = f"adapter=generic&account={told['account']}&ref=bench"
    while True:
        connection.request("GET", f"/api/v1/conversations?{query}", headers=headers)
        if found := json.loads(connection.getresponse().read())["conversations"]:
            return found[0]["id"]
        if time.monotonic() > deadline:
            fail("the chat did not appear; see the server's log above")
        time.sleep(0.1)


def _ask(
    connection: http.client.HTTPConnection, headers: dict[str, str], body: dict[str, str]
) -> dict[str, list[object]] | None:
    connection.request("POST", "/api/v1/drafts/check", json.dumps(body).encode(), headers)
    answer = connection.getresponse()
    read = answer.read()
    return json.loads(read) if answer.status == 200 else None
