"""Do all languages say the same?"""

import re
from collections.abc import Mapping

import pytest

from assist.web.words import LANGUAGES, words

_BLANK = re.compile(r"{\w+}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_blanks(language: str) -> None:
    assert _blanks(words(language)) == _blanks(words("zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_left_empty(language: str) -> None:
    assert [key for key, said in words(language).items() if not said] == []


def _blanks(catalogue: Mapping[str, str]) -> dict[str, set[str]]:
    return {key: set(_BLANK.findall(said)) for key, said in catalogue.items()}
