"""Do a figure's Chinese and English say the same amount?"""

import re
from collections.abc import Iterator

from assist.domain.figures import Fact
from assist.domain.library import Library

from .errors import ContentError
from .quantities import quantities_in
from .texts import Files


def check_translations(library: Library, files: Files) -> Iterator[ContentError]:
    """Yield every figure whose `value_en` is another amount than its `value`."""
    shared = library.service.facts
    for article in library.articles:
        for name, fact in article.facts.items():
            line = files.fact_line(article.id, name) if files.root else 1
            if isinstance(fact, Fact) and name not in shared and line and _differ(fact):
                yield _finding(fact, files.article(article.id), line)
    for product in library.products:
        for name, fact in product.facts.items():
            if _differ(fact):
                yield _finding(fact, files.product_file(product.id), files.product_line(product.id, name))
    for name, fact in shared.items():
        if _differ(fact):
            yield _finding(fact, "policy/service.toml", files.service_line(name))


def _differ(fact: Fact) -> bool:
    if fact.value_en is None:
        return False
    chinese, english = quantities_in(fact.value), quantities_in(fact.value_en)
    if len(chinese) == len(english) and chinese:
        return not all(one.same(other) for one, other in zip(chinese, english, strict=True))
    digits = re.findall(r"\d+", fact.value)
    return bool(digits) and digits != re.findall(r"\d+", fact.value_en)


def _finding(fact: Fact, path: str, line: int) -> ContentError:
    message = (
        f"两种语言 (two languages): {fact.value!r} in Chinese, {fact.value_en!r} in English ({path}:{line}); "
        "make value_en the same amount, or leave it out where lexicon/english.toml knows the unit"
    )
    return ContentError(path, line, message)
