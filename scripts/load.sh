#!/usr/bin/env bash
# Runs cmd/load with three processes on a database of the server in HUIMIAN_TEST_POSTGRES_URL, which
# scripts/postgres.sh starts. Further arguments are passed on.
set -euo pipefail
cd "$(dirname "$0")/.."

go build -o bin/load ./cmd/load
exec bin/load --postgres "${HUIMIAN_TEST_POSTGRES_URL:?run it by scripts/postgres.sh}" --replicas 3 "$@"
