# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libfmt-dev

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" all -- -DFMT_TEST=OFF -DFMT_DOC=OFF -DFMT_INSTALL=ON
  take "$work" "$lib" libfmt.a
}
