# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What the two Windows targets share: everything, static, from Debian's source packages with mingw-w64 (posix
# threads). A target sets `triplet` and `machine_flags` before it sources this.
packages=(zlib openssl abseil c-ares re2 protobuf grpc fmtlib spdlog googletest)
# Header-only libraries: the installed packages' headers serve every system. "<package> <what of /usr/include>".
header_packages=(
  "nlohmann-json3-dev nlohmann" "libcli11-dev CLI" "libtomlplusplus-dev toml++" "libxxhash-dev xxhash.h"
  "libboost1.81-dev boost"
)
package_list=packages-windows.txt
install=ON
tools=("$triplet-g++-posix" "$triplet-windres")
shared_files=(windows.sh ../../cmake/toolchain-windows.cmake)

check_machine() { :; }

compiler_key() { echo "$triplet-g++-posix $("$triplet-g++-posix" -dumpfullversion)"; }

# abseil's interface follows the C++ standard, so all are built for the same one. No stack protector: it would need
# libssp in every link test of every package; what is ours has it.
set_flags() {
  local work="$1"
  prefix="$work/result"
  flags="-O2 -DNDEBUG -ffunction-sections -fdata-sections -ffile-prefix-map=$work=. -w $machine_flags"
  compiler_args=(
    "-DCMAKE_TOOLCHAIN_FILE=$here/../../cmake/toolchain-windows.cmake" "-DSEMAFOOR_WINDOWS_TRIPLET=$triplet"
    "-DSEMAFOOR_WINDOWS_DEPS=$prefix" "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
  )
}

# take BUILD LIB ARCHIVE...: on Windows headers and CMake files are wanted as well, so the package installs itself.
take() { quietly "$1.log" cmake --install "$1"; }

# A small program with all of it: what does not link would otherwise show only much later.
check_result() {
  local lib="$1" work="$2" entry package header
  for entry in "${header_packages[@]}"; do
    read -r package header <<<"$entry"
    [[ -e /usr/include/$header ]] || die "$package is not installed: apt-get install $package"
    ln -sfn "/usr/include/$header" "$prefix/include/$header"
  done
  cat >"$work/check.cc" <<'TEXT'
#include <grpcpp/grpcpp.h>
int main() {
  grpc::ServerBuilder builder;
  return grpc::CreateChannel("127.0.0.1:1", grpc::SslCredentials({})) && builder.BuildAndStart() ? 0 : 1;
}
TEXT
  # shellcheck disable=SC2086
  quietly "$work/check.log" "$triplet-g++-posix" -std=c++17 $flags -D_WIN32_WINNT=0x0A00 "-I$prefix/include" -static -o "$work/check.exe" "$work/check.cc" \
    -Wl,--start-group "$lib"/libgrpc++.a "$lib"/libgrpc.a "$lib"/libgpr.a "$lib"/libupb.a "$lib"/libaddress_sorting.a \
    "$lib"/libcares.a "$lib"/libssl.a "$lib"/libcrypto.a "$lib"/libprotobuf.a "$lib"/libre2.a "$lib"/libz.a \
    "$lib"/libabsl_*.a -Wl,--end-group -lws2_32 -liphlpapi -lcrypt32 -ldbghelp -lbcrypt -ladvapi32 -luser32
  ! grep -qF "$work" "$work/check.exe" || die "the build's path is inside what was linked; see -ffile-prefix-map"
}
