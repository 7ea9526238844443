"""What the shop sells: by API and as pages, each fact with its id, source and days, set by hand where need be."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from assist.desk.edit_rights import Area, Verb, may
from assist.desk.goods_facts import end_fact, set_fact
from assist.domain.goods import EvidenceKind, Stocked
from assist.domain.people import Caller
from assist.store.queries import goods

from .auth import Anyone, SignedIn
from .front import Front, front_of
from .goods_models import FactIn, FactOut, GoodsListOut, GoodsOut, Search, goods_out, kind_names, scripts_for
from .kb_effects import zone_of
from .views import pages
from .words import language_of, words

router = APIRouter(tags=["goods"])

PAGE = 50
SCRIPT_FACT = "offer:"
_Asked = Annotated[Search, Query()]
_At = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/api/v1/goods")
def listed(request: Request, caller: SignedIn, q: _Asked = "", page: _At = 1) -> GoodsListOut:
    """The shop's goods, fifty at a time, best sold first; `q` is looked for in SKU, title and kind."""
    return _found(front_of(request), caller, q, page)


@router.get("/api/v1/goods/{sku:path}")
def one(request: Request, caller: SignedIn, sku: str) -> GoodsOut:
    """One SKU with every fact that was stated of it."""
    front = front_of(request)
    return _shown(front, caller, _stocked(front, caller, sku))


@router.get("/api/v1/facts/{fact_id:path}")
def fact(request: Request, caller: SignedIn, fact_id: str) -> FactOut:
    """The fact behind an offer's evidence, as it stands now.

    Its id is its name and its SKU: `certificate:SALMON-1`; that of a script's own figure is `offer:` and the script's.
    """
    front = front_of(request)
    if fact_id.startswith(SCRIPT_FACT):
        return _of_script(front, caller, fact_id)
    with front.database.reader() as session:
        known = goods.fact_by_id(session, caller.shop_id, fact_id)
        sku = fact_id[len(known.name) + 1 :] if known else ""
        found = goods.of_skus(session, caller.shop_id, [sku]) if known else []
    if known is None:
        raise HTTPException(404, f"no fact {fact_id!r}; a fact's id is its name, a colon and the SKU")
    stocked = found[0] if found else None
    if stocked is not None:
        return next(fact for fact in _shown(front, caller, stocked).facts if fact.id == known.id)
    now = front.clock()
    return FactOut(
        **{name: getattr(known, name) for name in ("id", "name", "value", "stated_at", "valid_from", "valid_until")},
        sku=sku,
        holds=known.holds(now),
        proof=False,
        unfit=[],
    )


@router.put("/api/v1/facts/{fact_id:path}")
def state(request: Request, caller: SignedIn, fact_id: str, body: FactIn) -> GoodsOut:
    """State a fact of goods by hand, as `fact.updated` would: offers that are wrong by it are withdrawn at once."""
    front = front_of(request)
    name, _, sku = fact_id.partition(":")
    window = {"valid_from": body.valid_from, "valid_until": body.valid_until}
    front.writer.submit(set_fact(caller, sku, name, body.value, front.clock(), **window)).result()
    return _shown(front, caller, _stocked(front, caller, sku))


@router.delete("/api/v1/facts/{fact_id:path}")
def end(request: Request, caller: SignedIn, fact_id: str) -> FactOut:
    """Let a fact hold no longer. It stays readable, for the offers that were made by it."""
    front = front_of(request)
    front.writer.submit(end_fact(caller, fact_id, front.clock())).result()
    return fact(request, caller, fact_id)


