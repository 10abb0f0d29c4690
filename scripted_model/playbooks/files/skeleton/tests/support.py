"""What the tests share: a server on a free port with a data folder of its own, and a reader of its pages."""

import http.client
import importlib
import json
import tempfile
import threading
import unittest
from html.parser import HTMLParser
from pathlib import Path

from folio.server import App, make_server

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Answer:
    """An HTTP answer, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


class Element:
    """An element of a page: tag, attributes, the text inside it and the elements around it."""

    def __init__(self, tag: str, attributes: dict, around: list) -> None:
        self.tag = tag
        self.attributes = attributes
        self.around = around
        self.text = ""

    def get(self, name: str, default=None):
        return self.attributes.get(name, default)

    def inside(self, identity: str) -> bool:
        return any(element.get("id") == identity for element in self.around)


class Page(HTMLParser):
    """The elements of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements = []
        self._open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def all(self, tag=None, **attributes):
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if (tag is None or element.tag == tag)
            and all(element.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag=None, **attributes):
        return next(iter(self.all(tag, **attributes)), None)


class FolioCase(unittest.TestCase):
    """A test with a running Folio."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = Path(folder.name)
        server = make_server(App(self.data), port=0)
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
        thread.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def request(self, method: str, path: str, body=None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        self.addCleanup(connection.close)
        content = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        connection.request(method, path, content)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, path: str) -> Answer:
        return self.request("GET", path)

    def page(self) -> Page:
        return Page(self.get("/").text)

    def add(self, **fields) -> dict:
        answer = self.request("POST", "/api/books", {"title": "Middlemarch", **fields})
        self.assertEqual(answer.status, 201, answer.text)
        return answer.json()

    def find(self, tag=None, **attributes) -> Element:
        element = self.page().one(tag, **attributes)
        self.assertIsNotNone(element, f"the page has no {tag or 'element'} with {attributes}")
        return element

    def served(self, path: str) -> str:
        answer = self.get(path)
        self.assertEqual(answer.status, 200, f"{path} is not there")
        return answer.text

    def module(self, name: str):
        """A module of the application; the test fails, rather than breaks, while it does not exist."""
        return load(self, name)


def load(case: unittest.TestCase, name: str):
    """Import `name`, or fail `case` when it does not exist yet."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        case.fail(f"{missing.name} does not exist yet")
