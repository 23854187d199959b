# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The generator is the installed grpc_cpp_plugin, of the same source.
dev_package=libgrpc-dev
patches=(grpc-partial-write grpc-exclusive-port grpc-windows-version)

headers_match() { true; }

# Not installed by its own rules, which want every library it could build; cmake/SemafoorWindowsDeps.cmake knows these.
build_package() {
  local tree="$1" work="$2" lib="$3" root
  root="$(dirname "$lib")"
  cmake_build "$tree" "$work" "$work.log" grpc++ -- -DgRPC_ABSL_PROVIDER=package -DgRPC_CARES_PROVIDER=package \
    -DgRPC_PROTOBUF_PROVIDER=package -DgRPC_PROTOBUF_PACKAGE_TYPE=CONFIG -DgRPC_RE2_PROVIDER=package \
    -DgRPC_SSL_PROVIDER=package -DgRPC_ZLIB_PROVIDER=package -DOPENSSL_USE_STATIC_LIBS=ON "-DOPENSSL_ROOT_DIR=$root" \
    "-DPROTOBUF_INCLUDE_DIRS=$root/include" -DgRPC_INSTALL=OFF -DgRPC_BUILD_TESTS=OFF -DgRPC_BUILD_CSHARP_EXT=OFF \
    -DgRPC_BUILD_GRPC_{CPP,CSHARP,NODE,OBJECTIVE_C,PHP,PYTHON,RUBY}_PLUGIN=OFF
  find "$work" -maxdepth 2 \( -name 'libgrpc*.a' -o -name libgpr.a -o -name libupb.a -o -name libaddress_sorting.a \) \
    -exec cp -t "$lib" {} +
  cp -r "$tree/include/." "$root/include/"
}
