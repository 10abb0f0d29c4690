"""Dark mode: follows the system or the person, keeps every colour readable, and never flashes."""

import re

from tests.support import FolioCase


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class DarkModeTest(FolioCase):
    def colours(self, sheet: str) -> dict:
        return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", self.served(f"/static/css/{sheet}")))

    def test_it_redefines_every_colour_of_the_light_theme(self):
        self.assertEqual(set(self.colours("15-dark.css")), set(self.colours("10-tokens.css")))

    def test_text_is_readable_on_its_background(self):
        colours = self.colours("15-dark.css")
        for text, ground in (("ink", "paper"), ("muted", "surface"), ("accent", "surface"), ("on-accent", "accent")):
            self.assertGreaterEqual(contrast(colours[text], colours[ground]), 4.5, f"{text} on {ground}")

    def test_by_hand_and_by_system_are_the_same_theme(self):
        by_hand, by_system = self.served("/static/css/15-dark.css").split("@media")
        self.assertEqual(re.findall(r"--\S+: .+;", by_hand), re.findall(r"--\S+: .+;", by_system))

    def test_the_choice_is_known_before_the_page_is_drawn(self):
        boot = self.find("script", src="/static/theme-boot.js")
        self.assertTrue(any(element.tag == "head" for element in boot.around))
        self.assertNotIn("type", boot.attributes)
        self.assertIn("folio-theme", self.served("/static/theme-boot.js"))

    def test_the_switch_says_what_it_is(self):
        button = self.find("button", id="theme")
        self.assertEqual((button.get("aria-label"), button.get("aria-pressed")), ("Dark theme", "false"))
