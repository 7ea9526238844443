"""Publish a `templates_kb` folder into every shop: at start, on change, and into a new shop at once."""

import logging
import threading
from collections.abc import Collection
from pathlib import Path

from assist.desk.lint_content import check_content
from assist.desk.publish import FILES, publish
from assist.store.queries import libraries, people
from assist.store.writer import WriterClosed

from .process import Process

logger = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1.0


def reload_with_files(process: Process, root: Path) -> None:
    """Look again at what is connected; a shop that was added since has the tree's content before its first chat."""
    process.reload()
    with process.database.reader() as session:
        published = libraries.newest_numbers(session)
        new = [shop.id for shop in people.shops(session) if shop.id not in published]
    if new:
        publish_files(process, root, only=new)


def publish_files(process: Process, root: Path, *, only: Collection[str] | None = None) -> bool:
    """Check the tree as a whole and publish it where it differs; False when it has findings and nothing was done.

    `only`: the ids of the shops to publish into, every shop where left out.
    """
    checked = check_content(root)
    for finding in checked.findings:
        logger.error("%s", finding)
    if checked.findings:
        logger.error("%s: %d findings; the published library stays in place", root, len(checked.findings))
        return False
    with process.database.reader() as session:
        shops = [shop for shop in people.shops(session) if only is None or shop.id in only]
    for shop in shops:
        change = publish(shop.id, checked.entries, author=FILES, reason="templates_kb", now=process.clock())
        published = process.writer.submit(change).result()
        for conflict in published.conflicts:
            logger.warning("%s was last changed by a person in shop %s; the file's wording waits", conflict, shop.id)
        if published.changed or published.ended:
            logger.info("shop %s has library %d", shop.id, published.number)
    with process.database.reader() as session:
        process.libraries.refresh(session)
    return True


def watch_files(process: Process, root: Path, stopping: threading.Event) -> None:
    """Publish again whenever a file of the tree changes, until told to stop."""
    seen = _stamp(root)
    while not stopping.wait(_LOOK_EVERY_SECONDS):
        try:
            now = _stamp(root)
            if now != seen:
                seen = now
                publish_files(process, root)
        except WriterClosed:
            return
        except Exception as error:
            # One file that went while it was looked at must not end the watch.
            logger.exception(
                "publishing from %s failed and is tried at the next change: %s", root, type(error).__name__
            )


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
