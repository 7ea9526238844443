"""A finding's message that also keeps which rule it is and with which values, so that pages word it themselves."""

from collections.abc import Mapping


class Said(str):
    """An English message, made from a template; `rule` names it, `values` fill it in any language."""

    rule: str
    values: Mapping[str, str]

    def __new__(cls, rule: str, template: str, /, **values: object) -> "Said":
        told = {name: str(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**told))
        made.rule = rule
        made.values = told
        return made
