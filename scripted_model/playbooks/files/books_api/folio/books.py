"""What a book is: its fields, their limits, and what follows from a change of status."""

import uuid
from datetime import date

from folio.web import Problem

STATUSES = ("want", "reading", "finished")
LONGEST = {"title": 200, "author": 120, "notes": 5000}  # characters
MOST_PAGES = 20_000
MOST_TAGS = 10
LONGEST_TAG = 30  # characters
FIELDS = (*LONGEST, "pages", "page", "status", "rating", "tags")


def new_book(fields: dict, today: date) -> dict:
    """A book from what a person filled in; a Problem names the field that is wrong."""
    empty = {"title": "", "author": "", "pages": 0, "page": 0, "status": "want", "rating": 0, "tags": [], "notes": ""}
    book = {"id": uuid.uuid4().hex[:12], **empty, "added": today.isoformat(), "finished": None}
    return change_book(book, {"title": "", **fields}, today)


def change_book(book: dict, fields: dict, today: date) -> dict:
    """A copy of `book` with `fields` changed and everything that follows from them."""
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise Problem(400, f"A book has no {unknown[0]}.")
    changed = {**book, **{name: _clean(name, value) for name, value in fields.items()}}
    if changed["pages"]:
        changed["page"] = min(changed["page"], changed["pages"])
    if changed["status"] == "finished":
        changed["page"] = changed["pages"]
        changed["finished"] = book["finished"] or today.isoformat()
    else:
        changed["finished"] = None
    if changed["status"] == "want":
        changed["page"] = 0
    return changed


def _clean(name: str, value: object) -> object:
    if name in LONGEST:
        return _text(name, value)
    if name == "tags":
        return _tags(value)
    if name == "status":
        if value not in STATUSES:
            raise Problem(400, f"The status is one of {', '.join(STATUSES)}.")
        return value
    return _whole_number(name, value, 5 if name == "rating" else MOST_PAGES)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Problem(400, f"The {name} must be text.")
    text = value.strip()
    if name == "title" and not text:
        raise Problem(400, "A book needs a title.")
    if len(text) > LONGEST[name]:
        raise Problem(400, f"The {name} is longer than {LONGEST[name]} characters.")
    return text


def _tags(value: object) -> list:
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Problem(400, "The tags must be a list of texts.")
    tags = list(dict.fromkeys(tag.strip().lower() for tag in value if tag.strip()))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        raise Problem(400, f"There is room for {MOST_TAGS} tags of {LONGEST_TAG} characters.")
    return tags


def _whole_number(name: str, value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Problem(400, f"The {name} must be a whole number from 0 to {most}.")
    return value


def find_book(books: list, identity: str) -> dict:
    """The book called `identity`; a Problem when there is none."""
    for book in books:
        if book["id"] == identity:
            return book
    raise Problem(404, "There is no such book; it may have been deleted.")
