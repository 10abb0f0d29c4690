"""Keyboard shortcuts: every key leads somewhere, is listed once, and leaves typing alone."""

from collections import Counter

from tests.support import FolioCase


class KeyboardTest(FolioCase):
    def test_help_is_a_labelled_dialog_that_a_key_opens(self):
        self.find("dialog", id="keys-dialog", aria_labelledby="keys-title")
        self.assertEqual(self.find("button", id="keys-open").get("data-key"), "?")

    def test_every_key_has_one_owner_and_a_label(self):
        self.find(id="keys-open")
        owners = [element for element in self.page().elements if element.get("data-key")]
        self.assertIn("n", [element.get("data-key") for element in owners])
        repeated = [key for key, count in Counter(element.get("data-key") for element in owners).items() if count > 1]
        self.assertEqual(repeated, [])
        for element in owners:
            self.assertTrue(element.get("data-key-label"), element.attributes)

    def test_keys_are_plain_and_leave_typing_and_the_browser_alone(self):
        script = self.served("/static/js/70-keys.js")
        for guard in ("ctrlKey", "metaKey", "altKey", "textarea", "dialog[open]"):
            self.assertIn(guard, script)

    def test_arrow_keys_are_explained(self):
        self.find(id="keys-list")
        self.assertIn("Move along the shelf", self.find("dl", id="keys-list").text)
