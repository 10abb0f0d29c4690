"""Run agents on a project from the command line: a thin front of the agent package.

The package takes a second to load. Meanwhile pip and npm are asked where packages come from.
"""

import gc
import importlib
import os
import sys

from harness.registries import Inquiry

COMMAND = "agent.command"  # loaded by name: importing it is what the question does not wait for

if __name__ == "__main__":
    try:
        asked = Inquiry(os.environ)
        gc.disable()  # what is loaded stays: to look through it for garbage takes a sixth of the loading
        command = importlib.import_module(COMMAND)
        gc.freeze()
        gc.enable()
        raise SystemExit(command.main(inquiry=asked))
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before the run began.\n")
        raise SystemExit(130) from None
