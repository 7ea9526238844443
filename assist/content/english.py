"""What does an article say in English?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assist.domain.figures import Fact
from assist.domain.library import Article, English

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_AMOUNT = re.compile(r"(?P<number>-?\d+(?:\.\d+)?(?:[-~]\d+(?:\.\d+)?)?)\s*(?P<unit>\D+)")


@dataclass(frozen=True)
class Said:
    """An article in one language, its slots not filled yet. `source` is one line for the agent."""

    title: str
    text: str
    facts: Mapping[str, str]
    source: str


def said(article: Article, *, english: bool) -> Said:
    """Return the article in English where that is asked for and written, else in its own language.

    A figure without an English form is left out: its slot stays for a person to fill.
    """
    facts = {name: fact for name, fact in article.facts.items() if isinstance(fact, Fact)}
    sources = dict.fromkeys(fact.source for fact in facts.values())
    if english and article.text_en is not None:
        return Said(
            title=article.title_en or article.title,
            text=article.text_en,
            facts={name: fact.value_en for name, fact in facts.items() if fact.value_en},
            source="; ".join(
                f"{one.title_en or one.title} ({one.issuer_en or one.issuer}, {one.year})" for one in sources
            ),
        )
    return Said(
        title=article.title,
        text=article.text,
        facts={name: fact.value for name, fact in facts.items()},
        source="；".join(f"{source.title}（{source.issuer}，{source.year}）" for source in sources),
    )


def with_english(article: Article, english: English) -> Article:
    """Return an article whose facts are resolved, ready to be asked and told in English if it has an English text."""
    if article.text_en is None:
        return article
    facts = {
        name: _translated(fact, english) if isinstance(fact, Fact) else fact for name, fact in article.facts.items()
    }
    return article.model_copy(update={"asks": (*article.asks, *article.asks_en), "facts": facts})


def figure_in_english(value: str, english: English) -> str | None:
    """Return 1-2天 as 1-2 days; what holds no Chinese stands as it is; None when no unit of the table fits."""
    match = _AMOUNT.fullmatch(value.strip())
    unit = next((one for one in english.units if match and one.zh == match["unit"]), None)
    if match and unit:
        return (unit.one if match["number"] == "1" else unit.many).replace("{}", match["number"])
    return None if HAN.search(value) else value


def _translated(fact: Fact, english: English) -> Fact:
    source = fact.source
    names = {
        "title_en": source.title_en or english.names.get(source.title),
        "issuer_en": source.issuer_en or english.names.get(source.issuer),
    }
    return fact.model_copy(
        update={
            "value_en": fact.value_en or figure_in_english(fact.value, english),
            "source": source.model_copy(update=names),
        }
    )
