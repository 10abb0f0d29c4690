"""A shelf to try Folio with, offered while there is nothing else on it."""

import json
from datetime import date, timedelta
from pathlib import Path

from folio.books import new_book
from folio.storage import Store
from folio.web import Problem, Request, Response, reply

SHELF = Path(__file__).parent.parent / "sample_shelf.json"


def fill_shelf(request: Request) -> Response:
    """Put the sample books on an empty shelf, as if they had been read over the last months."""
    with Store(request.data).change() as content:
        if content["books"]:
            raise Problem(409, "The sample shelf is only for an empty library.")
        for entry in json.loads(SHELF.read_text(encoding="utf-8")):
            book, log = make_entry(entry, date.today())
            content["books"].append(book)
            content["log"].extend(log)
    return reply({"added": len(content["books"])}, 201)


def make_entry(entry: dict, today: date) -> tuple:
    """A book and the days it was read on. `days_ago` is when it was finished or last read, `took` how many days."""
    fields = {name: value for name, value in entry.items() if name not in ("days_ago", "took")}
    last = today - timedelta(days=entry["days_ago"])
    first = last - timedelta(days=entry["took"])
    book = new_book(fields, first)
    if book["finished"]:
        book["finished"] = last.isoformat()
    pages = share(book["page"], entry["took"])
    days = [(last - timedelta(days=number)).isoformat() for number in range(len(pages))]
    return book, [{"date": day, "book": book["id"], "pages": count} for day, count in zip(days, pages)]


def share(pages: int, days: int) -> list:
    """`pages` spread over `days`, more on some than on others, none of them lost."""
    if not pages:
        return []
    weights = [3 + (number * 7) % 5 for number in range(days)]
    parts = [pages * weight // sum(weights) for weight in weights]
    parts[0] += pages - sum(parts)
    return parts


ROUTES = [("POST", r"/api/sample", fill_shelf)]
