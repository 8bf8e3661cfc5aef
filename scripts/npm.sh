#!/usr/bin/env bash
# Checks Node's version and installs the front end's packages as pinned by the lock file.
set -euo pipefail
cd "$(dirname "$0")/../web"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "npm.sh: the front end needs Node.js 20.19 or newer, with npm" >&2
  exit 1
fi
IFS=. read -r major minor _ < <(node -p process.versions.node)
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  echo "npm.sh: the front end needs Node.js 20.19 or newer; this is $(node --version)" >&2
  exit 1
fi
exec npm ci --no-audit --no-fund --loglevel=error
