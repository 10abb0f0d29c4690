"""What agents may run: the table a person edits. Pure data; restart AutoCoder after a change.

A command that is on no list is refused. To permit one everywhere, add its name to ALLOWED_COMMANDS; to permit it in one
project, add it to `allow:` in `<project>/.autocoder/policy.yaml`. BLOCKED_COMMANDS wins over every list and every file.
What the rules look at beyond the name (which git sub-command, which path of `rm`) is described in docs/shell-policy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALLOWED_COMMANDS: Final[frozenset[str]] = frozenset(
    {
        # the shell's own words
        "cd", "pwd", "echo", "printf", "test", "[", "true", "false", ":", "read", "mapfile", "readarray", "getopts",
        "export", "declare", "typeset", "local", "readonly", "set", "unset", "shift", "shopt", "let", "umask",
        "return", "exit", "break", "continue", "wait", "jobs", "disown", "pushd", "popd", "dirs", "type", "hash",
        "command", "builtin", "exec", "eval", "source", ".", "trap", "bash", "sh",
        # looking at files
        "ls", "cat", "head", "tail", "wc", "grep", "egrep", "fgrep", "rg", "find", "tree", "stat", "file", "du", "df",
        "diff", "cmp", "comm", "od", "xxd", "sha256sum", "sha1sum", "md5sum", "cksum", "realpath", "readlink",
        "basename", "dirname", "which", "jq",
        # text through a pipe
        "sed", "awk", "sort", "uniq", "cut", "tr", "nl", "tac", "rev", "paste", "column", "fold", "expand", "seq",
        "base64", "tee", "xargs", "expr", "yes",
        # changing files
        "mkdir", "rmdir", "touch", "cp", "mv", "rm", "ln", "chmod", "mktemp", "truncate",
        "tar", "gzip", "gunzip", "zcat", "unzip", "zip",
        # processes (pkill: development processes only)
        "ps", "pgrep", "pkill", "kill", "lsof", "ss", "sleep", "timeout", "time", "nohup", "nice", "setsid", "stdbuf",
        "env", "printenv", "date", "id", "whoami", "uname", "nproc", "uptime", "free",
        # version control
        "git",
        # running and building
        "node", "npm", "npx", "python", "python3", "pip", "pip3", "pytest", "make", "curl", "sqlite3",
    }
)  # fmt: skip
"""Allowed in every project."""

PROFILES: Final[Mapping[str, frozenset[str]]] = {
    "base": frozenset(),
    "web_app": frozenset({"tsc", "tsx", "vite", "vitest", "jest", "eslint", "prettier", "playwright", "next"}),
    "backend_api": frozenset(
        {"uvicorn", "alembic", "coverage", "ruff", "black", "mypy", "docker", "docker-compose", "psql", "pg_isready"}
    ),
}
"""Allowed on top of ALLOWED_COMMANDS, by project kind."""

BLOCKED_COMMANDS: Final[frozenset[str]] = frozenset(
    {
        # becoming somebody else, leaving the place
        "sudo", "su", "doas", "pkexec", "runuser", "chroot", "unshare", "nsenter", "setpriv", "capsh", "newgrp",
        "bwrap", "systemd-run", "machinectl", "docker-machine",
        # the machine itself
        "shutdown", "reboot", "halt", "poweroff", "init", "telinit", "systemctl", "service", "launchctl", "sysctl",
        "mount", "umount", "losetup", "swapon", "swapoff", "mkfs", "mke2fs", "fdisk", "parted", "wipefs", "dd", "shred",
        "insmod", "rmmod", "modprobe", "kexec", "iptables", "ip6tables", "nft", "ufw",
        # users and permissions
        "useradd", "userdel", "usermod", "groupadd", "groupdel", "groupmod", "passwd", "chpasswd", "visudo",
        "chown", "chgrp", "setfacl", "setcap", "chattr",
        # work that outlives the run
        "crontab", "at", "batch", "screen", "tmux",
        # looking into or driving other processes
        "gdb", "strace", "ltrace", "ptrace", "killall",
        # ways out to other machines
        "ssh", "scp", "sftp", "rsync", "telnet", "ftp", "tftp", "nc", "ncat", "netcat", "socat", "ssh-copy-id",
        # many commands in one
        "busybox", "toybox",
    }
)  # fmt: skip
"""Refused whatever any list or file says."""

DEV_PROCESSES: Final[frozenset[str]] = frozenset(
    {
        "node", "npm", "npx", "vite", "next", "webpack", "tsx", "tsc", "vitest", "jest", "playwright", "esbuild",
        "python", "python3", "uvicorn", "gunicorn", "flask", "pytest", "http.server",
    }
)  # fmt: skip
"""What `pkill` may end: its pattern must begin with one of these, or name a script."""

NPX_PACKAGES: Final[frozenset[str]] = frozenset(
    {
        "tsc", "typescript", "tsx", "ts-node", "vite", "vitest", "jest", "eslint", "prettier", "playwright", "next",
        "create-vite", "create-next-app", "create-react-app", "tailwindcss", "@tailwindcss/cli", "postcss",
        "prisma", "drizzle-kit", "serve", "http-server", "nodemon", "concurrently", "wait-on", "rimraf", "cross-env",
        "@playwright/test", "storybook", "shadcn", "openapi-typescript",
    }
)  # fmt: skip
"""Packages `npx` may fetch. Anything already installed in the project runs with `npx --no-install NAME`."""
