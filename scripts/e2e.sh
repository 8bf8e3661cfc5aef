#!/usr/bin/env bash
# Runs the browser tests (scripts/e2e.sh test …) or shoots the pages (scripts/e2e.sh screenshots).
# What stands after that goes to Playwright: --headed, -g part-of-a-name, --project sqlite.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:?test or screenshots}
shift
HUIMIAN_CHROMIUM=$(scripts/chromium.sh)
export HUIMIAN_CHROMIUM

case $what in
  test)
    projects=(--project sqlite)
    if [ -n "${HUIMIAN_TEST_POSTGRES_URL:-}" ]; then
      projects+=(--project postgres)
    fi
    for argument in "$@"; do
      case $argument in --project*) projects=() ;; esac
    done
    ;;
  screenshots) projects=(--project screenshots) ;;
  *)
    echo "e2e.sh: test or screenshots, not $what" >&2
    exit 2
    ;;
esac
cd web
exec npx playwright test --config e2e/playwright.config.ts "${projects[@]}" "$@"
