"""Fill the slots of an article's text.

Shop owners write these texts, so the template language is cut down to names and plain conditions:
a sandbox alone still lets `{{ 'a' * 10**8 }}` through.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assist.domain.value import Value

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not)
_MAX_CHARACTERS = 2000

_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_environment.globals = {}
_environment.filters = {}
_environment.tests = {}


class WordingError(ValueError):
    """A text that is not plain wording with slots."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Worded(Value):
    """A text with its slots filled; `missing` names the slots left as `{{ name }}` for a person to fill."""

    text: str
    missing: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def slots_of(text: str) -> frozenset[str]:
    """Return the slot names in a text.

    Raises WordingError for broken syntax and for anything but `{{ name }}` and `{% if name %}`.
    """
    if "{" not in text:
        return frozenset()
    try:
        tree = _environment.parse(text)
    except TemplateSyntaxError as error:
        raise WordingError(error.lineno, f"{error.message}; write slots as {{{{ name }}}}") from error
    found: set[str] = set()
    for node in _walk(tree):
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__
            raise WordingError(node.lineno, f"{kind} is not allowed here; use only {{{{ name }}}} and {{% if name %}}")
        if isinstance(node, nodes.Name):
            found.add(node.name)
    return frozenset(found)


def word(text: str, slots: Mapping[str, str]) -> Worded:
    """Fill a checked text. Values are printed literally, template syntax inside them included."""
    missing = tuple(sorted(slots_of(text) - slots.keys()))
    values = dict(slots) | {name: f"{{{{ {name} }}}}" for name in missing}
    # Most texts that are brought in have no slots: compiling each costs more than all else that is done to it.
    filled = (_compiled(text).render(values) if "{" in text or "\r" in text else text).strip()
    return Worded(text=filled[:_MAX_CHARACTERS], missing=missing)


def _walk(node: nodes.Node) -> Iterable[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Template:
    slots_of(text)
    return _environment.from_string(text)
