"""Turn what went wrong into HTTP, in one place: `{"error": {"code", "message"}}`."""

import logging
import traceback

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import JsonValue
from starlette.exceptions import HTTPException

from assist.content.entries import UnfitBody
from assist.content.library import LibraryError
from assist.desk.approve import AmountChanged, ApprovalExpired, NotYours, ReasonMissing, RemedyMoved, UnknownRemedy
from assist.desk.check_draft import UnknownRules
from assist.desk.check_entry import UnfitEntry
from assist.desk.correct_topic import MovedTurn, UnknownLabel, UnknownTurn
from assist.desk.drafts import (
    ChangedMeanwhile,
    DraftEnded,
    EditedMeanwhile,
    NotInReview,
    UnknownBase,
    UnknownDraft,
    UnknownEntry,
)
from assist.desk.edit_rights import NotYourPart
from assist.desk.end_promise import PromiseEnded, UnknownPromise
from assist.desk.goods_facts import UnfitFact, UnknownGoods
from assist.desk.grant import MoneyRefused, NotTheirOrder
from assist.desk.import_articles import ImportOutdated
from assist.desk.import_jobs import ImportRunning, UnknownImport
from assist.desk.judge_alert import JudgedOtherwise, UnknownAlert
from assist.desk.passwords import DoorBusy, PasswordRefused
from assist.desk.pictures import NotAPicture
from assist.desk.publish import UnknownVersion
from assist.desk.regress_draft import RegressionRunning
from assist.desk.reply import Guarded, KeyReused, UnknownConversation
from assist.desk.request_remedy import AlreadyAsked, NoPolicy, NoSuchOption
from assist.desk.sessions import UnknownSession
from assist.desk.settle_remedy import NotExecutable, TooEarly
from assist.desk.sign_in import ForeignPage, NothingToRenew, SessionOver, TicketSpent
from assist.desk.sign_in_password import ShopMissing, WrongPassword
from assist.desk.step import InternalOnly, PracticeCard, StaleSuggestion, UnknownSuggestion
from assist.desk.throttle import TooManyTries
from assist.desk.tickets import TicketRefused, TooManyTickets, UnknownPerson
from assist.domain.key_map import KeyRefused
from assist.kpi.measure import WindowError
from assist.store.writer import WriterBusy, WriterClosed

from .auth import NotAllowed, NotSignedIn
from .guard_models import finding_out
from .kb_errors import told_beside
from .missing import is_page, missing_page
from .remedies import UnknownComplaint
from .words import language_of

logger = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    NotSignedIn: 401,
    TicketSpent: 401,
    SessionOver: 401,
    WrongPassword: 401,
    NotAllowed: 403,
    ForeignPage: 403,
    TicketRefused: 403,
    NotYours: 403,
    NotYourPart: 403,
    UnknownConversation: 404,
    UnknownSuggestion: 404,
    UnknownTurn: 404,
    UnknownRemedy: 404,
    UnknownComplaint: 404,
    UnknownAlert: 404,
    UnknownPromise: 404,
    UnknownDraft: 404,
    UnknownEntry: 404,
    UnknownVersion: 404,
    UnknownPerson: 404,
    UnknownSession: 404,
    UnknownImport: 404,
    UnknownGoods: 404,
    StaleSuggestion: 409,
    PracticeCard: 409,
    MovedTurn: 409,
    KeyReused: 409,
    PromiseEnded: 409,
    Guarded: 409,
    AlreadyAsked: 409,
    MoneyRefused: 409,
    NotTheirOrder: 409,
    NoPolicy: 409,
    RemedyMoved: 409,
    ApprovalExpired: 409,
    AmountChanged: 409,
    TooEarly: 409,
    JudgedOtherwise: 409,
    NotExecutable: 409,
    EditedMeanwhile: 409,
    ChangedMeanwhile: 409,
    DraftEnded: 409,
    NotInReview: 409,
    RegressionRunning: 409,
    ImportRunning: 409,
    ImportOutdated: 409,
    NothingToRenew: 409,
    WindowError: 422,
    InternalOnly: 422,
    KeyRefused: 422,
    UnknownLabel: 422,
    UnknownBase: 422,
    UnknownRules: 422,
    UnfitBody: 422,
    UnfitEntry: 422,
    UnfitFact: 422,
    NotAPicture: 422,
    LibraryError: 422,
    NoSuchOption: 422,
    ReasonMissing: 422,
    ShopMissing: 422,
    PasswordRefused: 422,
    TooManyTries: 429,
    TooManyTickets: 429,
    DoorBusy: 503,
    WriterBusy: 503,
    WriterClosed: 503,
}


def install_errors(app: FastAPI) -> None:
    for kind in STATUS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def described(error: Exception) -> str:
    """Return an error's type and the place it was raised: its text may quote a customer."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _answer(status: int, code: str, message: str, **more: JsonValue) -> JSONResponse:
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse({"error": {"code": code, "message": message, **more}}, status, headers)


def _known(request: Request, error: Exception) -> Response:
    if STATUS[type(error)] == 404 and is_page(request):
        return missing_page(request)
    more = _more(error, language_of(request))
    answer = _answer(STATUS[type(error)], _code(type(error).__name__), str(error), **more)
    if isinstance(error, TooManyTries | TooManyTickets):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _more(error: Exception, language: str) -> dict[str, JsonValue]:
    """Return what a caller needs beside the message: what there is instead, or how much is left."""
    match error:
        case AlreadyAsked():
            return {"remedy_id": error.remedy_id, "link": f"/api/v1/remedies/{error.remedy_id}"}
        case MoneyRefused():
            return {"why": error.refused.why, "left_fen": error.refused.left_fen}
        case KeyRefused():
            return {"action": error.action, "problem": error.problem, "other": error.other}
        case TooManyTries() | TooManyTickets():
            return {"wait_seconds": error.seconds}
        case Guarded():
            return {
                "action": error.checked.action.value,
                "findings": [finding_out(one, language).model_dump(mode="json") for one in error.checked.findings],
            }
        case _:
            return told_beside(error, language)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["loc"][0] == "path" and is_page(request):
        return missing_page(request)
    where = ".".join(str(part) for part in first["loc"])
    return _answer(422, "invalid", f"{where}: {first['msg'].removeprefix('Value error, ')}")


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and is_page(request):
        return missing_page(request)
    return _answer(error.status_code, "http", str(error.detail))


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("%s %s failed: %s", request.method, request.url.path, described(error))
    return _answer(500, "unexpected", "something went wrong here; it is in our log")


def _code(name: str) -> str:
    return "".join(f"_{ch.lower()}" if ch.isupper() else ch for ch in name).lstrip("_")
