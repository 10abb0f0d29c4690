"""The bare server: a page, static files, clear refusals."""

from tests.support import FolioCase


class SkeletonTest(FolioCase):
    def test_serves_the_page(self):
        answer = self.get("/")
        self.assertEqual(answer.status, 200)
        self.assertIn("<title>Folio</title>", answer.text)
        self.assertNotIn("slot:", answer.text)

    def test_links_and_serves_its_scripts(self):
        scripts = [element.get("src") for element in self.page().all("script")]
        self.assertIn("/static/js/00-core.js", scripts)
        for path in scripts:
            self.assertEqual(self.get(path).headers["Content-Type"], "text/javascript; charset=utf-8")

    def test_refuses_what_it_does_not_know(self):
        self.assertEqual(self.get("/nowhere").status, 404)
        self.assertEqual(self.get("/nowhere").json(), {"error": "There is nothing at /nowhere."})

    def test_serves_nothing_outside_its_static_folder(self):
        for path in ("/static/../server.py", "/static/%2e%2e/server.py", "/static//etc/passwd"):
            self.assertEqual(self.get(path).status, 404, path)

    def test_sends_security_headers(self):
        self.assertIn("default-src 'self'", self.get("/").headers["Content-Security-Policy"])
