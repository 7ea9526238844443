"""Commands of whoever runs the installation, while the server holds the database.

Body and answer are sealed with the installation's key file, so holding that file is the right to operate.
"""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from assist.contract.discovery import UnknownAdapter
from assist.desk.operate import COMMANDS, OperatorError, operate
from assist.desk.secrets import SecretMissing
from assist.desk.setup import SetupError

from .auth import NotAllowed
from .front import Front, front_of

router = APIRouter(include_in_schema=False)

_MAX_BYTES = 1_048_576
_FRESH_SECONDS = 30


@router.post("/api/v1/operator")
async def operator(request: Request) -> PlainTextResponse:
    """Do one sealed command, at most 30 seconds old."""
    announced = request.headers.get("content-length", "")
    if not announced.isdigit() or int(announced) > _MAX_BYTES:
        raise NotAllowed("a command is at most 1 MiB, and says its length")
    body = await request.body()
    return PlainTextResponse(await run_in_threadpool(_done, front_of(request), body.decode("ascii", "replace")))


def _done(front: Front, sealed: str) -> str:
    try:
        plain = front.box.open_fresh(sealed, _FRESH_SECONDS)
    except SecretMissing as error:
        raise NotAllowed("not sealed with this installation's key, or too old") from error
    try:
        command = COMMANDS.validate_json(plain)
        done = front.writer.submit(operate(command, front.box, front.clock())).result()
    except (OperatorError, SetupError, UnknownAdapter, ValidationError, ValueError) as error:
        return front.box.seal(f"!{error}")
    front.reload()
    return front.box.seal(done.model_dump_json())
