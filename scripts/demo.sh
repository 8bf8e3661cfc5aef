#!/usr/bin/env bash
# Starts the demonstration: product, simulator and sample company in one process. Where the sandbox's
# runsc is missing it is built meanwhile; everything but running code works without it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x bin/runsc ] || [ tools/runsc/go.sum -nt bin/runsc ]; then
  scripts/runsc.sh &
  builder=$!
  trap 'kill "$builder" 2>/dev/null || true' EXIT
fi
bin/demo "$@"
