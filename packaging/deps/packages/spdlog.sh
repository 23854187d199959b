# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
dev_package=libspdlog-dev

headers_match() { true; }

build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" all -- -DSPDLOG_FMT_EXTERNAL=ON -DSPDLOG_BUILD_EXAMPLE=OFF \
    -DSPDLOG_BUILD_TESTS=OFF -DSPDLOG_INSTALL=ON -DSPDLOG_WCHAR_FILENAMES=OFF
  take "$work" "$lib" libspdlog.a
}
