#!/usr/bin/env bash
# Runs the browser tests (scripts/e2e.sh test …), takes screenshots of all pages (scripts/e2e.sh
# screenshots) or measures the latency from a keystroke in one browser to the text in another
# (scripts/e2e.sh latency). Further arguments are passed to Playwright: --headed, -g part-of-a-name,
# --project sqlite, --trace retain-on-failure.
set -euo pipefail
cd "$(dirname "$0")/.."

task=${1:?test, screenshots or latency}
shift
HUIMIAN_CHROMIUM=$(scripts/chromium.sh)
export HUIMIAN_CHROMIUM

case $task in
  test) ;;
  screenshots | latency)
    cd web
    exec npx playwright test --config e2e/playwright.config.ts --project "$task" "$@"
    ;;
  *)
    echo "e2e.sh: test, screenshots or latency, not $task" >&2
    exit 2
    ;;
esac

dir=$(mktemp -d)
postgres_run=

# shellcheck disable=SC2317 # called by the trap
finish() {
  if [ -n "$postgres_run" ]; then
    kill "$postgres_run" 2>/dev/null || true
    wait "$postgres_run" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run_tests runs the projects of its first argument, or all.
run_tests() {
  local name=$1 status=0 project options=()
  shift
  for project in $name; do
    options+=(--project "$project")
  done
  PLAYWRIGHT_JSON_OUTPUT_FILE="$dir/${name:-all}.json" npx playwright test "$@" --config e2e/playwright.config.ts \
    --reporter list,json --output "e2e/results/${name// /-}" "${options[@]}" || status=$?
  return "$status"
}

# report_tests prints the slowest and the failing tests of all runs. See scripts/flake.sh for TEST_FAILURES.
report_tests() {
  local reports=("$dir"/*.json)
  if [ -s "${reports[0]}" ]; then
    go -C .. run ./tools/testreport ${TEST_FAILURES:+-failures "$TEST_FAILURES"} playwright "${reports[@]}"
  fi
}

cd web
for argument in "$@"; do
  case $argument in --project*)
    status=0
    run_tests "" "$@" || status=$?
    report_tests
    exit "$status"
    ;;
  esac
done

# The two databases are tested side by side: a browser test waits more than it computes.
if [ -n "${HUIMIAN_TEST_POSTGRES_URL:-}" ]; then
  run_tests postgres "$@" >"$dir/postgres.log" 2>&1 &
  postgres_run=$!
fi
status=0
run_tests "wecomsim sqlite" "$@" || status=$?
if [ -n "$postgres_run" ]; then
  wait "$postgres_run" || status=$?
  postgres_run=
  cat "$dir/postgres.log"
fi
report_tests
exit "$status"
