"""The shelf: a labelled list that announces its size, an empty state, and sample books."""

from tests.support import FolioCase


class ShelfTest(FolioCase):
    def test_the_list_is_labelled(self):
        label = self.find("ul", id="shelf").get("aria-labelledby")
        self.assertEqual(self.find(id=label).text, "Library")
        self.find(id="shelf-count", role="status")

    def test_an_empty_shelf_says_what_to_do(self):
        button = self.find("button", id="shelf-sample")
        self.assertTrue(button.inside("shelf-empty"))
        self.assertIn("Add the book", self.find("div", id="shelf-empty").text)

    def test_every_script_it_imports_is_served(self):
        for name in ("10-covers.js", "20-shelf.js"):
            self.assertIn("export" if "covers" in name else "import", self.served(f"/static/js/{name}"))

    def test_sample_books_fill_an_empty_shelf_once(self):
        self.assertEqual(self.request("POST", "/api/sample").status, 201)
        books = self.get("/api/books").json()["books"]
        self.assertEqual(len(books), 12)
        self.assertEqual({book["status"] for book in books}, {"want", "reading", "finished"})
        self.assertEqual(self.request("POST", "/api/sample").status, 409)
        self.assertEqual(len(self.get("/api/books").json()["books"]), 12)

    def test_sample_books_come_with_the_days_they_were_read(self):
        sample = self.module("folio.routes.sample")
        self.assertEqual(sum(sample.share(838, 40)), 838)
        self.assertEqual(sample.share(0, 3), [])
