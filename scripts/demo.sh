#!/usr/bin/env bash
# Starts the demonstration: product, simulator and sample company in one process. Where the sandbox's
# runsc is missing it is built meanwhile; everything but running code works without it.
set -euo pipefail
cd "$(dirname "$0")/.."

builder=""
stop() { [ -z "$builder" ] || kill "$builder" 2>/dev/null || true; }
trap stop EXIT

if [ ! -x bin/runsc ] || [ tools/runsc/go.sum -nt bin/runsc ]; then
  scripts/runsc.sh &
  builder=$!
fi
export HUIMIAN_SANDBOX_RUNSC="${HUIMIAN_SANDBOX_RUNSC:-$PWD/bin/runsc}"
bin/demo "$@"
