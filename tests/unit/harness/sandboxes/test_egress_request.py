"""What a client of the egress proxy asks for."""

from __future__ import annotations

import pytest

from harness.sandboxes.egress import TurnedAway, parse


def asked(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    ("target", "host", "port"),
    [
        ("pypi.org:443", "pypi.org", 443),
        ("PyPI.org.:443", "pypi.org", 443),
        ("[::1]:8443", "::1", 8443),
        ("127.0.0.1:80", "127.0.0.1", 80),
    ],
)
def test_a_tunnel_names_host_and_port(target: str, host: str, port: int) -> None:
    wish = parse(asked(f"CONNECT {target} HTTP/1.1", "Host: something.else"))
    assert (wish.host, wish.port, wish.opening) == (host, port, None)


def test_a_plain_request_is_told_to_the_host_as_it_expects_it() -> None:
    wish = parse(
        asked(
            "GET http://PyPI.org:8080/simple/?q=1 HTTP/1.1",
            "Host: evil.org",
            "Proxy-Authorization: x",
            "Connection: keep-alive",
            "Accept: */*",
        )
    )
    assert (wish.host, wish.port) == ("pypi.org", 8080)
    assert wish.opening == asked("GET /simple/?q=1 HTTP/1.1", "Host: pypi.org:8080", "Accept: */*", "Connection: close")


def test_the_usual_port_is_not_named() -> None:
    assert parse(asked("HEAD http://[::1] HTTP/1.0")).opening == asked(
        "HEAD / HTTP/1.0", "Host: [::1]", "Connection: close"
    )


@pytest.mark.parametrize(
    "line",
    [
        "GET / HTTP/1.1",
        "GET https://pypi.org/ HTTP/1.1",
        "GET ftp://pypi.org/ HTTP/1.1",
        "GET http://user:pass@pypi.org/ HTTP/1.1",
        "GET http://pypi.org:99999/ HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "GET http://[::1/ HTTP/1.1",
        "CONNECT pypi.org HTTP/1.1",
        "CONNECT pypi.org:0 HTTP/1.1",
        "CONNECT user@pypi.org:443 HTTP/1.1",
        "CONNECT a_b c:443 HTTP/1.1",
        "nonsense",
        "GET http://p\u00e4pi.org/ HTTP/1.1",
        "",
    ],
)
def test_what_no_proxy_understands_is_refused(line: str) -> None:
    with pytest.raises(TurnedAway) as refusal:
        parse(asked(line))
    assert refusal.value.status == "400 Bad Request"
