#!/bin/sh
# Prepares Folio: checks Python and makes the data folder. Safe to run any number of times.
set -eu
cd "$(dirname "$0")"

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo "Folio needs Python 3.9 or newer as python3." >&2
    exit 1
fi
mkdir -p "${FOLIO_DATA:-data}"
python3 -m compileall -q folio >/dev/null
echo "Folio is ready. Start it with: python3 -m folio"
