#!/usr/bin/env bash
# Builds gVisor's runsc from the pinned module into bin/runsc. The first build takes minutes, so the
# script reports progress; the program is moved into place when it is complete.
set -euo pipefail
cd "$(dirname "$0")/../tools/runsc"

out=$(cd ../.. && pwd)/bin
mkdir -p "$out"
echo "runsc: building gVisor's runsc (1-4 minutes the first time)"
begin=$SECONDS

# runsc does not start when built with cgo: its sandbox requires a static executable.
CGO_ENABLED=0 nice -n 10 go build -trimpath -ldflags='-s -w' -o "$out/runsc.new" gvisor.dev/gvisor/runsc &
build=$!
trap 'kill "$build" 2>/dev/null || true' EXIT
while kill -0 "$build" 2>/dev/null; do
  sleep 1
  if (((SECONDS - begin) % 20 == 19)); then
    echo "runsc: still building, $((SECONDS - begin)) s"
  fi
done
wait "$build"
mv "$out/runsc.new" "$out/runsc"
echo "runsc: done in $((SECONDS - begin)) s"
