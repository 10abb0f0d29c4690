"""The variables by which programs find the egress proxy of their place."""

from __future__ import annotations


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
