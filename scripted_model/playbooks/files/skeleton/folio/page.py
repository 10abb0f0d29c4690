"""Puts the page together from fragments, so a feature only adds files to `folio/static`."""

import re
from pathlib import Path

STATIC = (Path(__file__).parent / "static").resolve()
_SLOT = re.compile(r"[ \t]*<!-- slot:([a-z]+) -->")


def build_page() -> str:
    """`index.html` with its slots filled and every style and script linked, in order of name."""
    template = (STATIC / "index.html").read_text(encoding="utf-8")
    return _SLOT.sub(lambda slot: _fill(slot.group(1)), template)


def _fill(slot: str) -> str:
    if slot == "styles":
        return "\n".join(f'<link rel="stylesheet" href="/static/css/{path.name}">' for path in _files("css", "*.css"))
    if slot == "scripts":
        scripts = _files("js", "*.js")
        return "\n".join(f'<script type="module" src="/static/js/{path.name}"></script>' for path in scripts)
    return "\n".join(path.read_text(encoding="utf-8").rstrip() for path in _files(f"parts/{slot}", "*.html"))


def _files(folder: str, pattern: str) -> list:
    return sorted((STATIC / folder).glob(pattern), key=lambda path: path.name)
