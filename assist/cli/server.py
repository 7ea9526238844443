"""Run the web server so that it stops at once when told, open streams or not."""

import socket

import uvicorn
from fastapi import FastAPI

from assist.app.process import Process

_GIVE_UP_SECONDS = 5


class Server(uvicorn.Server):
    """uvicorn waits for every open response; ours ends the streams first."""

    def __init__(self, web: FastAPI, host: str = "127.0.0.1", port: int = 0) -> None:
        process = web.state.process
        assert isinstance(process, Process)
        self._process = process
        super().__init__(
            uvicorn.Config(
                web,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GIVE_UP_SECONDS,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._process.hub.close()
        await super().shutdown(sockets)
