# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Debian's package is a compiled library; in the source all of it is one header.
dev_package=libcpp-httplib-dev

headers_match() { true; }

build_package() {
  local tree="$1" lib="$3"
  cp "$tree/httplib.h" "$(dirname "$lib")/include/"
}
