#!/bin/sh
# Starts the Claude Code CLI so that it dies with its agent (SIGKILL included) and takes its tools along, does not hear
# the terminal's Ctrl+C (the agent decides what that means), and sees a file system in which little besides its
# workspace can be written: a file tool that is tricked by a link swapped in time meets a wall as well.
# agent/containment.py sets the variables; the mounts are bwrap arguments, NUL-separated, in a file.
set -eu
cli=$AUTOCODER_CLI
mode=$AUTOCODER_CONTAINMENT
mounts=${AUTOCODER_MOUNTS:-}
bwrap=${AUTOCODER_BWRAP:-}
unset AUTOCODER_CLI AUTOCODER_CONTAINMENT AUTOCODER_MOUNTS AUTOCODER_BWRAP
if [ -n "$mounts" ]; then
    exec 9<"$mounts"
    set -- "$bwrap" --args 9 -- "$cli" "$@"
else
    set -- "$cli" "$@"
fi
# Agents give way: to the checks they wait for, and to the person at the machine. Where the system shares processors
# between sessions, a session's own number counts.
set -- nice -n 10 "$@"
give_way='{ echo 10 >/proc/self/autogroup; } 2>/dev/null; exec "$@"'
case $mode in
root) exec setsid sh -c "$give_way" sh setpriv --pdeathsig KILL \
    unshare --pid --fork --kill-child=KILL --mount-proc "$@" ;;
user) exec setsid sh -c "$give_way" sh setpriv --pdeathsig KILL \
    unshare --user --map-current-user --pid --fork --kill-child=KILL --mount-proc "$@" ;;
*) exec "$@" ;;
esac
