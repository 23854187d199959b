// SPDX-License-Identifier: Apache-2.0
//
// gRPC's and abseil's objects refer weakly to the initialisers of some thread-local variables,
// which need none: no archive defines them, so the reference would stay open in the plugin, and a
// host that exports such a name (any host with a gRPC of its own) would be called from our gRPC.
// Empty functions inside close it. Defining the name as 0 does not do: gRPC then jumps there. Which
// names exist depends on the version; packaging/deps/check-symbols finds a new one.
#define CLOSE(number, name)                                                               \
  __attribute__((visibility("hidden"))) void semafoor_close_##number(void) __asm__(name); \
  void semafoor_close_##number(void) {}

CLOSE(1, "_ZTHN9grpc_core7ExecCtx9exec_ctx_E")
CLOSE(2, "_ZTHN9grpc_core26ApplicationCallbackExecCtx18callback_exec_ctx_E")
CLOSE(3, "_ZTHN9grpc_core8Activity19g_current_activity_E")
CLOSE(4, "_ZTHN4absl7debian313cord_internal17cordz_next_sampleE")
