"""Brace expansion: {a,b} becomes several words before anything else happens."""

from __future__ import annotations


def expand_braces(template: str, limit: int) -> list[str] | None:
    """Brace expansion of a template, None when it cannot be followed (sequences, too many)."""
    if template.count("{") > limit:
        return None
    done, todo = list[str](), [template]
    while todo:
        current = todo.pop(0)
        found = _first_braces(current)
        if found is None:
            done.append(current)
        else:
            start, end, items = found
            todo = [current[:start] + item + current[end:] for item in items] + todo
        if len(done) + len(todo) > limit:
            return None
    return None if any(_may_expand(text) for text in done) else done


def _may_expand(text: str) -> bool:
    """Whether a shell could still find something to expand, for example the sequence {1..9}."""
    inside = text[text.find("{") : text.rfind("}") + 1] if "{" in text else ""
    return "," in inside or ".." in inside


def _first_braces(text: str) -> tuple[int, int, list[str]] | None:
    """The first {a,b} of `text`: where it begins, where it ends, and its items."""
    position = 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
        elif text[position] == "{" and (found := _items(text, position)) is not None:
            return position, *found
        position += 1
    return None


def _items(text: str, start: int) -> tuple[int, list[str]] | None:
    items, depth, position, begun = list[str](), 1, start + 1, start + 1
    while position < len(text):
        match text[position]:
            case "\\":
                position += 1
            case "{":
                depth += 1
            case "," if depth == 1:
                items.append(text[begun:position])
                begun = position + 1
            case "}":
                depth -= 1
                if depth == 0:
                    return (position + 1, [*items, text[begun:position]]) if items else None
        position += 1
    return None
