"""Finding books: by words, by status, by tag, in a chosen order."""

import unicodedata

ORDERS = {
    "added": lambda book: book["added"],
    "title": lambda book: fold(book["title"]),
    "author": lambda book: fold(book["author"].split(" ")[-1]),
    "rating": lambda book: book["rating"],
}
FALLING = ("added", "rating")


def fold(text: str) -> str:
    """`text` without case and accents, so that "bronte" finds "Brontë"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def matches(book: dict, words: str) -> bool:
    """Whether every one of `words` is somewhere in the book."""
    text = fold(" ".join([book["title"], book["author"], book["notes"], *book["tags"]]))
    return all(word in text for word in fold(words).split())


def search(books: list, *, words: str = "", status: str = "", tag: str = "", order: str = "added") -> dict:
    """The books that match everything asked for, and how many of each status match the words and the tag."""
    found = [book for book in books if matches(book, words) and (not tag or tag in book["tags"])]
    counts = {"all": len(found), "reading": 0, "want": 0, "finished": 0}
    for book in found:
        counts[book["status"]] += 1
    chosen = [book for book in found if not status or book["status"] == status]
    return {"books": sorted(chosen, key=ORDERS[order], reverse=order in FALLING), "counts": counts}
