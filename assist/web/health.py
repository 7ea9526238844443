"""Is the process alive, ready, and how is it doing?"""

import ipaddress

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assist.store.queries import inbox, people

from .auth import NotSignedIn, optional_caller
from .front import front_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Database, libraries and adapters; 503 with what is wrong when chats could not be helped."""
    front = front_of(request)
    problems: dict[str, str] = {}
    try:
        with front.database.reader() as session:
            session.execute(text("SELECT 1"))
            shops = people.shops(session)
    except SQLAlchemyError as error:
        problems["database"] = type(error).__name__
        shops = []
    problems |= {f"library {shop_id}": why for shop_id, why in front.libraries.errors.items()}
    problems |= {f"account {name}": why for name, why in front.accounts.errors.items()}
    for shop in shops:
        if not front.libraries.has(shop.id):
            problems.setdefault(f"library {shop.id}", "nothing is published; the log says what is wrong")
    state = "ready" if not problems else "not ready"
    return JSONResponse({"status": state, "problems": problems}, 200 if not problems else 503)


@router.get("/metrics")
def metrics(request: Request) -> PlainTextResponse:
    """Prometheus text. Without a token only on loopback."""
    front = front_of(request)
    from_here = request.client is not None and _is_loopback(request.client.host)
    if not (front.loopback and from_here) and optional_caller(request) is None:
        raise NotSignedIn("metrics need a token unless bound to loopback")
    with front.database.reader() as session:
        states = inbox.count_by_state(session)
    lines = front.meters.lines()
    lines += [f'assist_inbox_rows{{state="{state}"}} {count}' for state, count in sorted(states.items())]
    lines.append(f"assist_writer_waiting {front.writer.waiting}")
    lines.append(f"assist_streams {front.hub.streams}")
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
