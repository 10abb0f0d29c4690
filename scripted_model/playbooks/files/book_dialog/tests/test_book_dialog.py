"""The book dialog: every field is labelled and lets through exactly what the API takes."""

from tests.support import FolioCase


class BookDialogTest(FolioCase):
    def test_a_button_opens_it(self):
        self.assertIn("Add book", self.find("button", id="add-book").text)
        self.find("dialog", id="book-dialog", aria_labelledby="book-dialog-title")
        self.assertIn("showModal", self.served("/static/js/30-book-dialog.js"))

    def test_every_field_of_a_book_has_a_labelled_control(self):
        self.find("form", id="book-form")
        page = self.page()
        controls = [e for e in page.elements if e.tag in ("input", "textarea") and e.inside("book-form")]
        self.assertEqual(
            {control.get("name") for control in controls},
            {"title", "author", "pages", "status", "rating", "tags", "notes"},
        )
        for control in controls:
            labels = [around for around in control.around if around.tag == "label"]
            self.assertTrue(labels and labels[0].text.strip(), control.attributes)

    def test_its_limits_are_those_of_the_api(self):
        books = self.module("folio.books")
        self.find("form", id="book-form")
        page = self.page()
        for name, longest in books.LONGEST.items():
            control = next(e for e in page.elements if e.get("name") == name and e.inside("book-form"))
            self.assertEqual(control.get("maxlength"), str(longest), name)
        self.assertEqual(page.one("input", name="pages").get("max"), str(books.MOST_PAGES))
        self.assertEqual([radio.get("value") for radio in page.all("input", name="status")], list(books.STATUSES))
        self.assertEqual([radio.get("value") for radio in page.all("input", name="rating")], list("012345"))

    def test_what_it_sends_is_accepted(self):
        self.find("form", id="book-form")
        sent = {"title": "Pale Fire", "author": "", "notes": "", "status": "want", "pages": 0, "rating": 0, "tags": [""]}
        self.assertEqual(self.add(**sent)["tags"], [])

    def test_errors_are_announced(self):
        self.assertEqual(self.find("p", id="book-error").get("role"), "alert")
