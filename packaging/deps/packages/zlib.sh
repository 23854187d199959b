# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=zlib1g-dev

headers_match() { same_headers "$1" /usr/include 'zlib.h'; }

# The whole build fails: Debian's tree lacks a file of the Windows part. The static library alone builds.
build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" zlibstatic --
  cp "$work/libz.a" "$lib/"
}
