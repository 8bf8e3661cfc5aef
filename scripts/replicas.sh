#!/usr/bin/env bash
# Runs cmd/NAME, torture or load, with three processes on a database of the server in
# HUIMIAN_TEST_POSTGRES_URL, which scripts/postgres.sh starts: replicas.sh NAME [flag …]
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1
shift
go build -o "bin/$name" "./cmd/$name"
exec "bin/$name" --postgres "${HUIMIAN_TEST_POSTGRES_URL:?run it by scripts/postgres.sh}" --replicas 3 "$@"
