"""What the server is told: command-line flags over the environment over `.env` of the install folder."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.errors import InvalidInput

VERSION: Final = "0.1.0"
INSTALL_FOLDER: Final = Path(__file__).resolve().parent.parent
DEFAULT_PORT: Final = 5173
LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseModel):
    """One server. Nothing here changes while it runs."""

    model_config = ConfigDict(frozen=True)

    home: Path
    """The AutoCoder home: registry.db, runs/, workspaces/."""
    install_folder: Path = INSTALL_FOLDER
    host: str = "127.0.0.1"
    port: int = Field(default=DEFAULT_PORT, ge=0, le=65535)
    username: str | None = None
    """BASIC_AUTH_USERNAME; sign-in is asked for only when the password is set too."""
    password: SecretStr | None = None
    """BASIC_AUTH_PASSWORD."""
    allow_remote: bool = False
    """AUTOCODER_ALLOW_REMOTE: answer programs on other machines. They must sign in."""
    allowed_hosts: frozenset[str] = frozenset()
    """AUTOCODER_ALLOWED_HOSTS: names (`host` or `host:port`) a browser may reach this server by, behind a proxy."""
    log_level: LogLevel = "INFO"
    """LOG_LEVEL."""
    demo: bool = False
    """The home is the demo's own: only the sample can be started."""
    dev_port: int | None = None
    """The port of Vite with hot reload, whose pages may talk to this server."""
    instance: str = Field(default_factory=lambda: secrets.token_hex(8))
    """Names this server process; a second launcher recognises it by this."""
    agent_environment: Mapping[str, str] = Field(default_factory=dict, repr=False)
    """The environment agents are started with."""

    @property
    def ui_folder(self) -> Path:
        """Where the built web app is."""
        return self.install_folder / "ui" / "dist"

    @property
    def sign_in(self) -> tuple[str, str] | None:
        """User name and password, when both are set."""
        if not self.username or self.password is None or not self.password.get_secret_value():
            return None
        return self.username, self.password.get_secret_value()

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine can connect."""
        return self.host in {"127.0.0.1", "localhost", "::1"}


def read_settings(environ: Mapping[str, str], home: Path, install_folder: Path = INSTALL_FOLDER) -> Settings:
    """The settings in `environ` (with `.env` laid under it already). InvalidInput names the variable at fault."""
    return Settings(
        home=home,
        install_folder=install_folder,
        host=environ.get("HOST", "").strip()
        or ("0.0.0.0" if _flag(environ, "AUTOCODER_ALLOW_REMOTE") else "127.0.0.1"),  # noqa: S104 - asked for by name
        port=_port(environ.get("PORT", "").strip()),
        username=environ.get("BASIC_AUTH_USERNAME") or None,
        password=SecretStr(environ["BASIC_AUTH_PASSWORD"]) if environ.get("BASIC_AUTH_PASSWORD") else None,
        allow_remote=_flag(environ, "AUTOCODER_ALLOW_REMOTE"),
        allowed_hosts=frozenset(
            filter(None, map(str.strip, environ.get("AUTOCODER_ALLOWED_HOSTS", "").lower().split(",")))
        ),
        log_level=_log_level(environ.get("LOG_LEVEL", "").strip() or "INFO"),
        agent_environment=agent_environment(environ, home),
    )


def agent_environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """What agents inherit: everything but the server's own sign-in."""
    kept = {name: value for name, value in environ.items() if not name.startswith("BASIC_AUTH_")}
    return kept | {"AUTOCODER_HOME": str(home)}


def complaint_about_binding(settings: Settings) -> str | None:
    """Why the server must not listen on its host, as one sentence; None when it may."""
    if settings.is_local or settings.allow_remote:
        return None
    return (
        f"--host {settings.host} would let other machines in: set AUTOCODER_ALLOW_REMOTE=1 (with BASIC_AUTH_USERNAME "
        "and BASIC_AUTH_PASSWORD) to allow that, or leave --host out."
    )


def warnings_about(settings: Settings) -> list[str]:
    """What a person should know before the server starts."""
    found = []
    if (settings.username is None) != (settings.password is None):
        missing = "BASIC_AUTH_PASSWORD" if settings.password is None else "BASIC_AUTH_USERNAME"
        found.append(f"Sign-in is off: {missing} is not set, and both are needed.")
    if settings.allow_remote and settings.sign_in is None:
        found.append(
            "AUTOCODER_ALLOW_REMOTE=1 without sign-in: other machines get 403 until BASIC_AUTH_USERNAME and "
            "BASIC_AUTH_PASSWORD are set."
        )
    if settings.allow_remote and settings.sign_in is not None:
        found.append("Sign-in travels as plain text: put HTTPS in front of this server before it leaves your network.")
    return found


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in {"", "0", "false", "no", "off"}:
        return False
    if value in {"1", "true", "yes", "on"}:
        return True
    raise InvalidInput(f"{name} is {value!r}: write 1 for yes or 0 for no.", field=name)


def _port(text: str) -> int:
    if not text:
        return DEFAULT_PORT
    if not text.isdecimal() or int(text) > 65535:
        raise InvalidInput(f"PORT is {text!r}: write a number from 0 to 65535.", field="PORT")
    return int(text)


def _log_level(text: str) -> LogLevel:
    for level in get_args(LogLevel):
        if level == text.upper():
            return level  # type: ignore[no-any-return]  # get_args loses the literal
    known = ", ".join(get_args(LogLevel))
    raise InvalidInput(f"LOG_LEVEL is {text!r}: write one of {known}.", field="LOG_LEVEL")
