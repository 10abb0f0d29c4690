"""Making a project folder ready: it becomes a repository with a first commit, an integration branch and our exclude
list.

The user's files, index, branches and hooks stay as they are; where that is impossible, one sentence says what to do.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import Conflict, InvalidInput, NotFound
from harness.workspaces import git, integration, owned, ownfiles, usersgit
from harness.workspaces.layout import FOLLOWS_REF, INTEGRATION, INTEGRATION_REF, Layout, checked_name, nothing

# Never part of a first commit that we make: agents read what is committed, and none of this is source.
_NOT_SOURCE: Final = (
    ".env",
    ".env.*",
    "!.env.example",
    "!.env.sample",
    "!.env.template",
    "*.pem",
    "*.key",
    "id_rsa*",
    "id_ed25519*",
    "node_modules/",
    ".venv/",
    "venv/",
    "__pycache__/",
    ".DS_Store",
)


@dataclass(frozen=True)
class Prepared:
    """What `prepare` found: `created` a repository was made, `follows` the user's branch that follows, `notes` for a
    person.
    """

    created: bool
    follows: str | None
    notes: tuple[str, ...] = ()


def prepare(folder: Path, home: Path, name: str, on_step: Callable[[str], None] = nothing) -> Prepared:
    """Make `folder` ready for agents; safe to repeat, and to repeat after a kill."""
    git.require_version()
    checked_name(name, "name")
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}: create it or choose another.")
    created = not _is_repository(folder)
    if created:
        git.git(["init", "--quiet", "--template=", "-b", "main"], cwd=folder)
        on_step("initialised")
    layout = discover(folder, home, name, on_step)
    _exclude_own_files(layout)
    if integration.resolve(layout, "HEAD") is None:
        _commit_first(layout)
    _ensure_integration(layout)
    return Prepared(created, integration.follows(layout), tuple(_notes(layout)))


def discover(folder: Path, home: Path, name: str, on_step: Callable[[str], None] = nothing) -> Layout:
    """The layout of the project in `folder`; Conflict when it is no repository yet."""
    asked = ["rev-parse", "--absolute-git-dir", "--path-format=absolute", "--git-common-dir"]
    done = git.attempt([*asked, "--git-path", "objects", "--show-object-format"], cwd=folder)
    if not done.ok:
        raise Conflict(f"{folder} is no git repository yet: open the project first.")
    git_dir, common_dir, objects, object_format = git.lines(done.stdout.removesuffix("\n"))
    lent = integration_alternates(folder)
    roots = (Path(objects), *lent)
    if any("\n" in str(root) or str(root).startswith('"') for root in roots):
        raise InvalidInput(f"The path of {folder} has a line break or a quote in it: rename the folder.")
    return Layout(folder, Path(git_dir), Path(common_dir), roots, object_format, home, name, on_step)


def integration_alternates(folder: Path) -> list[Path]:
    """The object folders the repository of `folder` itself borrows from."""
    text = git.git(["count-objects", "-v"], cwd=folder)
    marked = (line.removeprefix("alternate: ") for line in git.lines(text) if line.startswith("alternate: "))
    return [Path(git.unquote(path)) for path in marked]


def _is_repository(folder: Path) -> bool:
    """Whether `folder` is the top of a repository; Conflict or InvalidInput where it must not become one."""
    done = git.attempt(["rev-parse", "--is-bare-repository", "--is-inside-git-dir"], cwd=folder)
    if not done.ok:
        if "not a git repository" in done.stderr:
            return False
        raise Conflict(f"Git cannot read the repository in {folder}: {git.gist(done.stderr)}.")
    if "true" in done.stdout:
        raise InvalidInput(f"{folder} is the inside of a git repository: choose the folder with its files.")
    top = Path(git.git(["rev-parse", "--show-toplevel"], cwd=folder))
    if top.resolve() == folder.resolve():
        return True
    if git.git(["ls-files", "--", "."], cwd=folder):
        raise Conflict(f"{folder} is part of the repository {top}: choose that folder as the project instead.")
    return False


def uncommitted(layout: Layout) -> tuple[str, ...]:
    """The files in the user's folder that differ from their last commit, untracked ones included, sorted."""
    ignored = usersgit.ignore_file(layout.folder)
    rules = usersgit.checkout_rules(layout.folder)
    settings = {
        **rules.line_endings,
        **rules.filters_off,
        **({"core.excludesFile": str(ignored)} if ignored else {}),
    }
    text = git.git(
        ["status", "--porcelain=v1", "--no-renames", "--untracked-files=normal", "--ignore-submodules=all"],
        cwd=layout.folder,
        env={"GIT_OPTIONAL_LOCKS": "0"},
        settings=settings,
    )
    return tuple(sorted(git.unquote(line[3:]) for line in git.lines(text)))


