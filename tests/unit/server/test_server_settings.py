"""What the environment tells the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import InvalidInput
from server.settings import Settings, complaint_about_binding, read_settings, warnings_about

HOME = Path("/home/ada/.autocoder")


def read(**environ: str) -> Settings:
    return read_settings(environ, HOME)


def test_defaults_are_this_machine_alone() -> None:
    settings = read()
    assert (settings.host, settings.port, settings.is_local, settings.sign_in) == ("127.0.0.1", 5173, True, None)
    assert warnings_about(settings) == []


def test_allow_remote_listens_everywhere() -> None:
    assert read(AUTOCODER_ALLOW_REMOTE="1").host == "0.0.0.0"
    assert read(AUTOCODER_ALLOW_REMOTE="1", HOST="10.0.0.2").host == "10.0.0.2"


def test_sign_in_needs_both_variables() -> None:
    assert read(BASIC_AUTH_USERNAME="ada", BASIC_AUTH_PASSWORD="secret").sign_in == ("ada", "secret")
    assert read(BASIC_AUTH_USERNAME="ada").sign_in is None
    assert "BASIC_AUTH_PASSWORD is not set" in warnings_about(read(BASIC_AUTH_USERNAME="ada"))[0]
    assert "BASIC_AUTH_USERNAME is not set" in warnings_about(read(BASIC_AUTH_PASSWORD="x"))[0]


def test_remote_without_sign_in_is_warned_about() -> None:
    assert "get 403" in warnings_about(read(AUTOCODER_ALLOW_REMOTE="yes"))[0]


def test_remote_with_sign_in_is_told_to_use_https() -> None:
    given = read(AUTOCODER_ALLOW_REMOTE="1", BASIC_AUTH_USERNAME="ada", BASIC_AUTH_PASSWORD="secret")
    assert "HTTPS" in warnings_about(given)[0]


def test_other_hosts_are_refused_without_the_opt_in() -> None:
    assert "AUTOCODER_ALLOW_REMOTE=1" in str(complaint_about_binding(read(HOST="0.0.0.0")))
    assert complaint_about_binding(read(AUTOCODER_ALLOW_REMOTE="1")) is None
    assert complaint_about_binding(read()) is None


def test_allowed_hosts_are_a_list() -> None:
    assert read(AUTOCODER_ALLOWED_HOSTS=" Board.example.org, b:8080 ,").allowed_hosts == {"board.example.org", "b:8080"}


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "70000"), ("PORT", "web"), ("LOG_LEVEL", "LOUD"), ("AUTOCODER_ALLOW_REMOTE", "maybe")]
)
def test_a_value_that_cannot_be_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput) as failure:
        read(**{name: value})
    assert failure.value.field == name


def test_log_level_in_any_case() -> None:
    assert read(LOG_LEVEL="debug").log_level == "DEBUG"
    assert read(PORT="8080").port == 8080


def test_agents_get_the_providers_variables_but_not_the_sign_in() -> None:
    given = read(ANTHROPIC_BASE_URL="https://glm.example", API_TIMEOUT_MS="3000000", BASIC_AUTH_PASSWORD="secret")
    assert given.agent_environment["ANTHROPIC_BASE_URL"] == "https://glm.example"
    assert given.agent_environment["AUTOCODER_HOME"] == str(HOME)
    assert "BASIC_AUTH_PASSWORD" not in given.agent_environment


def test_secrets_do_not_show() -> None:
    shown = repr(read(BASIC_AUTH_USERNAME="ada", BASIC_AUTH_PASSWORD="hunter22", ANTHROPIC_API_KEY="sk-ant-1"))
    assert "hunter22" not in shown
    assert "sk-ant-1" not in shown
