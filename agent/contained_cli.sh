#!/bin/sh
# Starts the Claude Code CLI so that it dies with its agent (SIGKILL included), takes its tools along, does not hear the
# terminal's Ctrl+C (the agent decides what that means), and cannot write outside its workspace even where a file tool
# is tricked by a link swapped in time. agent/containment.py fills the variables.
set -eu
cli=$AUTOCODER_CLI
unset AUTOCODER_CLI
mode=$AUTOCODER_CONTAINMENT
unset AUTOCODER_CONTAINMENT
case $mode in
root) exec setsid setpriv --pdeathsig KILL unshare --pid --fork --kill-child=KILL --mount-proc "$cli" "$@" ;;
user) exec setsid setpriv --pdeathsig KILL \
    unshare --user --map-current-user --pid --fork --kill-child=KILL --mount-proc "$cli" "$@" ;;
*) exec "$cli" "$@" ;;
esac
