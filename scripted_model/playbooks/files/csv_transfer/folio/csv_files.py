"""The library as a CSV file, there and back."""

import csv
import io
from datetime import date

from folio.books import new_book
from folio.web import Problem

COLUMNS = ("title", "author", "pages", "page", "status", "rating", "tags", "notes", "added", "finished")
NUMBERS = ("pages", "page", "rating")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t")  # a spreadsheet would run a cell that begins like this


def write_csv(books: list) -> str:
    """One line a book, with a heading. Cells that look like formulas are marked as text by an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for book in books:
        writer.writerow([_cell(", ".join(value) if isinstance(value, list) else value) for value in _values(book)])
    return file.getvalue()


def _values(book: dict) -> list:
    return [book[column] for column in COLUMNS]


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


def read_csv(text: str, today: date) -> list:
    """The books of a CSV file; a Problem names the line that is wrong, and then nothing is taken over."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if "title" not in (rows.fieldnames or []):
        raise Problem(400, "The file needs a heading line with at least a column called title.")
    books = []
    for row in rows:
        try:
            books.append(_book(row, today))
        except Problem as problem:
            raise Problem(400, f"Line {rows.line_num}: {problem.detail}") from None
    return books


def _book(row: dict, today: date) -> dict:
    fields: dict = {}
    for column in COLUMNS[:8]:
        value = _uncell(row.get(column) or "")
        if column in NUMBERS:
            fields[column] = _number(column, value)
        elif column == "tags":
            fields[column] = value.split(",")
        elif value or column == "title":
            fields[column] = value
    book = new_book(fields, today)
    for column in ("added", "finished"):
        if row.get(column) and book[column]:
            book[column] = _day(column, row[column])
    return book


def _uncell(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_SIGNS) else value


def _number(column: str, value: str) -> int:
    try:
        return int(value or 0)
    except ValueError:
        raise Problem(400, f"The {column} must be a whole number, not {value!r}.") from None


def _day(column: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise Problem(400, f"The day it was {column} must look like 2026-01-31, not {value!r}.") from None
