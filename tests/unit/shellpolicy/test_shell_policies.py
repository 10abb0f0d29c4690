"""Profiles, rule files and the blocklist."""

from __future__ import annotations

import dataclasses

import pytest

import security
from shellpolicy import Allow, Deny, Policy, PolicyError, RuleFile, build_policy, decide, parse_rule_file


def refused(command: str, policy: Policy) -> Deny:
    decision = decide(command, policy)
    assert isinstance(decision, Deny)
    return decision


@pytest.mark.parametrize("profile", security.PROFILES)
def test_every_listed_command_is_known_by_its_name(profile: str) -> None:
    policy = build_policy(profile)
    assert policy.allowed == (security.ALLOWED_COMMANDS | security.PROFILES[profile]) - security.BLOCKED_COMMANDS


def test_no_list_allows_what_is_blocked() -> None:
    listed = security.ALLOWED_COMMANDS.union(*security.PROFILES.values())
    assert sorted(listed & security.BLOCKED_COMMANDS) == []


def test_a_refusal_tells_how_to_permit_the_command() -> None:
    hint = refused("terraform apply", build_policy()).hint
    assert "ALLOWED_COMMANDS in security.py" in hint
    assert "allow: in .autocoder/policy.yaml" in hint


def test_a_command_added_to_the_table_is_permitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "ALLOWED_COMMANDS", security.ALLOWED_COMMANDS | {"terraform"})
    assert decide("terraform apply", build_policy()) == Allow()


def test_a_file_permits_a_command() -> None:
    policy = build_policy(rule_files=[parse_rule_file("allow: [terraform]", "policy.yaml")])
    assert decide("terraform apply", policy) == Allow()
    assert decide("terraform apply; ls", policy) == Allow()


@pytest.mark.parametrize("files", [("allow: [make]", "block: [make]"), ("block: [make]", "allow: [make]")])
def test_a_block_wins_over_an_allow_wherever_it_stands(files: tuple[str, str]) -> None:
    policy = build_policy(rule_files=[parse_rule_file(text, "x") for text in files])
    assert "blocked by the policy" in refused("make", policy).reason


def test_a_block_holds_for_every_spelling() -> None:
    policy = build_policy(rule_files=[RuleFile(block=frozenset({"python3"}))])
    for command in ("python3 x", "python3.11 x", "/usr/bin/python3 x", "env python3 x", ".venv/bin/python3 x"):
        assert "blocked by the policy" in refused(command, policy).reason


def test_nothing_overrides_the_blocklist() -> None:
    with pytest.raises(PolicyError, match="allows 'sudo', which is on the blocklist"):
        parse_rule_file("allow: [sudo]", "policy.yaml")
    policy = build_policy(rule_files=[RuleFile(allow=frozenset({"sudo"}))])
    assert "no list or file can permit it" in refused("sudo ls", policy).reason


def test_an_unknown_profile_is_an_error() -> None:
    with pytest.raises(PolicyError, match="use one of base, web_app, backend_api"):
        build_policy("mobile")


@pytest.mark.parametrize("text", ["", "# nothing", "allow:", "allow: []\nblock: []", "{}", "---\n"])
def test_a_file_may_say_nothing(text: str) -> None:
    assert parse_rule_file(text, "policy.yaml") == RuleFile()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("allow: [", "not valid YAML (line 1)"),
        ("allow: !!python/object:os.system [x]", "not valid YAML"),
        ("- make", "should be a mapping"),
        ("make", "not a text"),
        ("3", "not a number"),
        ("allowed: [make]", "unknown key 'allowed'"),
        ("1: [make]", "unknown key 1"),
        ("allow: make", "should be a list of command names, not a text"),
        ("allow: {make: true}", "not a mapping"),
        ("block: [1]", "holds 1"),
        ("block: [null]", "holds None"),
        ("allow: ['docker compose']", "one command name"),
        ("allow: ['../x']", "one command name"),
        ("allow: ['*']", "one command name"),
        ("allow: ['']", "one command name"),
        ('allow: ["make\\n"]', "one command name"),
        ("[" * 400, "policy.yaml"),
        ("a: &a [*a]", "unknown key"),
        ("\x00", "not valid YAML"),
    ],
)
def test_a_wrong_file_is_one_clear_error(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_rule_file(text, "policy.yaml")
    assert message in str(caught.value)
    assert "policy.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        build_policy().allowed = frozenset()  # type: ignore[misc]  # that is the point


def test_the_place_decides_what_is_inside() -> None:
    inside = build_policy(workspace="/home/me/.autocoder/workspaces/shop/agent-1")
    elsewhere = build_policy(workspace="/srv/other")
    nowhere = build_policy()
    path = "/home/me/.autocoder/workspaces/shop/agent-1/src"
    for command in (
        f"cd {path} && ls",
        f"echo x > {path}/a",
        f"rm -rf {path}/build",
        f"bash {path}/x.sh",
        f"{path}/x.sh",
    ):
        assert decide(command, inside) == Allow()
        assert isinstance(decide(command, elsewhere), Deny)
        assert isinstance(decide(command, nowhere), Deny)


def test_going_up_is_possible_as_far_as_the_workspace_goes() -> None:
    below = build_policy(workspace="/srv/app", cwd="/srv/app/a/b")
    assert decide("cd .. && echo x > ../y", below) == Allow()
    assert isinstance(decide("cd ../../..", below), Deny)
    assert isinstance(decide("cd .. && cd ../..", below), Deny)
    assert decide("(cd ..); cd ../..", below) == Allow()
    assert decide("cd .. | cd .. & cd ../..", below) == Allow()
    assert decide("cd .. && ls", build_policy()) == Allow()


def test_git_may_not_be_reached_by_an_absolute_path() -> None:
    policy = build_policy(workspace="/srv/app")
    assert "belongs to git" in refused("echo x > /srv/app/.git/config", policy).reason
    assert "too much" in refused("rm -rf /srv/app", policy).reason
