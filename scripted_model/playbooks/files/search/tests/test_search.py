"""Search and filters: words, status and tag narrow the shelf; the counts tell what each chip would show."""

from tests.support import FolioCase


class SearchTest(FolioCase):
    def shelve(self):
        self.add(title="Wuthering Heights", author="Emily Brontë", status="finished", rating=3, tags=["classic"])
        self.add(title="Kindred", author="Octavia E. Butler", status="reading", notes="A time machine, of sorts")
        self.add(title="Pale Fire", author="Vladimir Nabokov", tags=["classic"], rating=5)

    def titles(self, query: str) -> list:
        answer = self.get(f"/api/search?{query}")
        self.assertEqual(answer.status, 200, answer.text)
        return [book["title"] for book in answer.json()["books"]]

    def test_words_are_found_anywhere_in_a_book(self):
        self.shelve()
        self.assertEqual(self.titles("q=kindred"), ["Kindred"])
        self.assertEqual(self.titles("q=nabokov+fire"), ["Pale Fire"])
        self.assertEqual(self.titles("q=TIME"), ["Kindred"])
        self.assertEqual(self.titles("q=kindred+nabokov"), [])

    def test_accents_do_not_matter(self):
        self.shelve()
        self.assertEqual(self.titles("q=bronte"), ["Wuthering Heights"])
        self.assertEqual(self.titles("q=BRONT%C3%8B"), ["Wuthering Heights"])

    def test_status_and_tag_narrow_the_shelf(self):
        self.shelve()
        self.assertEqual(self.titles("status=reading"), ["Kindred"])
        self.assertEqual(sorted(self.titles("tag=classic")), ["Pale Fire", "Wuthering Heights"])
        self.assertEqual(self.titles("tag=classic&status=finished"), ["Wuthering Heights"])

    def test_sorting(self):
        self.shelve()
        self.assertEqual(self.titles("sort=title"), ["Kindred", "Pale Fire", "Wuthering Heights"])
        self.assertEqual(self.titles("sort=author"), ["Wuthering Heights", "Kindred", "Pale Fire"])
        self.assertEqual(self.titles("sort=rating")[0], "Pale Fire")

    def test_counts_ignore_the_status_that_was_chosen(self):
        self.shelve()
        counts = self.get("/api/search?status=reading&q=e").json().get("counts")
        self.assertEqual(counts, {"all": 3, "reading": 1, "want": 1, "finished": 1})

    def test_wrong_filters_are_refused(self):
        for query in ("status=lost", "sort=colour"):
            self.assertEqual(self.get(f"/api/search?{query}").status, 400)

    def test_the_page_has_a_labelled_search_and_a_chip_for_each_status(self):
        label = self.find("label", for_="search")
        self.assertEqual(label.text, "Search your books")
        chips = self.page().all("button", class_="chip")
        self.assertEqual([chip.get("data-status") for chip in chips], ["", "reading", "want", "finished"])
