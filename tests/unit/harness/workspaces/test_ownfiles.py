"""AutoCoder's own files: what they are, and the block in an exclude file."""

from __future__ import annotations

import pytest

from harness.workspaces import ownfiles


@pytest.mark.parametrize(
    "name",
    [
        "features.db",
        "features.db-wal",
        "assistant.db-shm",
        "prompts/app_spec.txt",
        "prompts/app_spec.txt.bak-1",
        "prompts/coding_prompt.md",
        "claude-progress.txt",
        ".autocoder/policy.yaml",
    ],
)
def test_own_files_are_known(name: str) -> None:
    assert ownfiles.is_own(name)


@pytest.mark.parametrize(
    "name",
    ["init.sh", "prompts/greeting.txt", "src/features.db", "src/.autocoder/x", "my-features.db", "a.autocoder/b"],
)
def test_the_applications_files_are_not_ours(name: str) -> None:
    assert not ownfiles.is_own(name)


def test_the_block_is_added_once_and_other_lines_stay() -> None:
    once = ownfiles.with_block("*.log\n# mine\n")
    assert once.startswith("*.log\n# mine\n")
    assert ownfiles.with_block(once) == once
    assert once.count("/features.db*") == 1


def test_an_older_block_is_replaced() -> None:
    old = "a\n# >>> AutoCoder's own files\n/old\n# <<< AutoCoder's own files\nb\n"
    assert "/old" not in ownfiles.with_block(old)
    assert ownfiles.with_block(old).startswith("a\nb\n")
