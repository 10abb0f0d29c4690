"""Undo: a deleted book comes back whole, to its own place, the last one first."""

from tests.support import FolioCase


class UndoTest(FolioCase):
    def titles(self) -> list:
        return [book["title"] for book in self.get("/api/books").json()["books"]]

    def undo(self):
        return self.request("POST", "/api/undo")

    def test_a_deleted_book_comes_back_as_it_was(self):
        book = self.add(title="Kindred", rating=4, notes="Read it twice.")
        self.request("DELETE", f"/api/books/{book['id']}")
        self.assertEqual(self.titles(), [])
        answer = self.undo()
        self.assertEqual((answer.status, answer.json()), (200, {"restored": book}))
        self.assertEqual(self.get(f"/api/books/{book['id']}").json(), book)

    def test_the_last_deletion_is_undone_first_and_order_is_kept(self):
        books = [self.add(title=title) for title in ("C", "B", "A")]
        self.assertEqual(self.titles(), ["A", "B", "C"])
        for book in books[:2]:
            self.request("DELETE", f"/api/books/{book['id']}")
        self.assertEqual(self.undo().status, 200)
        self.assertEqual(self.titles(), ["A", "B"])
        self.assertEqual(self.undo().status, 200)
        self.assertEqual(self.titles(), ["A", "B", "C"])

    def test_nothing_to_undo_is_said_plainly(self):
        answer = self.undo()
        self.assertEqual((answer.status, answer.json()["error"]), (409, "There is nothing to undo."))

    def test_the_offer_is_announced(self):
        self.assertEqual(self.find("div", id="toast").get("role"), "status")
        self.assertTrue(self.find("button", id="undo").inside("toast"))