@router.get("/kb/goods", response_class=HTMLResponse, include_in_schema=False)
def listed_page(request: Request, caller: Anyone, q: _Asked = "", page: _At = 1) -> HTMLResponse:
    """All goods, searched, in pages, with what each can be offered by."""
    if caller is None:
        return _page(request, "login.html", to="/kb/goods")
    front, language = front_of(request), language_of(request)
    found = _found(front, caller, q, page)
    last = max(1, -(-found.total // PAGE))
    at = min(page, last)
    if at != page:
        found = _found(front, caller, q, at)

    def link(page: int) -> str:
        return f"/kb/goods?{urlencode({'lang': language, 'q': q.strip(), 'page': page})}"

    return _page(
        request,
        "kb_goods.html",
        caller=caller,
        goods=found.goods,
        total=found.total,
        q=q.strip(),
        page=at,
        last=last,
        link=link,
        kinds=kind_names(front.libraries.current(caller.shop_id).library, language),
        yuan=yuan,
        path=quote,
        may_write=may(caller.role, Verb.write, Area.offers),
        more=f"&{urlencode({'q': q.strip(), 'page': at})}",
    )


@router.get("/kb/goods/sku/{sku:path}", response_class=HTMLResponse, include_in_schema=False)
def one_page(request: Request, caller: Anyone, sku: str) -> HTMLResponse:
    """One SKU: its facts, what is wrong with each, the scripts that may offer it, and forms to set them by hand."""
    if caller is None:
        return _page(request, "login.html", to=f"/kb/goods/sku/{quote(sku, safe='')}")
    front, language = front_of(request), language_of(request)
    stocked = _stocked(front, caller, sku)
    library = front.libraries.current(caller.shop_id).library
    return _page(
        request,
        "kb_goods_one.html",
        caller=caller,
        one=_shown(front, caller, stocked),
        scripts=scripts_for(stocked, library),
        kinds=kind_names(library, language),
        categories={label.id: label for label in library.topics.categories},
        proofs=[kind.value for kind in EvidenceKind],
        zone=zone_of(front, caller.shop_id),
        yuan=yuan,
        may_write=may(caller.role, Verb.write, Area.offers),
    )


def yuan(fen: int | None) -> str:
    """Return an amount in yuan with two decimals, or a dash."""
    return "–" if fen is None else f"{fen // 100:,}.{fen % 100:02d}"


def _of_script(front: Front, caller: Caller, fact_id: str) -> FactOut:
    """Return a script's own fact as it is published."""
    library = front.libraries.current(caller.shop_id).library
    script = next((one for one in library.offers if one.id == fact_id.removeprefix(SCRIPT_FACT)), None)
    told = script.evidence.fact if script else None
    if script is None or told is None:
        raise HTTPException(404, f"no script has the fact {fact_id!r}; see /kb/parts")
    zone, now = zone_of(front, caller.shop_id), front.clock()
    until = None
    if told.valid_until is not None:
        until = datetime.combine(told.valid_until + timedelta(days=1), time(), zone)
    return FactOut(
        id=fact_id,
        sku="",
        name=script.evidence.kind.value,
        value={"text": told.value, **told.source.model_dump(mode="json", exclude_none=True)},
        stated_at=datetime.combine(script.reviewed, time(), zone),
        valid_from=None,
        valid_until=until,
        holds=until is None or now < until,
        proof=True,
        unfit=[],
    )


def _found(front: Front, caller: Caller, q: str, page: int) -> GoodsListOut:
    with front.database.reader() as session:
        found = goods.page(session, caller.shop_id, q, (page - 1) * PAGE, PAGE)
    return GoodsListOut(goods=_all_shown(front, caller, found.goods), total=found.total)


def _stocked(front: Front, caller: Caller, sku: str) -> Stocked:
    with front.database.reader() as session:
        found = goods.of_skus(session, caller.shop_id, [sku])
    if not found:
        raise HTTPException(404, f"no goods {sku!r}; see /kb/goods")
    return found[0]


def _shown(front: Front, caller: Caller, stocked: Stocked) -> GoodsOut:
    return _all_shown(front, caller, [stocked])[0]


def _all_shown(front: Front, caller: Caller, found: Sequence[Stocked]) -> list[GoodsOut]:
    # Told in the shop's own zone: what ends in the evening ends on that day.
    now = front.clock().astimezone(zone_of(front, caller.shop_id))
    policy = front.libraries.current(caller.shop_id).library.selling.evidence
    return [goods_out(stocked, now, now.date(), policy) for stocked in found]


def _page(request: Request, template: str, **values: object) -> HTMLResponse:
    language = language_of(request)
    return HTMLResponse(pages().get_template(template).render(t=words(language), lang=language, **values))
