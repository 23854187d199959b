#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, in every language version a vendor may use, without a warning.
set -euo pipefail
include="$(cd "$(dirname "$0")/../include" && pwd)"
count=0
for header in "$include"/semafoor/*.h "$include"/semafoor/ext/*.h; do
  "${CC:-gcc}" -std=c11 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c "$header"
  for standard in 11 14 17 20; do
    "${CXX:-g++}" "-std=c++$standard" -Wall -Wextra -pedantic -Werror -fsyntax-only -x c++ "$header"
  done
  count=$((count + 1))
done
echo "$count headers, each as C11 and C++11, 14, 17, 20: clean"
if echo '#include <stdint.h>' | "${CC:-gcc}" -m32 -fsyntax-only -x c - 2>/dev/null; then
  "${CC:-gcc}" -m32 -std=c11 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c "$include/semafoor/semafoor.h"
  echo "layouts hold on 32-bit x86"
else
  echo "32-bit x86: not checked, this compiler has no 32-bit headers"
fi
