"""Everything that touches the machine: processes, sandboxes, git, verification."""
