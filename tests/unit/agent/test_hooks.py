from pathlib import Path

import pytest

from agent.hooks import REPEATS_ENDED, REPEATS_REFUSED, Permit, Refusal, ToolGate
from shellpolicy import build_policy


class FencedPlace:
    """Stands in for a place: the gate only asks it how a command gets inside."""

    def client_command(self, command: str) -> str:
        return f"inside <{command}>"


@pytest.fixture
def gate(tmp_path: Path) -> ToolGate:
    return ToolGate(workspace=tmp_path, policy=build_policy("base", workspace=str(tmp_path)), place=FencedPlace())


async def test_an_allowed_command_is_rewritten_to_run_in_the_place(gate: ToolGate) -> None:
    verdict = await gate.judge("Bash", {"command": "ls -l", "description": "look", "timeout": 1000})
    assert verdict == Permit({"command": "inside <ls -l>", "description": "look", "timeout": 1000})


async def test_what_would_switch_the_sandbox_off_or_hide_a_command_is_dropped(gate: ToolGate) -> None:
    verdict = await gate.judge("Bash", {"command": "ls", "dangerouslyDisableSandbox": True, "run_in_background": True})
    assert verdict == Permit({"command": "inside <ls>"})


async def test_a_refused_command_says_why_and_what_to_do(gate: ToolGate) -> None:
    verdict = await gate.judge("Bash", {"command": "sudo reboot"})
    assert isinstance(verdict, Refusal)
    assert "sudo" in verdict.reason
    assert not verdict.ends_session


@pytest.mark.parametrize("given", [{}, {"command": ""}, {"command": "  \n"}, {"command": 3}, {"command": ["ls"]}])
async def test_bash_without_a_command_is_refused(gate: ToolGate, given: dict[str, object]) -> None:
    assert isinstance(await gate.judge("Bash", given), Refusal)


async def test_file_tools_are_confined(gate: ToolGate, tmp_path: Path) -> None:
    assert await gate.judge("Write", {"file_path": str(tmp_path / "a.txt"), "content": ""}) == Permit()
    assert isinstance(await gate.judge("Write", {"file_path": "/etc/a", "content": ""}), Refusal)


async def test_feature_tools_pass_and_unknown_tools_do_not(gate: ToolGate) -> None:
    assert await gate.judge("mcp__features__feature_get_stats", {}) == Permit()
    for tool in ("WebFetch", "Task", "mcp__other__x", "NotebookEdit", "bash"):
        assert isinstance(await gate.judge(tool, {}), Refusal)


async def test_the_same_call_again_and_again_is_refused_and_then_ends_the_session(gate: ToolGate) -> None:
    verdicts = [await gate.judge("Bash", {"command": "ls"}) for _ in range(REPEATS_ENDED)]
    assert all(isinstance(verdict, Permit) for verdict in verdicts[: REPEATS_REFUSED - 1])
    assert all(isinstance(verdict, Refusal) for verdict in verdicts[REPEATS_REFUSED - 1 :])
    assert isinstance(verdicts[-1], Refusal)
    assert verdicts[-1].ends_session


async def test_another_call_in_between_starts_the_count_anew(gate: ToolGate) -> None:
    for _ in range(REPEATS_ENDED):
        assert isinstance(await gate.judge("Bash", {"command": "ls"}), Permit)
        assert isinstance(await gate.judge("Bash", {"command": "pwd"}), Permit)
