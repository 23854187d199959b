# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Writes XLSX files of reports, through zlib; its own copy of minizip.
dev_package=libxlsxwriter-dev

headers_match() { same_headers "$1/include" /usr/include 'xlsxwriter/*.h'; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" xlsxwriter -- "-DZLIB_ROOT=$(dirname "$lib")"
  take "$work" "$lib" libxlsxwriter.a
}
