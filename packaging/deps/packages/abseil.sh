# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Its inline namespace (debian3) is part of every mangled name in Debian's libgrpc.a: only Debian's source fits.
dev_package=libabsl-dev

headers_match() { same_headers "$1" /usr/include 'absl/*.h'; }

# NDEBUG also switches off the mutexes' deadlock detector, which aborts the process: not in somebody's host.
build_package() {
  local tree="$1" work="$2" lib="$3"
  cmake_build "$tree" "$work" "$work.log" all -- -DABSL_PROPAGATE_CXX_STD=ON
  take "$work" "$lib" 'libabsl_*.a'
}
