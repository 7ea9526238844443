"""Run the web server so that it stops at once when told, open streams or not."""

import socket

import uvicorn
from fastapi import FastAPI

from assist.app.process import Process

from .output import fail

_GIVE_UP_SECONDS = 5


def listen(host: str, port: int, cure: str) -> socket.socket:
    """Return a bound socket; a port that cannot be had ends the command with the cure."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        fail(f"cannot listen on {host}:{port} ({getattr(error, 'strerror', None) or error}); {cure}")
    return listening


class Server(uvicorn.Server):
    """uvicorn waits for every open response; ours ends the streams first."""

    def __init__(self, web: FastAPI) -> None:
        process = web.state.process
        assert isinstance(process, Process)
        self._process = process
        super().__init__(
            uvicorn.Config(
                web,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_GIVE_UP_SECONDS,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._process.hub.close()
        await super().shutdown(sockets)
