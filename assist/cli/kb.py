"""`assist kb`: check, count, search and export a knowledge base."""

from pathlib import Path
from typing import Annotated

import typer

from .output import fail, note, print_json

app = typer.Typer(help="知识库：检查、统计、试搜、导出 / the knowledge base", no_args_is_help=True)

Directory = Annotated[
    Path | None, typer.Argument(help="a templates_kb folder; the shipped one when left out")
]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]


@app.command()
def check(directory: Directory = None, as_json: AsJson = False) -> None:
    """Validate and lint; exit 1 when anything is wrong."""
    from assist.content.check import check_tree
    from assist.content.files import shipped_directory

    checked = check_tree(directory or shipped_directory())
    count = len(checked.library.articles) if checked.library else 0
    if as_json:
        findings = [{"path": f.path, "line": f.line, "message": f.message} for f in checked.findings]
        print_json({"articles": count, "findings": findings})
    else:
        for finding in checked.findings:
            typer.echo(str(finding))
    if checked.findings:
        fail(f"{len(checked.findings)} findings in {count} articles")
    note(f"{count} articles, nothing to mend")
