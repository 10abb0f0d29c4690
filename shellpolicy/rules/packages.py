"""Package managers and the programs that run a project: npm, npx, pip, python, make, pytest, mypy."""

from __future__ import annotations

import re

import security
from shellpolicy.calls import Call, Rule
from shellpolicy.options import Grammar, Parsed, long_names, refuse_hidden, refuse_option, refuse_options, take_apart
from shellpolicy.paths import check_directory, check_write
from shellpolicy.verdict import refuse
from shellpolicy.words import MANY, UNKNOWN, is_known, show

_NPM = Grammar(
    values="wcC", open=True, long_flags=long_names("no no-install yes offline"),
    long_values=long_names(
        "prefix workspace call package registry script-shell shell userconfig globalconfig cache omit include "
        "loglevel depth tag otp node-options git editor viewer browser init-module https-proxy proxy "
        "pack-destination"
    ),
)  # fmt: skip
_NPM_REFUSED = (
    "-g", "-L", "--global", "--location", "--script-shell", "--shell", "--registry", "--userconfig", "--globalconfig",
    "--node-options", "--git", "--editor", "--viewer", "--browser", "--init-module", "--proxy", "--https-proxy",
    "--node-gyp", "--python",
)  # fmt: skip
_NPM_COMMANDS = frozenset(
    {
        "install", "i", "in", "ins", "add", "ci", "clean-install", "install-clean", "uninstall", "un", "remove", "rm",
        "r", "update", "up", "upgrade", "outdated", "test", "t", "tst", "it", "install-test", "run", "run-script",
        "rum", "urn", "start", "stop", "restart", "ls", "list", "ll", "la", "view", "info", "show", "v", "explain",
        "why", "audit", "fund", "pkg", "prune", "dedupe", "ddp", "rebuild", "rb", "version", "root", "prefix", "bin",
        "query", "help", "pack", "doctor", "init", "create", "exec", "x", "config", "c", "cache", "ping", "search",
    }
)  # fmt: skip
_NPM_INSTALLS = frozenset({"install", "i", "in", "ins", "add", "update", "up", "upgrade", "install-test", "it"})
_NPM_NAME = r"(?:@[\w.~-]+/)?[\w.~-]+"
_NPM_SPEC = re.compile(rf"(?:(?:{_NPM_NAME}@npm:)?{_NPM_NAME}(?:@[\w.^~<>=| *+-]*)?|(?:file:)?\.{{1,2}}(?:/[^:]*)?)\Z")
_REGISTRY_HINT = "Install by name from the registry, for example npm install react."
_PIP = Grammar(
    values="rceitfw", open=True, long_flags=long_names("pre"),
    long_values=long_names(
        "requirement constraint editable index-url extra-index-url find-links target prefix root python log "
        "wheel-dir trusted-host proxy cert client-cert src cache-dir report platform python-version group"
    ),
)  # fmt: skip
_PIP_REFUSED = (
    "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--proxy", "--cert",
    "--client-cert", "--root", "--prefix", "--break-system-packages", "--user", "--python", "--pypi-url",
)  # fmt: skip
_PIP_COMMANDS = frozenset(
    {
        "install",
        "uninstall",
        "list",
        "show",
        "freeze",
        "check",
        "cache",
        "inspect",
        "debug",
        "help",
        "wheel",
        "index",
        "hash",
    }
)
_PIP_SPEC = re.compile(
    r"(?:[\w.-]+(?:\[[\w.,-]*\])?\s*(?:[<>=!~]=?=?[^;@]*)?(?:;.*)?|\.{1,2}(?:/[^:]*)?(?:\[[\w.,-]*\])?|[\w./-]+)\Z"
)
_PLAIN_VALUE = re.compile(r"[\w./:+,=%@ -]*\Z")


