"""Did the customer write in English?"""

import re
import unicodedata

_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
# Links, order numbers and product codes are in Latin letters in every language.
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S*\d\S*")
_LETTERS = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_FEWEST_LETTERS = 2


def is_english(text: str) -> bool:
    """Is it in Latin letters, most of it, without any Chinese or Japanese character? Other Latin script counts too.

    A text without words (a link, a number, emoji) is not.
    """
    if _EASTERN.search(text):
        return False
    words = _NO_WORDS.sub(" ", unicodedata.normalize("NFKC", text))
    latin = len(_LATIN.findall(words))
    return latin >= _FEWEST_LETTERS and 2 * latin > len(_LETTERS.findall(words))
