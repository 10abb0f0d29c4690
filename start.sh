#!/bin/sh
# The menu in the terminal: finds a Python; bootstrap.py does the rest.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
for python in "$here/.venv/bin/python" python3.14 python3.13 python3.12 python3.11 python3 python; do
  if "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" -I "$here/bootstrap.py" start.py "$@"
  fi
done
echo 'AutoCoder needs Python 3.11 or newer, and found none.' >&2
echo 'Install it (Debian/Ubuntu: apt-get install python3 python3-venv; macOS: brew install python; others: https://www.python.org/downloads/), then run this again.' >&2
exit 1
