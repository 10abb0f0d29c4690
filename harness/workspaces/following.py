"""The user's branch follows the integration branch, by `git merge --ff-only` in their folder and only when git itself
has no objection.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from harness.workspaces import git, integration, locks, owned, usersgit
from harness.workspaces.layout import INTEGRATION, INTEGRATION_REF, Layout
from harness.workspaces.usersgit import CheckoutRules

LOCK_SECONDS: Final = 600.0
RACES: Final = 3  # times the user may commit while we follow
_RACED: Final = ("cannot lock ref 'HEAD'", "Not possible to fast-forward", "Diverging branches")


@dataclass(frozen=True)
class Followed:
    """Whether the user's folder moved; otherwise how many commits wait and why. `waiting` 0: it is up to date."""

    moved: bool
    waiting: int
    reason: str | None = None


def follow(layout: Layout) -> Followed:
    """Let the user's branch follow; their uncommitted work, hooks and other branches are never touched."""
    with locks.held(layout.harness / "follow.lock", LOCK_SECONDS):
        found = _follow(layout)
        for _ in range(RACES):
            if found.reason is None or not any(word in found.reason for word in _RACED):
                break
            found = _follow(layout)  # the user committed in between: their commit is merged first
    return found


def _follow(layout: Layout) -> Followed:
    conflicts = integration.absorb(layout)
    tip = integration.tip(layout)
    branch = integration.follows(layout)
    if branch is None:
        return _waiting(layout, "HEAD", tip, "for you: the folder was on no branch when the project was opened")
    ref = f"refs/heads/{branch}"
    user = integration.resolve(layout, ref)
    if user is None:
        return Followed(False, 0, f"The branch {branch} is gone: open the project again on a branch of yours.")
    if integration.is_ancestor(layout, tip, user):
        return Followed(False, 0)
    if conflicts:
        text = (
            f"for you: your commits on {branch} conflict with them in {_some(conflicts)}; run `git merge {INTEGRATION}`"
        )
        return _waiting(layout, ref, tip, text)
    current = integration.target(layout, "HEAD")
    if current == INTEGRATION_REF:
        return _waiting(layout, ref, tip, f"for {branch}: your folder has {INTEGRATION} itself checked out")
    if current != ref:
        where = current.removeprefix("refs/heads/") or "no branch"
        return _waiting(layout, ref, tip, f"for you to come back to {branch}: your folder is on {where}")
    rules = usersgit.checkout_rules(layout.folder)
    if (filtered := _filtered(layout, ref, tip, rules.filters)) is not None:
        return _waiting(layout, ref, tip, f"for you: {filtered}; run `git merge --ff-only {INTEGRATION}`")
    return _merge(layout, ref, tip, rules)


def _merge(layout: Layout, ref: str, tip: str, rules: CheckoutRules) -> Followed:
    layout.on_step("following")
    done = git.attempt(
        ["merge", "--ff-only", "--quiet", "--no-stat", tip],
        cwd=layout.folder,
        settings={**rules.line_endings, **rules.filters_off},
        timeout=600,
    )
    if done.ok:
        return Followed(True, 0)
    return _waiting(layout, ref, tip, _why(done.stderr))


def _why(text: str) -> str:
    """Git's refusal as the end of the sentence "3 commits waiting ...\""""
    files = re.findall(r"^\t(.+)$", text, re.MULTILINE)
    if "untracked working tree files" in text:
        return f"for you to move files of yours that have the same names: {_some(files)}"
    if "local changes" in text:
        return f"for your uncommitted changes: {_some(files)}"
    if "index.lock" in text:
        return "for another git command in your folder to finish"
    if "unmerged" in text or "MERGE_HEAD" in text:
        return "for you to finish the merge you have begun"
    return f"because git refuses: {git.gist(text)}"


def _filtered(layout: Layout, ref: str, tip: str, known: Collection[str]) -> str | None:
    """Which git filter of the user (such as lfs) the waiting changes need; None when none.

    We run no filters, so files that need one would be left in their raw form.
    """
    if not known:
        return None
    names = git.lines(integration.run(layout, "diff-tree", "-r", "--name-only", "--no-renames", ref, tip).strip())
    stdin = git.paths_for_stdin([git.unquote(name) for name in names])
    with owned.folder(layout.harness / "new") as scratch:
        env = {"GIT_INDEX_FILE": str(scratch / "index")}
        git.git(["read-tree", tip], cwd=layout.folder, env=env)
        found = git.git(["check-attr", "--cached", "-z", "--stdin", "filter"], cwd=layout.folder, env=env, stdin=stdin)
    fields = found.split("\0")
    for name, value in zip(fields[0::3], fields[2::3], strict=False):
        if value in known:
            return f"{name} needs the git filter '{value}', which only you should run"
    return None


def _waiting(layout: Layout, ref: str, tip: str, why: str) -> Followed:
    count = _count(layout, ref, tip)
    if not count:
        return Followed(False, 0)
    return Followed(False, count, f"{count} commit{'s' if count > 1 else ''} waiting {why}.")


def _count(layout: Layout, ref: str, tip: str) -> int:
    return int(integration.run(layout, "rev-list", "--count", f"{ref}..{tip}", "--").strip() or 0)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