def judge_npm(call: Call) -> None:
    """npm: the project's own scripts and packages from the registry."""
    parsed = take_apart("npm", call.args, _NPM)
    _check_npm_options("npm", parsed, call)
    if not parsed.operands:
        return
    command, *rest = parsed.operands
    if command not in _NPM_COMMANDS:
        refuse(f"npm {show(command)} is not permitted", "npm install, ci, test, run, start, ls, audit and exec are.")
    if command in _NPM_INSTALLS:
        _check_specs("npm", rest, _NPM_SPEC)
    if command in ("exec", "x"):
        _check_fetched(call, parsed, rest)
    if command in ("init", "create") and rest:
        _check_npx_package(rest[0], prefix="create-")
    if command in ("config", "c") and rest[:1] not in (["get"], ["list"], ["ls"]):
        refuse("npm config can only be read", "Use a project .npmrc for what the project needs.")


def judge_npx(call: Call) -> None:
    """npx: what is installed, and packages everybody knows."""
    parsed = take_apart(
        "npx",
        call.args,
        Grammar(
            values="pcwC", long_flags=_NPM.long_flags, long_values=_NPM.long_values, open=True, first_operand_ends=True
        ),
    )
    _check_npm_options("npx", parsed, call)
    _check_fetched(call, parsed, parsed.operands)


def _check_npm_options(program: str, parsed: Parsed, call: Call) -> None:
    refuse_options(program, parsed, _NPM_REFUSED, besides=("--no",))
    for path in parsed.values("--prefix", "-C", "--cache", "--pack-destination"):
        check_directory(path, call.place)


def _check_fetched(call: Call, parsed: Parsed, words: list[str]) -> None:
    """npm exec and npx: the text of -c is judged, the package must be installed or known."""
    for text in parsed.values("-c", "--call"):
        if not is_known(text):
            refuse("npx -c would run text that is not known before it runs", "Write the command itself.")
        call.judge.script(text, call.scope.__class__(depth=call.scope.depth), "posix")
    installed = bool(parsed.names() & {"--no-install", "--no", "--offline"})
    for name in (*parsed.values("-p", "--package"), *words[:1]):
        if not installed or not re.match(rf"{_NPM_NAME}\Z", name) or name.startswith("."):
            _check_npx_package(name)


def _check_npx_package(name: str, prefix: str = "") -> None:
    found = re.match(rf"({_NPM_NAME})(?:@[\w.^~-]*)?\Z", name)
    plain = found[1] if found else ""
    if f"{prefix}{plain}" not in security.NPX_PACKAGES:
        refuse(
            f"npx {show(name)!r} could fetch and run a package nobody here knows",
            "Install it first and use npx --no-install NAME, or have it added to NPX_PACKAGES in security.py.",
        )


def _check_specs(program: str, specs: list[str], pattern: re.Pattern[str]) -> None:
    for spec in specs:
        if spec.startswith(MANY):
            refuse(f"{program} gets packages that are not known before it runs", "Write their names out.")
        if not pattern.match(spec.replace(UNKNOWN, "0")):
            refuse(f"{program} install {show(spec)!r} does not come from the package registry", _REGISTRY_HINT)


def judge_pip(call: Call) -> None:
    """pip: packages from the configured index and from the workspace."""
    _check_pip(call, call.args)


def _check_pip(call: Call, args: tuple[str, ...]) -> None:
    parsed = take_apart("pip", args, _PIP)
    refuse_options("pip", parsed, _PIP_REFUSED, besides=("--pre",))
    command = parsed.operands[0] if parsed.operands else ""
    if command == "config" and parsed.operands[1:2] in (["list"], ["get"]):
        return
    if command and command not in _PIP_COMMANDS:
        refuse(f"pip {show(command)} is not permitted", "pip install, uninstall, list, show, freeze and check are.")
    for path in parsed.values("-t", "--target", "--log", "--src", "--cache-dir", "--report", "-w", "--wheel-dir"):
        check_write(path, call.place)
    files = parsed.values("-r", "--requirement", "-c", "--constraint", "-e", "--editable")
    for spec in files:
        if "://" in spec or re.match(r"\w+\+", spec):
            refuse(f"pip {show(spec)!r} does not come from the package index", "Use a file of the workspace.")
    if command in ("install", "wheel"):
        _check_specs("pip", parsed.operands[1:], _PIP_SPEC)


