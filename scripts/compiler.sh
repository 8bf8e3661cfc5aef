#!/usr/bin/env bash
# Checks the C compiler that Go's race detector needs, and installs Debian's gcc if there is none:
# without a compiler, Go disables cgo and reports only "-race requires cgo".
set -euo pipefail

log() { echo "compiler.sh: $*" >&2; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
printf '#include <pthread.h>\nint main(void) { return 0; }\n' >"$dir/test.c"

# has_compiler compiles a program: a compiler without the headers of the C library is not enough.
has_compiler() {
  local cc
  read -ra cc <<<"$(go env CC)"
  command -v "${cc[0]}" >/dev/null && "${cc[@]}" -o "$dir/test" "$dir/test.c" 2>"$dir/errors"
}

install_compiler() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || ! $sudo true 2>/dev/null; then
    return 1
  fi
  log "installing gcc"
  $sudo apt-get update -q >/dev/null &&
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends gcc libc6-dev >/dev/null
}

if ! command -v go >/dev/null; then
  log "Go was not found: install Go 1.26 (https://go.dev/dl/)"
  exit 1
fi
if ! has_compiler && ! { install_compiler && has_compiler; }; then
  if [ -s "$dir/errors" ]; then
    cat "$dir/errors" >&2
  fi
  log "Go tests with -race need a C compiler, and $(go env CC) does not work: install gcc (Debian: apt-get install gcc libc6-dev), or set CC to another compiler"
  exit 1
fi
if [ "$(go env CGO_ENABLED)" != 1 ]; then
  log "Go tests with -race need cgo, which is disabled: unset CGO_ENABLED, or run: go env -u CGO_ENABLED"
  exit 1
fi
