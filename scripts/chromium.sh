#!/usr/bin/env bash
# Prints the path of Chromium for the browser tests. Installs Debian's package if there is none,
# with a CJK font, without which screenshots contain empty boxes instead of characters.
set -euo pipefail

log() { echo "chromium.sh: $*" >&2; }

find_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome
}

has_font() { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn)" ]; }

install_browser_and_font() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || ! $sudo true 2>/dev/null; then
    log "install Chromium and a CJK font (Debian: apt-get install chromium fonts-noto-cjk)"
    return 1
  fi
  log "installing Chromium and fonts"
  $sudo apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk >/dev/null
}

if ! find_browser >/dev/null || ! has_font; then
  install_browser_and_font || find_browser >/dev/null
fi
find_browser
