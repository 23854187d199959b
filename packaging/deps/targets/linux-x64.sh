# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Linux x86-64: only what Debian ships without position-independent code. gRPC, c-ares and OpenSSL are
# used as Debian ships them; headers are always Debian's own.
packages=(zlib re2 abseil protobuf)
header_packages=()
shared_files=()
tools=(g++)
package_list=packages-build.txt
install=OFF

check_machine() {
  [[ $(uname -s)-$(uname -m) == Linux-x86_64 ]] || die "linux-x64 is built on Linux x86-64, this is $(uname -sm)"
}

compiler_key() { echo "g++ $(g++ -dumpfullversion)"; }

set_flags() {
  local work="$1"
  flags="-O2 -DNDEBUG -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -ffile-prefix-map=$work=."
  flags+=" -fstack-protector-strong -fcf-protection -w"
  compiler_args=(-DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++)
}

# take BUILD LIB ARCHIVE...: the archives are all that is wanted, by name wherever the build left them.
take() {
  local build="$1" lib="$2" archive
  shift 2
  for archive in "$@"; do
    find "$build" -name "$archive" -exec cp -t "$lib" {} +
  done
}

# An archive that does not link into a shared library would show only much later, so it is tried here.
check_result() {
  local lib="$1" work="$2"
  printf 'void none(void) {}\n' >"$work/none.c"
  quietly "$work/check.log" g++ -shared -o "$work/none.so" "$work/none.c" -Wl,-z,text \
    -Wl,--whole-archive "$lib"/libz.a "$lib"/libre2.a "$lib"/libprotobuf.a "$lib"/libabsl_*.a \
    -Wl,--no-whole-archive -pthread
}
