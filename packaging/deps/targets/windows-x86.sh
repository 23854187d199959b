# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Windows x86: only what enters a 32-bit host. SSE2 everywhere (abseil's tables depend on it, and TLS is three times
# as fast); a host may call with a stack that is aligned to 4 bytes only.
triplet=i686-w64-mingw32
machine_flags="-msse2 -mfpmath=sse -mstackrealign"
openssl_target=mingw
source "$here/windows.sh"
