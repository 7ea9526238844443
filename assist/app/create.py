"""Make the web application of a process."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from functools import partial
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.types import Receive, Scope, Send

from assist import __version__
from assist.content.files import shipped_directory
from assist.domain.clock import Clock, system_clock
from assist.settings import Settings, is_loopback
from assist.web import (
    alerts,
    claims_page,
    clusters_page,
    door_pages,
    drafts,
    frame,
    goods_import,
    goods_page,
    health,
    inbound,
    kb_api,
    kb_diff,
    kb_effects,
    kb_forms,
    kb_import,
    kb_pages,
    kb_try,
    kb_versions,
    manager,
    media,
    offers_page,
    operator,
    page_routes,
    pairs_page,
    practice,
    practice_page,
    preferences,
    promises,
    remedies,
    risks_page,
    session,
    sidebar,
    simulator,
    steps,
    stream,
    topics,
)
from assist.web.auth import own_pages_only
from assist.web.body_limits import JsonLimit
from assist.web.cross_origin import CrossOrigin
from assist.web.errors import install_errors
from assist.web.front import Front, install_front
from assist.web.headers import SecurityHeaders
from assist.web.static_files import StaticFiles

from .loops import Loops
from .process import Process, make_process, start, stop
from .publish_files import publish_files, reload_with_files, watch_files

_STATIC = Path(inbound.__file__).parent / "static"


class Sidecar(FastAPI):
    """FastAPI for pages and API; platforms' posts go straight to their own router."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(inbound.PREFIX):
            scope["app"] = self
            await inbound.hooks(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


_ROOMS = (
    health,
    session,
    door_pages,
    operator,
    sidebar,
    drafts,
    steps,
    frame,
    topics,
    promises,
    remedies,
    stream,
    manager,
    offers_page,
    page_routes,
    simulator,
    clusters_page,
    claims_page,
    alerts,
    risks_page,
    kb_effects,
    kb_import,
    goods_import,
    goods_page,
    pairs_page,
    practice,
    practice_page,
    preferences,
    kb_api,
    kb_diff,
    kb_versions,
    kb_pages,
    kb_try,
    # Its addresses hold any kind: those named above go first.
    kb_forms,
    media,
)
"""What answers HTTP, in the order addresses are tried."""


def create_app(
    settings: Settings, *, clock: Clock = system_clock, prepare: Callable[[Process], None] | None = None
) -> FastAPI:
    """Return the application. Threads and connections begin with its lifespan; `prepare` is called
    once the database can be written, before content is published.
    """
    process = make_process(settings, clock)
    content = settings.watch_content or shipped_directory()

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        start(process)
        if prepare is not None:
            await asyncio.to_thread(prepare, process)
        await asyncio.to_thread(publish_files, process, content)
        watching = threading.Event()
        if settings.watch_content is not None:
            threading.Thread(target=watch_files, args=(process, content, watching), name="watch", daemon=True).start()
        loops = Loops(process)
        process.hub.attach(loops.loop)
        loops.start()
        try:
            yield
        finally:
            watching.set()
            process.hub.detach()
            await loops.stop()
            await stop(process)

    app = Sidecar(
        title="Fresh Assist",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(own_pages_only)],
    )
    install_front(app, _front(process, content))
    install_errors(app)
    for module in _ROOMS:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(_STATIC), name="static")
    app.add_middleware(JsonLimit)
    app.add_middleware(CrossOrigin, embeds=process.embeds)
    app.add_middleware(SecurityHeaders, embeds=process.embeds)
    app.state.process = process
    return app


def _front(process: Process, content: Path) -> Front:
    loopback = is_loopback(process.settings.host)
    return Front(
        database=process.database,
        writer=process.writer,
        libraries=process.libraries,
        accounts=process.accounts,
        presence=process.presence,
        hub=process.hub,
        meters=process.meters,
        clock=process.clock,
        box=process.box,
        reload=partial(reload_with_files, process, content),
        cookies_secure=not loopback,
        loopback=loopback,
        embeds=process.embeds,
        public_url=process.settings.public_url,
    )
