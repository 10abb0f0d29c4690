"""Statistics: the sums are right at the edges of a year and of a streak, and the chart draws what they say."""

from datetime import date
from xml.etree import ElementTree

from tests.support import FolioCase


def read(day: str, pages: int) -> dict:
    return {"date": day, "book": "b", "pages": pages}


class StatisticsTest(FolioCase):
    def test_only_this_year_counts(self):
        stats = self.module("folio.stats")
        books = [{"finished": "2026-01-01"}, {"finished": "2025-12-31"}, {"finished": None}]
        summary = stats.summarise(books, [read("2026-01-01", 30), read("2025-12-31", 50)], date(2026, 1, 2))
        self.assertEqual((summary["finished"], summary["pages"]), (1, 30))

    def test_the_last_twelve_months_reach_across_the_new_year(self):
        stats = self.module("folio.stats")
        log = [read("2026-02-03", 30), read("2025-12-31", 50), read("2025-02-01", 99)]
        months = stats.pages_by_month(log, date(2026, 2, 10))
        self.assertEqual([month["month"] for month in months][::11], ["2025-03", "2026-02"])
        self.assertEqual({m["month"]: m["pages"] for m in months if m["pages"]}, {"2026-02": 30, "2025-12": 50})

    def test_a_streak_lasts_until_a_day_is_missed(self):
        stats = self.module("folio.stats")
        days = {"2026-02-28", "2026-03-01", "2026-03-02"}
        self.assertEqual(stats.count_streak(days, date(2026, 3, 2)), 3)
        self.assertEqual(stats.count_streak(days, date(2026, 3, 3)), 3)
        self.assertEqual(stats.count_streak(days, date(2026, 3, 4)), 0)

    def test_the_chart_is_well_formed_and_in_proportion(self):
        chart = self.module("folio.chart")
        svg = ElementTree.fromstring(chart.draw_months([{"month": "2026-01", "pages": n} for n in (0, 50, 100)]))
        heights = [float(bar.get("height")) for bar in svg.iter("rect")]
        self.assertAlmostEqual(heights[1] * 2, heights[2], places=0)
        self.assertGreater(heights[0], 0)
        self.assertIn("January 2026: 50 pages", [title.text for title in svg.iter("title")])

    def test_progress_shows_up_in_the_statistics(self):
        book = self.add(pages=100)
        self.request("POST", f"/api/books/{book['id']}/progress", {"page": 100})
        answer = self.get("/api/stats")
        self.assertEqual(answer.status, 200, answer.text)
        stats = answer.json()
        self.assertEqual((stats["finished"], stats["pages"], stats["streak"]), (1, 100, 1))
        self.assertTrue(stats["chart"].startswith("<svg"))

    def test_the_page_shows_them(self):
        for name in ("finished", "pages", "streak"):
            self.assertTrue(self.find("dd", id=f"stats-{name}").inside("stats"))
