"""The floor of bench_run: conversations on the bare SDK, one after the other, with feature tools that answer at once.

usage: python -m benchmarks.bare_sdk PROMPTS.json WORKSPACE MODEL_URL
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, SdkMcpTool, create_sdk_mcp_server, tool

CLI = str(Path(importlib.util.find_spec("claude_agent_sdk").origin or "").parent / "_bundled" / "claude")  # type: ignore[union-attr]  # it was just imported

NAMES = ["create_bulk", "get_by_id", "get_next", "set_check", "mark_passing", "get_stats"]


def _stub(name: str) -> SdkMcpTool[Any]:  # Any: the SDK's parameter for what a tool is given
    @tool(f"feature_{name}", name, {"type": "object"})
    async def answer(_given: object) -> dict[str, object]:
        return {"content": [{"type": "text", "text": '{"id": 1}'}]}

    return answer


async def converse_all(prompts: list[str], workspace: str, url: str) -> None:
    """Lead one session for each prompt."""
    for prompt in prompts:
        options = ClaudeAgentOptions(
            cwd=workspace,
            model="sonnet",
            system_prompt="You build an application.",
            tools=["Read", "Write", "Edit", "Glob", "Grep", "Bash"],
            allowed_tools=["Read", "Write", "Edit", "Glob", "Grep", "Bash", "mcp__features"],
            permission_mode="dontAsk",
            setting_sources=[],
            strict_mcp_config=True,
            mcp_servers={"features": create_sdk_mcp_server("features", tools=[_stub(name) for name in NAMES])},
            env={
                "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": "none", "DISABLE_TELEMETRY": "1",
                "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
            },
        )  # fmt: skip
        async with ClaudeSDKClient(options) as client:
            await client.query(prompt)
            async for _ in client.receive_response():
                pass


if __name__ == "__main__":
    asyncio.run(converse_all(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2], sys.argv[3]))
