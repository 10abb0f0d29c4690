"""Run agents on a project from the command line: a thin front of the agent package."""

from agent.command import main

if __name__ == "__main__":
    raise SystemExit(main())
