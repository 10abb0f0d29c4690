"""Storage: what was written is there again, and a failure never costs a book."""

import tempfile
import threading
import unittest
from pathlib import Path

from tests.support import load


class StorageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "data"
        self.store = load(self, "folio.storage").Store(self.folder)

    def test_starts_empty_without_touching_the_disk(self):
        self.assertEqual(self.store.read(), {"books": [], "log": [], "trash": []})
        self.assertFalse(self.folder.exists())

    def test_a_new_store_sees_what_another_wrote(self):
        with self.store.change() as content:
            content["books"].append({"title": "Søren’s Æther"})
        self.assertEqual(type(self.store)(self.folder).read()["books"], [{"title": "Søren’s Æther"}])

    def test_a_failed_change_leaves_everything_as_it_was(self):
        with self.store.change() as content:
            content["books"].append({"title": "Kindred"})
        with self.assertRaises(RuntimeError), self.store.change() as content:
            content["books"].clear()
            raise RuntimeError
        self.assertEqual(len(self.store.read()["books"]), 1)

    def test_a_damaged_file_is_set_aside(self):
        self.folder.mkdir()
        self.store.path.write_text("{half a fi", encoding="utf-8")
        self.assertEqual(self.store.read()["books"], [])
        self.assertEqual(self.store.path.with_suffix(".damaged").read_text(encoding="utf-8"), "{half a fi")

    def test_changes_side_by_side_are_all_kept(self):
        def add(number):
            with self.store.change() as content:
                content["books"].append(number)

        threads = [threading.Thread(target=add, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(self.store.read()["books"]), list(range(20)))
        self.assertEqual([path.name for path in self.folder.iterdir()], ["folio.json"])
