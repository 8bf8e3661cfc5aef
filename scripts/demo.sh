#!/usr/bin/env bash
# Starts the demo: product, simulators and sample company in one process. Builds the sandbox's runsc
# in the background if it is missing; everything but running code works without it.
set -euo pipefail
cd "$(dirname "$0")/.."

# On exit, terminate the started processes and wait for them.
started=()
stop() {
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ ! -x bin/runsc ] || [ tools/runsc/go.sum -nt bin/runsc ]; then
  scripts/runsc.sh &
  started+=($!)
fi
export HUIMIAN_SANDBOX_RUNSC="${HUIMIAN_SANDBOX_RUNSC:-$PWD/bin/runsc}"
bin/demo "$@" &
demo=$!
started+=("$demo")
wait "$demo"
