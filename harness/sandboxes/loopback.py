"""Ports of the loopback: a free one, and how programs are told that the egress proxy is on one."""

from __future__ import annotations

import socket


def proxy_environment(port: int) -> dict[str, str]:
    """Both spellings that programs look for, for a proxy on `port` of the loopback; none for port 0."""
    if not port:
        return {}
    names = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
    return {
        **dict.fromkeys(names, f"http://127.0.0.1:{port}"),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "localhost,127.0.0.1,::1"),
        "NODE_USE_ENV_PROXY": "1",
    }


def free_port() -> int:
    """A port of this machine's loopback that nobody has; whoever binds it next may have been preceded by another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
