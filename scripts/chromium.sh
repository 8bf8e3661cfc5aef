#!/usr/bin/env bash
# Prints the path of Chromium for the browser tests, preferably of the one without a desktop's interface, which
# takes less time. Installs Debian's package if there is none, with a CJK font, without which screenshots contain
# empty boxes instead of characters.
set -euo pipefail

log() { echo "chromium.sh: $*" >&2; }

find_browser() {
  command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome
}

has_font() { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn)" ]; }

# shellcheck disable=SC2086 # sudo and its option, or nothing
install_packages() { DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends "$@" >/dev/null; }

install_browser_and_font() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || ! $sudo true 2>/dev/null; then
    log "install Chromium and a CJK font (Debian: apt-get install chromium-headless-shell fonts-noto-cjk)"
    return 1
  fi
  log "installing Chromium and fonts"
  $sudo apt-get update -q >/dev/null
  install_packages chromium-headless-shell fonts-noto-cjk || install_packages chromium fonts-noto-cjk
}

if ! find_browser >/dev/null || ! has_font; then
  install_browser_and_font || find_browser >/dev/null
fi
find_browser
