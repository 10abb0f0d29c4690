"""CSV: what is exported can be imported again, unharmed, and a wrong line spoils nothing."""

from tests.support import FolioCase


class CsvTransferTest(FolioCase):
    def send(self, text: str):
        return self.request("POST", "/api/import", text.encode())

    def books(self) -> list:
        return self.get("/api/books").json()["books"]

    def test_there_and_back(self):
        self.add(title='Say "hello", world', author="A", notes="two\nlines", tags=["a", "b"], pages=9, rating=4)
        self.add(title="=HYPERLINK(1)", status="finished", pages=100)
        exported = self.get("/api/export.csv")
        self.assertEqual(exported.status, 200, exported.text)
        self.assertEqual(exported.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", exported.headers["Content-Disposition"])
        before = self.books()
        for book in before:
            self.request("DELETE", f"/api/books/{book['id']}")
        self.assertEqual(self.send(exported.text).json(), {"added": 2, "skipped": 0})
        self.assertEqual([{**b, "id": ""} for b in self.books()], [{**b, "id": ""} for b in before])

    def test_a_spreadsheet_never_sees_a_formula(self):
        self.add(title="=1+1")
        exported = self.get("/api/export.csv")
        self.assertEqual(exported.status, 200, exported.text)
        self.assertIn("'=1+1", exported.text)

    def test_books_already_there_are_skipped(self):
        self.add(title="Kindred", author="Octavia E. Butler")
        answer = self.send("title,author\nKINDRED,octavia e. butler\nPale Fire,Vladimir Nabokov\n")
        self.assertEqual((answer.status, answer.json()), (201, {"added": 1, "skipped": 1}))

    def test_a_wrong_line_is_named_and_nothing_is_added(self):
        answer = self.send("title,pages\nKindred,287\nPale Fire,many\n")
        self.assertEqual(answer.status, 400)
        self.assertEqual(answer.json(), {"error": "Line 3: The pages must be a whole number, not 'many'."})
        self.assertEqual(self.books(), [])

    def test_a_file_without_titles_is_refused(self):
        answer = self.send("name\nKindred\n")
        self.assertEqual(answer.status, 400)
        self.assertIn("a column called title", answer.json()["error"])

    def test_the_page_offers_both(self):
        self.assertEqual(self.find("a", id="export").get("href"), "/api/export.csv")
        self.assertIn("csv", self.find("input", id="import").get("accept"))
