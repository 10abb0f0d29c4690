"""What a year of reading adds up to."""

from datetime import date, timedelta

MONTHS = 12


def summarise(books: list, log: list, today: date) -> dict:
    """Books finished and pages read this year, the streak of days up to today, and the pages of the last 12 months."""
    year = f"{today.year}-"
    days = {entry["date"] for entry in log if entry["pages"]}
    return {
        "year": today.year,
        "finished": sum((book["finished"] or "").startswith(year) for book in books),
        "pages": sum(entry["pages"] for entry in log if entry["date"].startswith(year)),
        "streak": count_streak(days, today),
        "months": pages_by_month(log, today),
    }


def count_streak(days: set, today: date) -> int:
    """Days read in a row. A day that is not over yet does not break it."""
    day = today if today.isoformat() in days else today - timedelta(days=1)
    length = 0
    while day.isoformat() in days:
        length += 1
        day -= timedelta(days=1)
    return length


def pages_by_month(log: list, today: date) -> list:
    """The last 12 months, oldest first: {"month": "2026-03", "pages": 120}."""
    numbers = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    names = [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]
    totals = dict.fromkeys(names, 0)
    for entry in log:
        month = entry["date"][:7]
        if month in totals:
            totals[month] += entry["pages"]
    return [{"month": month, "pages": pages} for month, pages in totals.items()]
