#!/usr/bin/env bash
# Runs shellcheck on the given scripts; installs it if that needs no interaction.
set -euo pipefail

if ! command -v shellcheck >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
  apt-get install -y -q --no-install-recommends shellcheck >/dev/null 2>&1 ||
    { apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends shellcheck >/dev/null; }
fi
if ! command -v shellcheck >/dev/null; then
  echo "shellcheck is not installed: shell scripts are not checked (Debian: apt-get install shellcheck)"
  exit 0
fi
exec shellcheck "$@"
