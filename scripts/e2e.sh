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

# run_tests runs the projects of its first argument and prints the slowest tests after the list. See
# scripts/flake.sh for TEST_FAILURES.
run_tests() {
  local name=$1 status=0 project options=()
  shift
  for project in $name; do
    options+=(--project "$project")
  done
  PLAYWRIGHT_JSON_OUTPUT_FILE="$dir/$name.json" npx playwright test "$@" --config e2e/playwright.config.ts \
    --reporter list,json --output "e2e/results/${name// /-}" "${options[@]}" || status=$?
  if [ -s "$dir/$name.json" ]; then
    go -C .. run ./tools/testreport ${TEST_FAILURES:+-failures "$TEST_FAILURES"} playwright "$dir/$name.json"
  fi
  return "$status"
}

cd web
for argument in "$@"; do
  case $argument in --project*)
    run_tests "" "$@"
    exit
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
exit "$status"
