"""Which policy holds for a project: security.py, the organisation's file and the project's own, merged.

`<home>/config.yaml` speaks for the organisation and `<project>/.autocoder/policy.yaml` for the project; both may be
missing. Each may hold two lists of command names, `allow:` and `block:`; what either blocks is blocked, whoever allows
it.
"""

from __future__ import annotations

from pathlib import Path

from api.errors import InvalidInput
from shellpolicy import Policy, PolicyError, RuleFile, build_policy, parse_rule_file

_FILE_LIMIT = 100_000  # bytes: a policy is a page, and anything longer is some other file


def load_policy(
    home: Path,
    project: Path | None = None,
    *,
    profile: str = "base",
    workspace: Path | None = None,
    cwd: Path | None = None,
) -> Policy:
    """The policy for commands of a project of kind `profile`, working in `workspace` (and now in `cwd`).

    `home` is the AutoCoder home, `project` the project's folder.

    Raises InvalidInput for an unknown profile and for a policy file that cannot be used; `field` is the file at fault.
    """
    paths = [home / "config.yaml"]
    if project is not None:
        paths.append(project / ".autocoder" / "policy.yaml")
    rule_files = [_read_rules(path) for path in paths]
    try:
        return build_policy(profile, rule_files, workspace=_posix(workspace), cwd=_posix(cwd))
    except PolicyError as error:
        raise InvalidInput(str(error), field="profile") from error


def _read_rules(path: Path) -> RuleFile:
    try:
        with path.open("rb") as file:
            data = file.read(_FILE_LIMIT + 1)
    except FileNotFoundError:
        return RuleFile()
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read ({error.strerror}): make it a readable file", field=str(path)
        ) from error
    if len(data) > _FILE_LIMIT:
        raise InvalidInput(
            f"{path} is longer than {_FILE_LIMIT} bytes: a policy file holds two short lists", field=str(path)
        )
    try:
        return parse_rule_file(data.decode(), str(path))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text: save it as UTF-8", field=str(path)) from error
    except PolicyError as error:
        raise InvalidInput(str(error), field=str(path)) from error


def _posix(path: Path | None) -> str | None:
    return None if path is None else path.as_posix()
