#!/usr/bin/env bash
# Runs the unit tests of the front end and prints the slowest. Arguments go to Vitest: part-of-a-path,
# -t part-of-a-name. See scripts/flake.sh for TEST_FAILURES.
set -euo pipefail
cd "$(dirname "$0")/../web"

report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
npx vitest run --reporter=default --reporter=json --outputFile.json="$report" "$@" || status=$?
if [ -s "$report" ]; then
  go -C .. run ./tools/testreport ${TEST_FAILURES:+-failures "$TEST_FAILURES"} vitest "$report"
fi
exit "$status"
