#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each public header compiles alone, in every language version a vendor may use, without a warning; the
# layout assertions inside hold for every processor this machine has a compiler for.
set -euo pipefail
api="$(cd "$(dirname "$0")/../include" && pwd)"
shim="$(cd "$api/../../host-shim/include" && pwd)"
strict=(-Wall -Wextra -pedantic -Werror -fsyntax-only)
count=0
for header in "$api"/semafoor/*.h "$api"/semafoor/ext/*.h "$shim"/semafoor/shim.h; do
  "${CC:-gcc}" -std=c11 "${strict[@]}" -I "$api" -I "$shim" -x c "$header"
  for standard in 11 14 17 20; do
    "${CXX:-g++}" "-std=c++$standard" "${strict[@]}" -I "$api" -I "$shim" -x c++ "$header"
  done
  count=$((count + 1))
done
echo "$count headers, each as C11 and C++11, 14, 17, 20: clean"
for standard in 17 20; do
  "${CXX:-g++}" "-std=c++$standard" "${strict[@]}" -Wshadow -I "$api" -I "$shim" -x c++ "$shim/semafoor/shim.hpp"
done
echo "shim.hpp as C++17, 20: clean"

# layouts NAME COMPILER...: the assertions, if that compiler exists and has its headers.
layouts() {
  local name="$1"
  shift
  if ! command -v "$1" >/dev/null || ! echo '#include <stdint.h>' | "$@" -fsyntax-only -x c - 2>/dev/null; then
    echo "layouts on $name: not checked, there is no compiler for it here"
    return
  fi
  "$@" -std=c11 "${strict[@]}" -I "$api" -x c "$shim/semafoor/shim.h"
  echo "layouts on $name: hold"
}
layouts "64-bit Linux" "${CC:-gcc}"
layouts "64-bit Linux (clang)" clang
layouts "32-bit Linux" "${CC:-gcc}" -m32
layouts "32-bit Windows" i686-w64-mingw32-gcc
layouts "64-bit Windows" x86_64-w64-mingw32-gcc
