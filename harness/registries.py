"""Which hosts packages come from on this machine: asked of the package clients themselves, never assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from harness import processes

_ASK_SECONDS = 15.0
# pip's own constants, then its configuration (files and PIP_* variables alike).
_ASK_PIP = """
import sys
from pip._internal.configuration import Configuration
from pip._internal.models.index import PyPI
configuration = Configuration(isolated=False)
configuration.load()
configured = [value for key, value in configuration.items() if "index-url" in key and isinstance(value, str)]
print(*configured or [PyPI.simple_url], "https://" + PyPI.file_storage_domain)
"""
_ASKED = (("python3", "-c", _ASK_PIP), ("npm", "config", "get", "registry"))
_URL = re.compile(r"https?://\S+")


class Inquiry:
    """The question, put to both clients when it is made: they take a third of a second, so whoever can asks ahead."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        side_by_side = ThreadPoolExecutor(len(_ASKED))
        self._answers = [side_by_side.submit(_answer, command, environ) for command in _ASKED]
        side_by_side.shutdown(wait=False)

    def hosts(self) -> tuple[str, ...]:
        """The hosts (`name` or `name:port`) pip and npm fetch packages from here; none for a client that is missing."""
        urls = [url for answer in self._answers for url in _URL.findall(answer.result())]
        return tuple(dict.fromkeys(host for url in urls if (host := _host(url))))


def package_hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Ask, and wait for the answer of `Inquiry.hosts`."""
    return Inquiry(environ).hosts()


def _answer(command: Sequence[str], environ: Mapping[str, str]) -> str:
    try:
        completed = processes.run(command, env=environ, timeout=_ASK_SECONDS)
    except FileNotFoundError:
        return ""
    return completed.stdout if completed.ok else ""


def _host(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.hostname is None:
        return None
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
