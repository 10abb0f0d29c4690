"""How far a book has been read: moves the bookmark and notes the pages of the day."""

from datetime import date

from folio.books import MOST_PAGES, change_book, find_book
from folio.storage import Store
from folio.web import Problem, Request, Response, reply


def move_bookmark(request: Request) -> Response:
    page = request.json().get("page")
    if not isinstance(page, int) or isinstance(page, bool) or not 0 <= page <= MOST_PAGES:
        raise Problem(400, f"The page must be a whole number from 0 to {MOST_PAGES}.")
    today = date.today()
    with Store(request.data).change() as content:
        book = find_book(content["books"], request.values["id"])
        if book["pages"] and page > book["pages"]:
            raise Problem(400, f"This book has {book['pages']} pages.")
        finished = bool(book["pages"]) and page == book["pages"]
        changed = change_book(book, {"page": page, "status": "finished" if finished else "reading"}, today)
        content["books"][content["books"].index(book)] = changed
        note_pages(content["log"], book["id"], page - book["page"], today)
    return reply(changed)


def note_pages(log: list, identity: str, pages: int, today: date) -> None:
    """Add `pages` to what was read today. Going back takes off what was noted too much, today and no further."""
    entry = next((e for e in log if e["book"] == identity and e["date"] == today.isoformat()), None)
    if entry is None:
        if pages <= 0:
            return
        entry = {"date": today.isoformat(), "book": identity, "pages": 0}
        log.append(entry)
    entry["pages"] = max(0, entry["pages"] + pages)


ROUTES = [("POST", r"/api/books/(?P<id>\w+)/progress", move_bookmark)]
