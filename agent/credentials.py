"""What the CLI is allowed to know: the provider's variables from the environment or `.env`, and nothing else secret."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from api.errors import Unavailable
from harness import processes

# Handed to agents as they are: Anthropic itself, or a compatible service such as GLM.
PROVIDER_VARIABLES = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "API_TIMEOUT_MS",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "CLAUDE_CODE_OAUTH_TOKEN",
)
# How patient the CLI is with a provider; handed on as it is, whoever pays.
_PATIENCE_VARIABLES = ("CLAUDE_CODE_MAX_RETRIES",)

_SECRET_PROVIDER_VARIABLES = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN")

# Set for every CLI: no background traffic, nothing remembered between sessions, and no sleeping shells.
_QUIET = {
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
    "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS": "1",
    "CLAUDE_AGENT_SDK_CLIENT_APP": "autocoder",
    "BASH_DEFAULT_TIMEOUT_MS": "300000",
    "BASH_MAX_TIMEOUT_MS": "600000",
}

REMEDIES = (
    "No Claude login and no key were found. Either run `claude login` (a Claude subscription), "
    "or put ANTHROPIC_API_KEY=… into .env (pay per use); to try it without an account, use --demo."
)


@dataclass(frozen=True)
class Credentials:
    """What pays for the model. `subscription`: dollars are an estimate. `provider`: the variables for the CLI."""

    provider: Mapping[str, str]
    subscription: bool

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that must never be stored or shown."""
        return tuple(self.provider[name] for name in _SECRET_PROVIDER_VARIABLES if self.provider.get(name))


def settings_environment(environ: Mapping[str, str], install_folder: Path) -> dict[str, str]:
    """`environ` over what `.env` of the install folder says: what a person exports wins over the file."""
    from_file = {key: value for key, value in dotenv_values(install_folder / ".env").items() if value is not None}
    return {**from_file, **environ}


def find_credentials(environ: Mapping[str, str]) -> Credentials:
    """What pays for the model; Unavailable with every remedy when nothing does: no run starts that must fail."""
    provider = {name: environ[name] for name in PROVIDER_VARIABLES if environ.get(name)}
    if any(name in provider for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")):
        return Credentials(provider, subscription=False)
    if "CLAUDE_CODE_OAUTH_TOKEN" in provider or has_login(environ):
        return Credentials(provider, subscription=True)
    raise Unavailable(REMEDIES)


def has_login(environ: Mapping[str, str]) -> bool:
    """Whether `claude login` was done: the CLI's credentials file, on macOS its entry in the keychain."""
    folder = Path(environ["CLAUDE_CONFIG_DIR"]) if environ.get("CLAUDE_CONFIG_DIR") else _home(environ) / ".claude"
    if (folder / ".credentials.json").is_file():
        return True
    if platform.system() != "Darwin":
        return False
    return processes.run(["security", "find-generic-password", "-s", "Claude Code-credentials"], timeout=10).ok


def cli_environment(credentials: Credentials, environ: Mapping[str, str], run_folder: Path) -> dict[str, str]:
    """The variables to lay over ours for the CLI: the provider's, a private temporary folder, every other secret "".

    A key needs nothing of the user's own configuration, so the CLI then gets a configuration folder of its own.
    """
    hidden = {name: "" for name in environ if _is_foreign(name) and name not in credentials.provider}
    private = {"CLAUDE_CODE_TMPDIR": str(run_folder / "tmp")}
    if not credentials.subscription:
        private["CLAUDE_CONFIG_DIR"] = str(run_folder / "config")
    patience = {name: environ[name] for name in _PATIENCE_VARIABLES if name in environ}
    return {**hidden, **_QUIET, **private, **patience, **credentials.provider}


def _is_foreign(name: str) -> bool:
    # IS_SANDBOX would lift the CLI's own precautions for root; a shell's ANTHROPIC_* and CLAUDE* are not ours to pass.
    if name == "IS_SANDBOX" or name.startswith(("ANTHROPIC_", "CLAUDE")):
        return True
    return name not in processes.clean_environment(base={name: "x"})


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ["HOME"]) if environ.get("HOME") else Path.home()
