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
_URL = re.compile(r"https?://\S+")


def package_hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The hosts (`name` or `name:port`) pip and npm fetch packages from here; none for a client that is missing."""
    asked = [["python3", "-c", _ASK_PIP], ["npm", "config", "get", "registry"]]
    with ThreadPoolExecutor() as side_by_side:
        answers = side_by_side.map(lambda command: _answer(command, environ), asked)
        urls = [url for answer in answers for url in _URL.findall(answer)]
    return tuple(dict.fromkeys(host for url in urls if (host := _host(url))))


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
