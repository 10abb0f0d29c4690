"""Books over HTTP: list, add, read, change, delete."""

from datetime import date

from folio.books import change_book, find_book, new_book
from folio.storage import Store
from folio.web import Request, Response, reply

KEPT_IN_TRASH = 20  # books


def list_books(request: Request) -> Response:
    books = Store(request.data).read()["books"]
    return reply({"books": sorted(books, key=lambda book: book["added"], reverse=True)})


def add_book(request: Request) -> Response:
    book = new_book(request.json(), date.today())
    with Store(request.data).change() as content:
        content["books"].insert(0, book)
    return reply(book, 201)


def read_book(request: Request) -> Response:
    return reply(find_book(Store(request.data).read()["books"], request.values["id"]))


def update_book(request: Request) -> Response:
    with Store(request.data).change() as content:
        book = find_book(content["books"], request.values["id"])
        changed = change_book(book, request.json(), date.today())
        content["books"][content["books"].index(book)] = changed
    return reply(changed)


def delete_book(request: Request) -> Response:
    """Delete, but keep the book in the trash for a while, with its place on the shelf."""
    with Store(request.data).change() as content:
        book = find_book(content["books"], request.values["id"])
        place = content["books"].index(book)
        del content["books"][place]
        content["trash"] = [*content["trash"], {"place": place, "book": book}][-KEPT_IN_TRASH:]
    return reply({"deleted": book})


ROUTES = [
    ("GET", r"/api/books", list_books),
    ("POST", r"/api/books", add_book),
    ("GET", r"/api/books/(?P<id>\w+)", read_book),
    ("PATCH", r"/api/books/(?P<id>\w+)", update_book),
    ("DELETE", r"/api/books/(?P<id>\w+)", delete_book),
]
