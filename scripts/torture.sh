#!/usr/bin/env bash
# Runs cmd/torture with three processes on a database of the server in HUIMIAN_TEST_POSTGRES_URL, which
# scripts/postgres.sh starts. Further arguments are passed on.
set -euo pipefail
cd "$(dirname "$0")/.."

go build -o bin/torture ./cmd/torture
exec bin/torture --postgres "${HUIMIAN_TEST_POSTGRES_URL:?run it by scripts/postgres.sh}" --replicas 3 --kills 3 --restarts 3 "$@"
