"""Places without walls: commands run as the owner, with everything the owner can reach. Only by explicit choice."""

from __future__ import annotations

import os
from collections.abc import Mapping

from harness.sandboxes.base import Availability, PlaceSpec
from harness.sandboxes.local_place import LocalPlace, open_place
from harness.sandboxes.runner_process import Handles, Walls, base_python, refuse_folder

BANNER = (
    "No sandbox: commands run with all the rights of your account, on your files and your network. "
    "Only the shell policy stands between them and the machine."
)
PASSED_ON = ("PATH", "LANG", "TERM", "SHELL", "USER", "LOGNAME", "PYENV_ROOT", "NVM_DIR", "RUSTUP_HOME", "VOLTA_HOME")


class Process:
    """See base.Provider."""

    name = "process"
    isolated = False
    detached = False

    def __init__(self, *, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def availability(self) -> Availability:
        """See base.Provider."""
        if os.name == "posix":
            return Availability(True)
        return Availability(False, "this system has no POSIX processes", "run AutoCoder inside WSL2", "unsupported")

    async def open(self, spec: PlaceSpec) -> LocalPlace:
        """See base.Provider. `egress` is not held: there is nothing to hold it with."""
        refuse_folder(spec, self.name)
        home, scratch = spec.run_dir / "home", spec.run_dir / "tmp"

        def command(handles: Handles) -> list[str]:
            home.mkdir()
            scratch.mkdir()
            return [str(base_python()), "-I", "-S", str(handles.archive), str(handles.listener)]

        passed_on = {name: self._environ[name] for name in PASSED_ON if name in self._environ}
        private = {"HOME": str(home), "TMPDIR": str(scratch)}
        return await open_place(spec, Walls(command, {**passed_on, **private}, scratch=str(scratch), banner=BANNER))
