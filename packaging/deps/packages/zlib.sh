# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=zlib1g-dev

headers_match() { same_headers "$1" /usr/include 'zlib.h'; }

# Not by `take`: its own rules for installing want the shared library too, and call the static one differently on Windows.
# Debian's tree lacks a file of the Windows part, which zlib's CMake file names on every system.
build_package() {
  local tree="$1" work="$2" lib="$3"
  mkdir -p "$tree/win32"
  touch "$tree/win32/zlib1.rc"
  cmake_build "$tree" "$work" "$work.log" zlibstatic --
  cp "$work"/libz*.a "$lib/libz.a"
  if [[ $install == ON ]]; then
    mkdir -p "$(dirname "$lib")/include"
    cp "$tree/zlib.h" "$work/zconf.h" "$(dirname "$lib")/include/"
  fi
}
