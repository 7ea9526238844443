"""Several source files served as one: packed together they are a third smaller, and are one request.

Sources stay small modules that a browser could load as they are. What is joined is the element's second module with all
that it imports, the home of its stream, which page and worker share, and style sheets that consist of `@import`s.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import ascii_lowercase

ALONE = frozenset({"fresh-assist.js", "assist.js", "stream-home.js", "stream-worker.js"})
"""Never part of another file: the first module, the worker, and the joined ones themselves."""
JOINED = frozenset({"assist.js", "stream-home.js"})

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
_LATER = re.compile(r'\bimport\("\./([\w-]+\.js)"\)')
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_PRIVATE = re.compile(r"(\.|^\s+(?:static |async |get |set )*)#(\w+)", re.MULTILINE)
"""`this.#name`, and `#name` where a class declares it; not a selector in quotes."""
_STYLE = re.compile(r'^@import "\./([\w-]+\.css)";$', re.MULTILINE)


class NotJoinable(ValueError):
    """A module is written in a way that joining does not know: `import {…} from "./x.js";` a line, exports named."""


def joined_script(path: Path) -> str:
    """Return a module and all it imports as one module with the same exports.

    A module runs when it is first asked for, as a browser would; one that is asked for later is here already.
    Raises NotJoinable, also where modules import each other in a circle.
    """
    own = path.parent
    parts = "\n".join(f'"{name}": () => {{\n{_wrapped(own / name)}\n}},' for name in _reached(path))
    names = ", ".join(_exports(_code(path)))
    return _briefly(f"""{_outside(path)}
const $made = {{}};
const $of = (name) => ($made[name] ??= $all[name]());
const $all = {{
{parts}
}};
export const {{ {names} }} = $of("{path.name}");
""")


def _briefly(code: str) -> str:
    """Return code with short private names: nothing outside a class can ask for them."""
    counted = Counter(name for _, name in _PRIVATE.findall(code))
    letters = (first + last for first in ("", *ascii_lowercase) for last in ascii_lowercase)
    brief = dict(zip(sorted(counted, key=lambda name: (-counted[name], name)), letters, strict=False))
    return _PRIVATE.sub(lambda found: f"{found[1]}#{brief[found[2]]}", code)


def joined_style(path: Path) -> str:
    """Return a style sheet with what it `@import`s in its place."""
    text = path.read_text(encoding="utf-8")
    return _STYLE.sub(lambda found: joined_style(path.parent / found[1]), text)


def _reached(path: Path) -> list[str]:
    """Return the names of a module and of all it imports now or later, but those served alone."""
    found: list[str] = []

    def reach(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise NotJoinable(f"{path.parent / name}: imports itself by way of {' > '.join(above)}")
        now = [other for other in _imported(_code(path.parent / name)) if other not in ALONE]
        for other in now:
            reach(other, (*above, name))
        if name not in found:
            found.append(name)
            for other in _LATER.findall(_code(path.parent / name)):
                if other not in ALONE and other not in found:
                    reach(other, ())

    reach(path.name, ())
    return found


def _wrapped(path: Path) -> str:
    """Return a module's text as the body of a function that returns what it exports."""
    code = _code(path)
    names = _exports(code)
    body = _EXPORT.sub("", _LATER.sub(_later, _IMPORT.sub(_taken, code)))
    if left := _LEFT.search(body):
        raise NotJoinable(f"{path}: cannot join {left[0]!r}")
    return f"{body}\nreturn {{ {', '.join(names)} }};"


def _taken(found: re.Match[str]) -> str:
    names, module = found[1], found[2]
    return "" if module in ALONE else f'const {{{names.replace(" as ", ": ")}}} = $of("{module}");'


def _later(found: re.Match[str]) -> str:
    return found[0] if found[1] in ALONE else f'Promise.resolve().then(() => $of("{found[1]}"))'


def _outside(path: Path) -> str:
    """Return the imports of what is served alone, for all parts together."""
    texts = [_code(path.parent / name) for name in _reached(path)]
    asked = {(names.strip(" ,"), module) for text in texts for names, module in _IMPORT.findall(text)}
    return "\n".join(f'import {{ {names} }} from "./{module}";' for names, module in sorted(asked) if module in ALONE)


def _exports(code: str) -> list[str]:
    return _EXPORT.findall(code)


def _imported(code: str) -> Iterator[str]:
    yield from (module for _, module in _IMPORT.findall(code))


@cache
def _code(path: Path) -> str:
    """Return a module without its block comments, which name other modules' types."""
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))
