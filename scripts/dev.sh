#!/usr/bin/env bash
# Starts the demo behind Vite's development server, which reloads the front end on changes.
# Changes in Go need a restart.
set -euo pipefail
cd "$(dirname "$0")/.."

backend=127.0.0.1:8080
scripts/demo.sh --listen "$backend" --public-url http://127.0.0.1:5173 "$@" &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; wait' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd web
HUIMIAN_DEV_BACKEND="http://$backend" node_modules/.bin/vite --host 127.0.0.1 --port 5173 --strictPort &
vite=$!
trap 'kill "$demo" "$vite" 2>/dev/null || true; wait' EXIT
wait "$vite"
