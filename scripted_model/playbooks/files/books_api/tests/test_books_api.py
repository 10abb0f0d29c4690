"""The books API: the whole life of a book, and clear answers to wrong input."""

from tests.support import FolioCase


class BooksApiTest(FolioCase):
    def test_the_shelf_is_empty_at_first(self):
        answer = self.get("/api/books")
        self.assertEqual((answer.status, answer.json() if answer.status == 200 else None), (200, {"books": []}))

    def test_add_read_change_delete(self):
        book = self.add(title="  Piranesi ", author="Susanna Clarke", pages=272, tags=["Fantasy", "fantasy", " "])
        self.assertEqual((book["title"], book["tags"], book["status"]), ("Piranesi", ["fantasy"], "want"))
        path = f"/api/books/{book['id']}"
        self.assertEqual(self.get(path).json(), book)
        changed = self.request("PATCH", path, {"rating": 5}).json()
        self.assertEqual((changed["rating"], changed["title"]), (5, "Piranesi"))
        self.assertEqual(self.request("DELETE", path).json()["deleted"]["title"], "Piranesi")
        self.assertEqual(self.get(path).status, 404)

    def test_finishing_a_book_fills_in_the_rest(self):
        book = self.add(pages=320, status="reading", page=100)
        done = self.request("PATCH", f"/api/books/{book['id']}", {"status": "finished"}).json()
        self.assertEqual(done["page"], 320)
        self.assertRegex(done["finished"], r"^\d{4}-\d\d-\d\d$")
        again = self.request("PATCH", f"/api/books/{book['id']}", {"status": "want"}).json()
        self.assertEqual((again["page"], again["finished"]), (0, None))

    def test_wrong_input_is_refused_in_one_sentence(self):
        wrong = [
            ({}, "A book needs a title."),
            ({"title": "A", "pages": -1}, "The pages must be a whole number from 0 to 20000."),
            ({"title": "A", "rating": 6}, "The rating must be a whole number from 0 to 5."),
            ({"title": "A", "status": "lost"}, "The status is one of want, reading, finished."),
            ({"title": "A" * 201}, "The title is longer than 200 characters."),
            ({"title": "A", "colour": "red"}, "A book has no colour."),
        ]
        for fields, sentence in wrong:
            answer = self.request("POST", "/api/books", fields)
            self.assertEqual((answer.status, answer.json()), (400, {"error": sentence}))
        self.assertEqual(self.request("POST", "/api/books", "{nonsense").status, 400)
        self.assertEqual(self.get("/api/books").json(), {"books": []})

    def test_a_wrong_change_changes_nothing(self):
        book = self.add(title="Kindred")
        path = f"/api/books/{book['id']}"
        self.assertEqual(self.request("PATCH", path, {"title": "New", "pages": "many"}).status, 400)
        self.assertEqual(self.get(path).json(), book)

    def test_books_survive_a_restart(self):
        self.add(title="Kindred")
        self.assertIn("Kindred", (self.data / "folio.json").read_text(encoding="utf-8"))

    def test_only_known_methods_are_answered(self):
        self.assertEqual(self.request("PUT", "/api/books").status, 405)