def judge_python(call: Call) -> None:
    """python: programs are the sandbox's business; -m of a tool that has rules follows them."""
    begun = 0
    while begun < len(call.args) and re.match(r"-[bBdEhiIOPqsSuvVx?]+\Z|-[WX]", call.args[begun]):
        begun += 2 if call.args[begun] in ("-W", "-X") else 1
    rest = call.args[begun:]
    found = re.match(r"-[bBdEhiIOPqsSuvVx]*m(.*)\Z", rest[0], re.DOTALL) if rest else None
    if found is None:
        if rest == (MANY,):
            refuse("python gets words that are not known before it runs", "Name the script first.")
        return
    attached = found[1]
    module = attached or "".join(rest[1:2])
    args = rest[1:] if attached else rest[2:]
    if not is_known(module):
        refuse("the module python would run is not known before it runs", "Write its name out.")
    rule = _MODULES.get(module)
    if rule is not None:
        rule(Call(module, args, call.judge, call.scope, call.stdin))


def judge_pytest(call: Call) -> None:
    """pytest: --pastebin uploads, --basetemp empties a directory."""
    grammar = Grammar(values="kmpcornW", long_values=long_names("basetemp pastebin rootdir"), open=True)
    parsed = take_apart("pytest", call.args, grammar)
    refuse_options("pytest", parsed, ("--pastebin",))
    for path in parsed.values("--basetemp"):
        check_write(path, call.place)


def judge_mypy(call: Call) -> None:
    """mypy --python-executable runs a program."""
    parsed = take_apart(
        "mypy", call.args, Grammar(values="mpc", long_values=long_names("python-executable"), open=True)
    )
    for path in parsed.values("--python-executable"):
        call.judge.program((path,), call.scope)


def judge_make(call: Call) -> None:
    """make: the project's targets."""
    grammar = Grammar(
        values="fCIoWE", optional="jlO", open=True,
        long_values=long_names("file makefile directory eval include-dir old-file new-file what-if"),
    )  # fmt: skip
    parsed = take_apart("make", call.args, grammar)
    refuse_options("make", parsed, ("-E", "--eval"))
    refuse_hidden("make", parsed)
    for path in (*parsed.values("-C", "--directory"), *parsed.values("-f", "--file", "--makefile")):
        check_directory(path, call.place)
        if path in ("-", "/dev/stdin") or path.startswith("/dev/"):
            refuse_option("make", f"-f {path}")
    for word in parsed.operands:
        name, equals, value = word.partition("=")
        if equals and (
            not re.match(r"\w+[:?+]?\Z", name) or name in ("SHELL", "MAKEFLAGS") or not _is_plain_value(value)
        ):
            refuse(f"make {show(word)} is not permitted", "Give variables plain values.")


def _is_plain_value(value: str) -> bool:
    first = value.split(maxsplit=1)[0].rsplit("/", 1)[-1] if value.split() else ""
    return bool(_PLAIN_VALUE.match(value.replace(UNKNOWN, ""))) and first not in security.BLOCKED_COMMANDS | {
        "rm",
        "sh",
        "bash",
    }


_MODULES: dict[str, Rule] = {"pip": judge_pip, "pytest": judge_pytest, "mypy": judge_mypy}

RULES: dict[str, Rule] = {
    "npm": judge_npm,
    "npx": judge_npx,
    "pip": judge_pip,
    "python3": judge_python,
    "pytest": judge_pytest,
    "mypy": judge_mypy,
    "make": judge_make,
}
