#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests; installs Debian's where there is none, with a
# font for Chinese and Japanese, without which screenshots are full of empty boxes.
set -euo pipefail

say() { echo "chromium.sh: $*" >&2; }

find_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome-stable || command -v google-chrome
}

has_font() { ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=zh-cn)" ]; }

install_both() {
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  if ! command -v apt-get >/dev/null || ! $sudo true 2>/dev/null; then
    say "install Chromium and a CJK font (Debian: apt-get install chromium fonts-noto-cjk)"
    return 1
  fi
  say "installing Chromium and fonts"
  $sudo apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk >/dev/null
}

if ! find_browser >/dev/null || ! has_font; then
  install_both || find_browser >/dev/null
fi
find_browser
