from pathlib import Path

import pytest

from agent.credentials import Credentials, cli_environment, find_credentials, settings_environment
from api.errors import Unavailable


def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def test_without_key_or_login_every_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        find_credentials(home(tmp_path))
    for remedy in ("claude login", "ANTHROPIC_API_KEY", "--demo"):
        assert remedy in str(caught.value)


def test_a_key_pays_by_use(tmp_path: Path) -> None:
    credentials = find_credentials({**home(tmp_path), "ANTHROPIC_API_KEY": "sk-ant-1"})
    assert not credentials.subscription
    assert credentials.secrets == ("sk-ant-1",)


def test_a_compatible_service_is_handed_to_the_cli_with_all_its_variables(tmp_path: Path) -> None:
    glm = {
        "ANTHROPIC_BASE_URL": "https://api.example/anthropic",
        "ANTHROPIC_AUTH_TOKEN": "zhipu",
        "API_TIMEOUT_MS": "3000000",
        "ANTHROPIC_DEFAULT_SONNET_MODEL": "glm-4.7",
        "ANTHROPIC_DEFAULT_OPUS_MODEL": "glm-4.7",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL": "glm-4.5-air",
    }
    environ = {**home(tmp_path), **glm}
    laid_over = cli_environment(find_credentials(environ), environ, tmp_path / "run")
    assert glm.items() <= laid_over.items()


def test_a_login_is_found_in_the_cli_s_own_folder(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / ".credentials.json").write_text("{}")
    assert find_credentials(home(tmp_path)).subscription
    moved = {"HOME": "/nonexistent", "CLAUDE_CONFIG_DIR": str(tmp_path / ".claude")}
    assert find_credentials(moved).subscription


def test_other_secrets_of_the_shell_are_hidden_from_the_cli(tmp_path: Path) -> None:
    environ = {
        "GITHUB_TOKEN": "ghp", "AWS_SECRET_ACCESS_KEY": "x", "BASIC_AUTH_PASSWORD": "p", "IS_SANDBOX": "1",
        "CLAUDE_CODE_ENTRYPOINT": "cli", "PATH": "/bin", "LANG": "C",
    }  # fmt: skip
    laid_over = cli_environment(Credentials({"ANTHROPIC_API_KEY": "k"}, subscription=False), environ, tmp_path)
    for name in (
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "BASIC_AUTH_PASSWORD",
        "IS_SANDBOX",
        "CLAUDE_CODE_ENTRYPOINT",
    ):
        assert laid_over[name] == ""
    assert "PATH" not in laid_over


def test_only_a_key_gets_a_configuration_of_its_own(tmp_path: Path) -> None:
    by_key = cli_environment(Credentials({"ANTHROPIC_API_KEY": "k"}, subscription=False), {}, tmp_path)
    by_login = cli_environment(Credentials({}, subscription=True), {}, tmp_path)
    assert by_key["CLAUDE_CONFIG_DIR"] == str(tmp_path / "config")
    assert "CLAUDE_CONFIG_DIR" not in by_login


def test_what_is_exported_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=file\nLOG_LEVEL=debug\nEMPTY\n")
    merged = settings_environment({"ANTHROPIC_API_KEY": "shell"}, tmp_path)
    assert merged == {"ANTHROPIC_API_KEY": "shell", "LOG_LEVEL": "debug"}


def test_the_cli_may_be_told_how_patient_to_be(tmp_path: Path) -> None:
    laid_over = cli_environment(Credentials({}, subscription=True), {"CLAUDE_CODE_MAX_RETRIES": "0"}, tmp_path)
    assert laid_over["CLAUDE_CODE_MAX_RETRIES"] == "0"
