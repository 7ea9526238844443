"""What goes with what: as counted in orders, and what people decided about it."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from assist.desk.edit_rights import Area, Verb, may
from assist.desk.judge_pair import judge_pair
from assist.domain.goods import PairState
from assist.domain.people import Caller
from assist.store.queries import goods, pairs, people
from assist.store.queries.pairs import KnownPair

from .auth import Anyone, SignedIn
from .front import Front, front_of
from .goods_models import AskedState, PairIn, PairOut, PairsOut, Search
from .kb_effects import zone_of
from .views import pages
from .words import language_of, words

router = APIRouter(tags=["goods"])

PAGE = 50
_Asked = Annotated[Search, Query()]
_State = Annotated[AskedState, Query()]
_At = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/api/v1/pairs")
def listed(request: Request, caller: SignedIn, sku: _Asked = "", state: _State = "", page: _At = 1) -> PairsOut:
    """What goes with what, the surest first, fifty at a time; `sku` stands on either side."""
    return _found(front_of(request), caller, sku, state, page)


@router.post("/api/v1/pairs")
def judge(request: Request, caller: SignedIn, body: PairIn) -> PairsOut:
    """Allow a pair, refuse it, or leave it to the figures again. A pair nobody counted is added by allowing it."""
    front = front_of(request)
    front.writer.submit(judge_pair(caller, body.sku, body.with_sku, body.state, front.clock())).result()
    return _found(front, caller, body.sku, "", 1)


@router.get("/kb/pairs", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request, caller: Anyone, sku: _Asked = "", state: _State = "", page: _At = 1) -> HTMLResponse:
    """The pairs with their figures, each allowed, refused or as counted, and a form for one by hand."""
    language = language_of(request)
    shown = {"t": words(language), "lang": language}
    if caller is None:
        return HTMLResponse(pages().get_template("login.html").render(to="/kb/pairs", **shown))
    front = front_of(request)
    found = _found(front, caller, sku, state, page)
    last = max(1, -(-found.total // PAGE))
    at = min(page, last)
    if at != page:
        found = _found(front, caller, sku, state, at)

    def link(**changed: str | int) -> str:
        return f"/kb/pairs?{urlencode({'lang': language, 'sku': sku.strip(), 'state': state, 'page': 1} | changed)}"

    html = (
        pages()
        .get_template("kb_pairs.html")
        .render(
            caller=caller,
            pairs=found.pairs,
            total=found.total,
            sku=sku.strip(),
            state=state,
            states=("", *(one.value for one in PairState)),
            page=at,
            last=last,
            link=link,
            path=quote,
            zone=zone_of(front, caller.shop_id),
            may_write=may(caller.role, Verb.write, Area.offers),
            more=f"&{urlencode({'sku': sku.strip(), 'state': state, 'page': at})}",
            **shown,
        )
    )
    return HTMLResponse(html)


def _found(front: Front, caller: Caller, sku: str, state: AskedState, page: int) -> PairsOut:
    wanted = PairState(state) if state else None
    with front.database.reader() as session:
        found = pairs.page(session, caller.shop_id, sku=sku.strip() or None, state=wanted, offset=(page - 1) * PAGE)
        titles = _titles(session, caller, found.pairs)
        names = {agent.id: agent.name for agent in people.agents(session, caller.shop_id)}
    return PairsOut(pairs=[_out(one, titles, names) for one in found.pairs], total=found.total)


def _titles(session: Session, caller: Caller, found: Iterable[KnownPair]) -> dict[str, str]:
    skus = {sku for one in found for sku in (one.pair.sku, one.pair.with_sku)}
    return {one.goods.sku: one.goods.title for one in goods.of_skus(session, caller.shop_id, skus)}


def _out(known: KnownPair, titles: dict[str, str], names: dict[str, str]) -> PairOut:
    pair = known.pair
    return PairOut(
        **pair.model_dump(),
        title=titles.get(pair.sku, ""),
        with_title=titles.get(pair.with_sku, ""),
        judged_by=names.get(known.judged_by, known.judged_by) if known.judged_by else None,
        counted_at=known.counted_at,
    )
