#!/usr/bin/env bash
# Repeats test suites under load, to find tests that fail only sometimes. `make flake` runs it with a
# PostgreSQL server. Its variables:
#
#   RUNS=10          how often each suite runs
#   LOAD=10          busy loops beside the tests
#   SUITES=go        any of: go web e2e
#   PACKAGES=./...   Go packages
#   KEEP_GOING=1     continue after a failure
#   RACE=-race       flags of the race detector
#
# The summary counts the failures of each test. The exit status is 1 if there was one.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${RUNS:-10}
load=${LOAD:-10}
read -ra suites <<<"${SUITES:-go}"
read -ra race <<<"${RACE:--race}"
read -ra packages <<<"${PACKAGES:-./...}"
for number in "$runs" "$load"; do
  if ! [[ $number =~ ^[0-9]+$ ]]; then
    echo "flake.sh: RUNS and LOAD are numbers, not $number" >&2
    exit 2
  fi
done
for suite in "${suites[@]}"; do
  case $suite in
    go | web | e2e) ;;
    *)
      echo "flake.sh: SUITES may contain go, web and e2e, not $suite" >&2
      exit 2
      ;;
  esac
done

dir=$(mktemp -d)
export TEST_FAILURES=$dir/failures # a line for each failing test, appended by tools/testreport
: >"$TEST_FAILURES"
loops=()

# shellcheck disable=SC2317 # called by the trap
finish() {
  if [ "${#loops[@]}" -gt 0 ]; then
    kill "${loops[@]}" 2>/dev/null || true
    wait "${loops[@]}" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# busy uses one core. It ends with the script even if the script is killed and runs no trap.
busy() {
  local i
  while kill -0 "$$" 2>/dev/null; do
    for ((i = 0; i < 50000; i++)); do :; done
  done
}

start_load() {
  local i
  for ((i = 0; i < load; i++)); do
    busy </dev/null >/dev/null 2>&1 &
    loops+=("$!")
  done
}

# A test may take long under load: the time limit is four times that of `make test-go`.
run_suite() {
  case $1 in
    go) go test "${race[@]}" -count=1 -timeout 60m -json "${packages[@]}" | "$dir/testreport" -slow 0 -failures "$TEST_FAILURES" go ;;
    web) scripts/vitest.sh ;;
    e2e) env -u HUIMIAN_TEST_POSTGRES_URL scripts/postgres.sh scripts/e2e.sh test ;; # each run needs an empty database
  esac
}

print_summary() {
  echo "== flake: $failed of $done_runs runs failed, under a load of $load"
  sort "$TEST_FAILURES" | uniq -c | sort -k1,1nr | while read -r count name; do
    printf '%5d  %s\n' "$count" "$name"
  done
}

go build -o "$dir/testreport" ./tools/testreport
if [[ " ${suites[*]} " == *" go "* ]]; then
  if [[ " ${race[*]} " == *" -race "* ]]; then
    scripts/compiler.sh
  fi
  echo "== flake: compiling the Go tests"
  go test "${race[@]}" -exec true "${packages[@]}" >/dev/null
fi
start_load

failed=0
done_runs=0
for ((run = 1; run <= runs; run++)); do
  for suite in "${suites[@]}"; do
    echo "== flake: $suite, run $run of $runs"
    begin=$SECONDS
    before=$(wc -l <"$TEST_FAILURES")
    status=0
    run_suite "$suite" || status=$?
    done_runs=$((done_runs + 1))
    echo "== flake: $suite, run $run of $runs: $((SECONDS - begin)) s, status $status"
    [ "$status" -ne 0 ] || continue
    failed=$((failed + 1))
    if [ "$(wc -l <"$TEST_FAILURES")" -eq "$before" ]; then
      printf '%s\t(no test: status %d)\n' "$suite" "$status" >>"$TEST_FAILURES"
    fi
    if [ "${KEEP_GOING:-}" != 1 ]; then
      break 2
    fi
  done
done
print_summary
[ "$failed" -eq 0 ]
