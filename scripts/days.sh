#!/usr/bin/env bash
# Runs a test program with its fixtures moved by each number of DAYS: as the -exec of go test, which
# links a package once for all of them.
set -euo pipefail

status=0
for offset in $DAYS; do
  if ! HUIMIAN_TEST_DAYS=$offset "$@"; then
    echo "days.sh: failed with the fixtures $offset days from today"
    status=1
  fi
done
exit "$status"
