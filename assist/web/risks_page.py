"""The crisis view: which open conversations a lead looks at first, why, and who called them there."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from assist.desk.risks import risky
from assist.store.queries import people

from .alert_models import red_flag_names
from .alerts import RiskOut, risk_out
from .auth import Anyone
from .front import front_of
from .mood_line import MoodLine, mood_line
from .views import pages
from .words import language_of, words

router = APIRouter(include_in_schema=False)

_MOST_BELOW = 50


@dataclass(frozen=True)
class RiskShown:
    """One conversation as the page shows it."""

    risk: RiskOut
    line: MoodLine | None


@dataclass(frozen=True)
class RisksShown:
    """Those to look at now, the others that have a reason, and how many have none or found no room."""

    now: tuple[RiskShown, ...]
    below: tuple[RiskShown, ...]
    others: int


@router.get("/risks", response_class=HTMLResponse)
def risks(request: Request, caller: Anyone) -> HTMLResponse:
    """Open conversations by risk: those with an open alert or a high score first, each with its reasons."""
    language = language_of(request)
    shown = {"t": words(language), "lang": language}
    if caller is None:
        return HTMLResponse(pages().get_template("login.html").render(to="/risks", **shown))
    if not caller.may_manage():
        return HTMLResponse(pages().get_template("login.html").render(to="/risks", denied=True, **shown), 403)
    front = front_of(request)
    library = front.libraries.current(caller.shop_id).library
    with front.database.reader() as session:
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
        found = risky(session, caller.shop_id, library.risks, front.clock())
    named = red_flag_names(library, language)
    html = pages().get_template("risks.html")
    listed = risks_shown([risk_out(one, library.risks.high, named) for one in found])
    return HTMLResponse(html.render(caller=caller, risks=listed, zone=zone, high=library.risks.high, **shown))


def risks_shown(found: Sequence[RiskOut]) -> RisksShown:
    """Return the page's lists, each in the order of `found`."""
    now = [one for one in found if one.high or one.alerts]
    below = [one for one in found if one.score and not (one.high or one.alerts)][:_MOST_BELOW]
    return RisksShown(
        now=tuple(RiskShown(one, mood_line(one.moods)) for one in now),
        below=tuple(RiskShown(one, mood_line(one.moods)) for one in below),
        others=len(found) - len(now) - len(below),
    )
