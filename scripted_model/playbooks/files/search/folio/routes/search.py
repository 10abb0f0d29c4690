"""Search over HTTP: `/api/search?q=&status=&tag=&sort=`."""

from folio.books import STATUSES
from folio.search import ORDERS, search
from folio.storage import Store
from folio.web import Problem, Request, Response, reply


def find_books(request: Request) -> Response:
    asked = request.query
    if asked.get("status", "") not in ("", *STATUSES):
        raise Problem(400, f"The status is one of {', '.join(STATUSES)}.")
    if asked.get("sort", "added") not in ORDERS:
        raise Problem(400, f"Books can be sorted by {', '.join(ORDERS)}.")
    books = Store(request.data).read()["books"]
    found = search(
        books,
        words=asked.get("q", ""),
        status=asked.get("status", ""),
        tag=asked.get("tag", ""),
        order=asked.get("sort", "added"),
    )
    return reply(found)


ROUTES = [("GET", r"/api/search", find_books)]
