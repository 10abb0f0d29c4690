"""Nothing an agent did is lost: what would disappear becomes a commit under refs/autocoder/rescue/<agent>/ in the
project.
"""

from __future__ import annotations

from typing import Final

from api.errors import AppError
from harness.workspaces import git, integration, transfer
from harness.workspaces.bench import Bench
from harness.workspaces.layout import RESCUE_REFS, Layout

KEPT: Final = 20  # rescued commits per agent; the oldest go first


def keep(layout: Layout, bench: Bench, commit: str, *, agent: str, label: str) -> str | None:
    """Copy `commit` of `bench` into the project as refs/autocoder/rescue/<agent>/<label>-<n>; the ref's name.

    Where the agent's own commits cannot be read or are malformed, the files alone are kept, on top of the integration
    branch. None when not even that is possible.
    """
    existing = _refs(layout, agent)
    if (same := _same(layout, bench, commit, existing)) is not None:
        return same
    tip = integration.tip(layout)
    number = 1 + max((_number(ref, label) for ref in existing), default=0)
    ref = f"{RESCUE_REFS}/{agent}/{label}-{number}"
    for candidate in (commit, None):
        try:
            rescued = candidate or _files_alone(layout, bench, commit)
            transfer.copy(bench.path, layout.git_dir, rescued, (tip,))
            git.git(["update-ref", ref, rescued], cwd=layout.folder)
        except AppError:
            continue
        for old in existing[: max(0, len(existing) + 1 - KEPT)]:
            git.attempt(["update-ref", "-d", old], cwd=layout.folder)
        return ref
    return None


def known(layout: Layout) -> dict[str, str]:
    """Every rescue ref of the project with its commit."""
    text = integration.run(layout, "for-each-ref", "--format=%(refname) %(objectname)", RESCUE_REFS)
    pairs = [line.split(" ", 1) for line in git.lines(text.strip())]
    return {line[0]: line[1] for line in pairs}


def _files_alone(layout: Layout, bench: Bench, commit: str) -> str:
    message = f"Files of {commit[:12]}, whose history could not be read"
    return bench.commit(bench.tree_of(commit), (integration.tip(layout),), message)


def _same(layout: Layout, bench: Bench, commit: str, refs: list[str]) -> str | None:
    """The ref among `refs` that keeps the same files on top of the same commits already."""
    made = bench.attempt("show", "--no-patch", "--format=%T %P", commit).stdout.strip()
    for ref in refs:
        if made and integration.run(layout, "show", "--no-patch", "--format=%T %P", ref).strip() == made:
            return ref
    return None


def _refs(layout: Layout, agent: str) -> list[str]:
    """The rescue refs of `agent`, oldest first."""
    return git.lines(
        integration.run(
            layout, "for-each-ref", "--sort=committerdate", "--format=%(refname)", f"{RESCUE_REFS}/{agent}"
        ).strip()
    )


def _number(ref: str, label: str) -> int:
    head, _, number = ref.rpartition("-")
    return int(number) if head.endswith(f"/{label}") and number.isdigit() else 0
