"""What a person sees whose address leads nowhere: a page in their language with a way back."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from .views import pages
from .words import language_of, words

_NOT_PAGES = ("/api/", "/static/", "/media/", "/hooks/")
_LISTS = ("/kb/versions", "/kb", "/practice", "/manager", "/clusters", "/claims", "/risks", "/simulator")
_START = "/desk"


def is_page(request: Request) -> bool:
    """Is this a page a person asked for, rather than a call, a file or a picture?"""
    path = request.url.path
    if request.method not in ("GET", "HEAD") or path.startswith(_NOT_PAGES):
        return False
    return _list_above(path) != _START or "text/html" in request.headers.get("accept", "")


def missing_page(request: Request) -> HTMLResponse:
    """Return a 404 that says so, with a link to the list above or to the desk."""
    language = language_of(request)
    template = pages().get_template("missing.html")
    back = _list_above(request.url.path)
    return HTMLResponse(template.render(t=words(language), lang=language, back=back), 404)


def _list_above(path: str) -> str:
    """Return the nearest list that holds such things."""
    return next((one for one in _LISTS if path.startswith(f"{one}/")), _START)