def _exclude_own_files(layout: Layout) -> None:
    path = layout.common_dir / "info/exclude"
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
    after = ownfiles.with_block(before)
    if after != before:
        target = path.resolve()
        temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        temporary.write_text(after, "utf-8", "surrogateescape")
        temporary.replace(target)


def _commit_first(layout: Layout) -> None:
    """Make the first commit of everything in the folder, on the branch that is not born yet."""
    signed = usersgit.identity(layout.folder)
    with owned.folder(layout.harness / "new") as scratch:
        index, tree = _draft(layout, scratch)
        _refuse_staged(layout, tree)
        message = "First commit: the project as AutoCoder found it"
        commit = git.git(["commit-tree", tree, "-m", message], cwd=layout.folder, env=signed)
        layout.on_step("first commit made")
        beside = (
            layout.git_dir / "autocoder-index"
        )  # the home may be on another file system, where nothing can be renamed
        shutil.copyfile(index, beside)
    beside.replace(layout.git_dir / "index")
    layout.on_step("index placed")
    git.git(["update-ref", "HEAD", commit, ""], cwd=layout.folder, env=signed)


def _draft(layout: Layout, scratch: Path) -> tuple[Path, str]:
    """An index file with everything in the folder that belongs into a first commit, and its tree."""
    ignored = scratch / "ignored"
    own_list = usersgit.ignore_file(layout.folder)
    theirs = own_list.read_text("utf-8", "replace") if own_list else ""
    ignored.write_text("\n".join([theirs, *_NOT_SOURCE, ""]))
    rules = usersgit.checkout_rules(layout.folder)
    settings = {"core.excludesFile": str(ignored), **rules.line_endings, **rules.filters_off}
    env = {"GIT_INDEX_FILE": str(scratch / "index")}
    git.git(["read-tree", "--empty"], cwd=layout.folder, env=env)
    git.git(["add", "--all", "."], cwd=layout.folder, env=env, settings=settings, timeout=600)
    return scratch / "index", git.git(["write-tree"], cwd=layout.folder, env=env)


def _refuse_staged(layout: Layout, tree: str) -> None:
    """Conflict when the user has staged something else than all their files: that commit is theirs to make."""
    staged = git.git(["write-tree"], cwd=layout.folder)
    empty = git.git(["mktree"], cwd=layout.folder, stdin=b"")
    if staged not in {empty, tree}:
        raise Conflict(f"{layout.folder} has staged files but no commit yet: make the first commit yourself.")


def _ensure_integration(layout: Layout) -> None:
    head = git.git(["rev-parse", "HEAD"], cwd=layout.folder)
    branch = integration.target(layout, "HEAD")
    followed = integration.resolve(layout, FOLLOWS_REF)
    if followed is None and branch and branch != INTEGRATION_REF:
        git.git(["symbolic-ref", FOLLOWS_REF, branch], cwd=layout.folder)
    if integration.resolve(layout, INTEGRATION_REF) is None:
        if integration.resolve(layout, "refs/heads/autocoder") is not None:
            raise Conflict(f"A branch named 'autocoder' is in the way of {INTEGRATION}: rename it.")
        layout.on_step("branching")
        git.git(
            ["update-ref", "--create-reflog", INTEGRATION_REF, head],
            cwd=layout.folder,
            env=usersgit.identity(layout.folder),
        )


def _notes(layout: Layout) -> list[str]:
    notes = []
    tip = integration.tip(layout)
    listed = integration.run(layout, "ls-tree", "-r", tip)
    inner = [git.unquote(line.partition("\t")[2]) for line in git.lines(listed) if line.startswith("160000 ")]
    if inner:
        notes.append(f"Agents do not see the submodules {', '.join(inner[:5])}: their folders are empty in a clone.")
    if git.attempt(["config", "--get-regexp", r"^remote\..*\.promisor$"], cwd=layout.folder).ok:
        notes.append("The repository is a partial clone: fetch everything with `git fetch --refetch --no-filter`.")
    if integration.follows(layout) is None:
        notes.append("The folder is on no branch: the agents' work stays on autocoder/integration until you merge it.")
    return notes
