"""curl: only to this machine."""

from __future__ import annotations

import re

from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, long_names, refuse_hidden, take_apart
from shellpolicy.paths import check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, show

_CURL = Grammar(
    flags="sSfiIvLkGjNO#046", values="XHdFomwuAbcDert",
    long_flags=long_names(
        "silent show-error fail fail-with-body include head verbose location insecure get compressed "
        "no-buffer progress-bar no-progress-meter http1.0 http1.1 http2 http2-prior-knowledge ipv4 ipv6 "
        "remote-name retry-connrefused retry-all-errors create-dirs raw tcp-nodelay path-as-is globoff fail-early "
        "no-keepalive junk-session-cookies post301 post302 post303 location-trusted version help basic "
        "anyauth parallel"
    ),
    long_values=long_names(
        "request header data data-raw data-binary data-ascii data-urlencode json form form-string output "
        "max-time connect-timeout write-out user user-agent cookie cookie-jar dump-header referer retry "
        "retry-delay retry-max-time url oauth2-bearer max-redirs limit-rate max-filesize range expect100-timeout "
        "speed-limit speed-time keepalive-time output-dir url-query"
    ),
)  # fmt: skip
_LOOPBACK = re.compile(
    rf"(?:https?://)?(?:127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0)(?::(?:\d|{UNKNOWN}|{MANY})+)?(?:/|[?#][^@]*\Z|\Z)",
    re.IGNORECASE,
)
_WRITTEN = ("-o", "--output", "-c", "--cookie-jar", "-D", "--dump-header", "--output-dir")


def judge_curl(call: Call) -> None:
    """curl: loopback addresses only; options beyond the everyday ones are refused."""
    parsed = take_apart("curl", call.args, _CURL)
    if not all(_LOOPBACK.match(word) for word in parsed.hidden):
        refuse_hidden("curl", parsed, "Write the address out: curl http://127.0.0.1:$PORT/path")
    for url in (*parsed.operands, *parsed.values("--url")):
        if not _LOOPBACK.match(url):
            refuse(
                f"curl to {show(url)!r} is not permitted: only 127.0.0.1, localhost and [::1]",
                "Packages come through npm and pip; ask a person for anything else from the network.",
            )
    for path in parsed.values(*_WRITTEN):
        check_write(path, call.place)
    for text in parsed.values("-w", "--write-out"):
        if "%output" in text or text.startswith("@"):
            refuse("curl -w may not write files", "Use -o for the output.")


RULES: dict[str, Rule] = {"curl": judge_curl}
