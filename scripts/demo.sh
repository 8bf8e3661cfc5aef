#!/usr/bin/env bash
# Starts the demonstration: product, simulator and sample company in one process. Where the sandbox's
# runsc is missing it is built meanwhile; everything but running code works without it.
set -euo pipefail
cd "$(dirname "$0")/.."

# Whatever ends this script ends what it has started, and lets it finish.
started=()
stop() {
  for process in "${started[@]}"; do
    kill "$process" 2>/dev/null || true
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
