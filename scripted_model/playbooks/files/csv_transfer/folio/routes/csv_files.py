"""CSV over HTTP: `GET /api/export.csv`, `POST /api/import`."""

from datetime import date

from folio.csv_files import read_csv, write_csv
from folio.storage import Store
from folio.web import Problem, Request, Response, reply


def export_books(request: Request) -> Response:
    text = write_csv(Store(request.data).read()["books"])
    headers = {"Content-Disposition": f'attachment; filename="folio-{date.today()}.csv"'}
    return Response(text.encode(), "text/csv; charset=utf-8", headers=headers)


def import_books(request: Request) -> Response:
    """Add the books of a CSV file, all of them or none; those already on the shelf are left as they are."""
    try:
        text = request.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem(400, "The file is not text in UTF-8.") from None
    books = read_csv(text, date.today())
    with Store(request.data).change() as content:
        known = {_name(book) for book in content["books"]}
        fresh = [book for book in books if _name(book) not in known]
        content["books"].extend(fresh)
    return reply({"added": len(fresh), "skipped": len(books) - len(fresh)}, 201)


def _name(book: dict) -> tuple:
    return book["title"].casefold(), book["author"].casefold()


ROUTES = [("GET", r"/api/export\.csv", export_books), ("POST", r"/api/import", import_books)]
