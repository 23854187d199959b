# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libgtest-dev

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" all --
  take "$work" "$lib" libgtest.a libgmock.a
}
