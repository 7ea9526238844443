"""A small knowledge base on disk, fit to publish: quick to read, easy to spoil."""

import re
import shutil
from pathlib import Path

from assist.content.files import shipped_directory

ARTICLE = """\
+++
id = "storage-shrimp"
title = "活虾到家怎么保存"
category = "live_seafood"
intent = "storage"
products = ["shrimp"]
asks = [
    "如何保存活虾",
    "虾买回来今天不吃放哪里",
    "刚收到的要不要放冰箱",
    "自来水泡着会死吗",
]
reviewed = "2026-11-21"

[facts.fridge]
use = "shrimp.fridge"

[facts.fridge_temp]
value = "4℃"
source = {title = "Refrigerator Thermometers", issuer = "FDA", year = "n.d."}
+++
活虾建议您当天吃，沥干放冰箱冷藏（{{ fridge_temp }}以下），一般{{ fridge }}内吃完。
"""
"""Line 4 is its category, 7 its asks, 15 its first fact, 22 its text."""

GREETED = """\
+++
id = "storage-strawberry"
title = "草莓怎么放"
category = "berries"
intent = "storage"
products = ["strawberry"]
asks = ["草莓怎么保存", "草莓要洗了再放吗", "吃不完怎么办", "放哪里不容易坏"]
reviewed = "2026-11-21"
+++
{{ customer_name }}您好，草莓先别洗，摊开放进冰箱冷藏，吃多少拿多少，碰伤的挑出来先吃掉。
"""

NAME = "articles/storage/storage-shrimp.md"


def small_tree(root: Path) -> Path:
    """Write the shipped lexicon, policy, scripts and products, and two articles, below `root`."""
    for folder in ("lexicon", "policy", "products", "scripts"):
        shutil.copytree(shipped_directory() / folder, root / folder)
    # The remedy policy's own articles are not among the two.
    remedy = root / "policy" / "remedy.toml"
    remedy.write_text(re.sub(r"(?m)^article = .*\n", "", remedy.read_text(encoding="utf-8")), encoding="utf-8")
    (root / "articles" / "storage").mkdir(parents=True)
    (root / NAME).write_text(ARTICLE, encoding="utf-8")
    (root / "articles" / "storage" / "storage-strawberry.md").write_text(GREETED, encoding="utf-8")
    return root
