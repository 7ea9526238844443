"""The pages of published versions: the list, and what one of them changed against any other."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from assist.desk.edit_rights import Area, Verb, may
from assist.desk.publish import FILES
from assist.store.queries import libraries, people, versions

from .api_models import Count, Out
from .auth import Anyone
from .front import front_of
from .kb_diff import FieldDiff, differences
from .kb_models import body_out, version_out
from .views import pages
from .words import language_of, words

router = APIRouter(include_in_schema=False)

_MOST_SHOWN = 60
"""So many entries are shown field by field; of more only the names: the first version changed them all."""


class EntryDiff(Out):
    """One entry that differs between two versions. `how`: new, ended or changed."""

    kind: str
    entry_id: str
    title: str
    how: str
    fields: list[FieldDiff]


@router.get("/kb/versions", response_class=HTMLResponse)
def listed(request: Request, caller: Anyone, before: Count | None = None) -> HTMLResponse:
    """Fifty versions, newest first."""
    if caller is None:
        return _page(request, "login.html", to="/kb/versions")
    with front_of(request).database.reader() as session:
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
        found = [version_out(one) for one in versions.page(session, caller.shop_id, before=before)]
        newest = libraries.newest(session, caller.shop_id)
    return _page(
        request,
        "kb_versions.html",
        caller=caller,
        versions=found,
        newest=newest.number if newest else 0,
        zone=zone,
        files=FILES,
        may_roll_back=may(caller.role, Verb.publish, Area.whole),
        more=f"&before={before}" if before else "",
    )


@router.get("/kb/versions/{number}", response_class=HTMLResponse)
def version(request: Request, caller: Anyone, number: Count, against: Count | None = None) -> HTMLResponse:
    """What a version changed against the one before, or against any other."""
    if caller is None:
        return _page(request, "login.html", to=f"/kb/versions/{number}")
    other = number - 1 if against is None else against
    with front_of(request).database.reader() as session:
        zone = ZoneInfo(people.shop(session, caller.shop_id).timezone)
        known = libraries.version(session, caller.shop_id, number)
        if known is None:
            raise HTTPException(404, f"no version {number}; see /kb/versions")
        newest = libraries.newest(session, caller.shop_id)
        changed = versions.changed_in(session, caller.shop_id, min(other, number), max(other, number))
    ordered = [(key, was, now) if other <= number else (key, now, was) for key, was, now in changed]
    return _page(
        request,
        "kb_version.html",
        caller=caller,
        version=known,
        other=other,
        newest=newest.number if newest else 0,
        entries=[_diff(key, was, now, told=len(changed) <= _MOST_SHOWN) for key, was, now in ordered],
        zone=zone,
        files=FILES,
        may_roll_back=may(caller.role, Verb.publish, Area.whole),
        more=f"&against={against}" if against is not None else "",
    )


def _diff(key: tuple[str, str], was: str | None, now: str | None, *, told: bool) -> EntryDiff:
    before, after = body_out(was), body_out(now)
    shown = after or before or {}
    return EntryDiff(
        kind=key[0],
        entry_id=key[1],
        title=str(shown.get("title") or shown.get("name") or ""),
        how="new" if before is None else "ended" if after is None else "changed",
        fields=differences(before, after) if told else [],
    )


def _page(request: Request, template: str, **values: object) -> HTMLResponse:
    language = language_of(request)
    return HTMLResponse(pages().get_template(template).render(t=words(language), lang=language, **values))
