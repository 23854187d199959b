# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libc-ares-dev
patches=(c-ares-inaddrsz)

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" all -- -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_BUILD_TOOLS=OFF \
    -DCARES_BUILD_TESTS=OFF
  take "$work" "$lib" libcares.a
}
