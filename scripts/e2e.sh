#!/usr/bin/env bash
# Runs the browser tests (scripts/e2e.sh test …), takes screenshots of all pages (scripts/e2e.sh
# screenshots) or measures the latency from a keystroke in one browser to the text in another
# (scripts/e2e.sh latency). Further arguments are passed to Playwright: --headed, -g part-of-a-name,
# --project sqlite.
set -euo pipefail
cd "$(dirname "$0")/.."

task=${1:?test, screenshots or latency}
shift
HUIMIAN_CHROMIUM=$(scripts/chromium.sh)
export HUIMIAN_CHROMIUM

case $task in
  test)
    projects=(--project wecomsim --project sqlite)
    if [ -n "${HUIMIAN_TEST_POSTGRES_URL:-}" ]; then
      projects+=(--project postgres)
    fi
    for argument in "$@"; do
      case $argument in --project*) projects=() ;; esac
    done
    ;;
  screenshots | latency) projects=(--project "$task") ;;
  *)
    echo "e2e.sh: test, screenshots or latency, not $task" >&2
    exit 2
    ;;
esac
cd web
if [ "$task" != test ]; then
  exec npx playwright test --config e2e/playwright.config.ts "${projects[@]}" "$@"
fi

# The slowest tests are printed after those that failed. See scripts/flake.sh for TEST_FAILURES.
report=$(mktemp)
trap 'rm -f "$report"' EXIT
status=0
PLAYWRIGHT_JSON_OUTPUT_FILE=$report npx playwright test --config e2e/playwright.config.ts --reporter list,json \
  "${projects[@]}" "$@" || status=$?
if [ -s "$report" ]; then
  go -C .. run ./tools/testreport ${TEST_FAILURES:+-failures "$TEST_FAILURES"} playwright "$report"
fi
exit "$status"
