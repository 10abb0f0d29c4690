"""The page shell: landmarks, a skip link, a phone layout, and colours a person can read."""

import re

from tests.support import FolioCase


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class PageShellTest(FolioCase):
    def test_brand_and_landmarks(self):
        self.assertIn("Folio", self.find("a", class_="brand").text)
        for landmark in ("header", "main", "footer"):
            self.find(landmark)
        self.assertEqual([heading.text for heading in self.page().all("h1")], ["Folio"])
        self.assertEqual(self.find("html").get("lang"), "en")

    def test_keyboard_users_can_skip_to_the_books(self):
        target = self.find("a", class_="skip").get("href")
        self.find("main", id=target.lstrip("#"))

    def test_text_is_readable_on_its_background(self):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", self.served("/static/css/10-tokens.css")))
        pairs = [("ink", "paper"), ("muted", "paper"), ("muted", "surface"), ("accent", "surface"), ("on-accent", "accent")]
        for text, ground in pairs:
            self.assertGreaterEqual(contrast(colours[text], colours[ground]), 4.5, f"{text} on {ground}")

    def test_components_use_tokens_only(self):
        for name in ("20-layout.css", "30-controls.css"):
            self.assertNotRegex(self.served(f"/static/css/{name}"), r"#[0-9a-fA-F]{3,8}\b")

    def test_becomes_one_column_on_a_phone_and_respects_reduced_motion(self):
        self.assertRegex(self.served("/static/css/20-layout.css"), r"max-width: 940px[^@]*flex-direction: column")
        self.assertIn("prefers-reduced-motion", self.served("/static/css/10-tokens.css"))
