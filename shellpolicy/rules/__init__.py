"""What each program may be told to do, beyond being on the list. A program without a rule takes any arguments."""

from __future__ import annotations

from shellpolicy.calls import Rule
from shellpolicy.rules import files, git, network, packages, processes, programs, services, shells, variables, wrappers

RULES: dict[str, Rule] = {
    **files.RULES,
    **git.RULES,
    **network.RULES,
    **packages.RULES,
    **processes.RULES,
    **programs.RULES,
    **services.RULES,
    **shells.RULES,
    **variables.RULES,
    **wrappers.RULES,
}
