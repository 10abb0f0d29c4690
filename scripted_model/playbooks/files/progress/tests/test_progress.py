"""Reading progress: moving the bookmark changes the book and notes the pages of the day."""

import json
from datetime import date

from tests.support import FolioCase


class ProgressTest(FolioCase):
    def move(self, book: dict, page):
        return self.request("POST", f"/api/books/{book['id']}/progress", {"page": page})

    def log(self) -> list:
        return json.loads((self.data / "folio.json").read_text(encoding="utf-8"))["log"]

    def test_starting_a_book(self):
        answer = self.move(self.add(pages=300), 40)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual((answer.json()["status"], answer.json()["page"]), ("reading", 40))

    def test_the_last_page_finishes_it(self):
        answer = self.move(self.add(pages=300), 300)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual((answer.json()["status"], answer.json()["finished"]), ("finished", date.today().isoformat()))

    def test_the_pages_of_a_day_add_up(self):
        book = self.add(pages=300)
        for page in (40, 75, 60):
            self.assertEqual(self.move(book, page).status, 200)
        self.assertEqual(self.log(), [{"date": date.today().isoformat(), "book": book["id"], "pages": 60}])

    def test_impossible_pages_are_refused(self):
        book = self.add(pages=300)
        for page, sentence in ((301, "This book has 300 pages."), (-1, "whole number"), ("ten", "whole number")):
            answer = self.move(book, page)
            self.assertEqual(answer.status, 400)
            self.assertIn(sentence, answer.json()["error"])
        self.assertEqual(self.log(), [])

    def test_the_page_has_a_place_for_books_being_read(self):
        section = self.find("section", id="reading")
        self.assertEqual(self.find(id=section.get("aria-labelledby")).text, "Reading now")
        self.assertIn('role: "progressbar"', self.served("/static/js/40-progress.js"))
