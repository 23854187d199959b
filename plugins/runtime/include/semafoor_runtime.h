// SPDX-License-Identifier: Apache-2.0
//
// The private C ABI between a Semafoor plugin and the one runtime library of the process
// (libsemafoor_runtime.so.1). Not for vendors: it may grow, but within major 1 only at the end of a
// struct, because the first copy a process loads serves the plugins of every release.
//
// The runtime moves bytes: sessions, unary calls, server streams, hints. It knows no domain
// message. Thread tags and ownership are those of plugin-api (semafoor/base.h).
#ifndef SEMAFOOR_RUNTIME_H
#define SEMAFOOR_RUNTIME_H

#include "semafoor/base.h"
#include "semafoor/status.h"

#ifdef __cplusplus
extern "C" {
#endif

// One plugin instance's way to one gateway. All sessions of a process that name the same
// attestation socket, or the same address and identity folder, share one channel: a further session
// costs no thread, connection or descriptor.
typedef struct sfr_session sfr_session;
typedef struct sfr_stream sfr_stream;

typedef struct sfr_error {
  uint32_t struct_size;
  semafoor_status status;
  uint32_t retryable;
  uint32_t reserved;
  int64_t retry_after_ms;  // -1: unknown
  // "runtime" when it never reached the gateway, "gateway" when the gateway answered.
  semafoor_span domain;
  // What was tried, what happened, what to do. No secret, no request content.
  semafoor_span message;
  // Value of the trailing metadata "semafoor-error-bin" (semafoor.v1.ErrorDetail), as it came; may
  // be empty.
  semafoor_span details;
  void(SEMAFOOR_CALL* release)(const struct sfr_error* self) SEMAFOOR_NOEXCEPT;
  // Since minor 1. Of an error that is the runtime's own: "gateway.impersonated"; may be empty.
  semafoor_span code;
} sfr_error;

typedef struct sfr_session_options {
  uint32_t struct_size;
  uint32_t reserved;
  // Absolute path of the gateway's attestation socket, at most 107 bytes; on Windows the name of
  // its pipe, "\\\\.\\pipe\\semafoor-attest".
  semafoor_span attestation_path;
  // The account the gateway must run as (its uid), checked by the kernel's SO_PEERCRED. With
  // `check_owner` 0 the caller's own uid and root are accepted, with 1 exactly `owner_uid`. On
  // Windows it must be 0: the pipe's owner is the service, the system, an administrator or the
  // caller.
  uint32_t check_owner;
  uint32_t owner_uid;
  // Who asks, for the gateway's log: host name and plugin id/version. Not a credential.
  semafoor_span host_name;
  semafoor_span client_name;
  // Called on the runtime's watcher thread when the gateway has news for `watch_key`
  // (CBE number of the organisation). May be null. Returns at once, does not call back.
  void(SEMAFOOR_CALL* wake)(void* wake_context) SEMAFOOR_NOEXCEPT;
  void* wake_context;
  semafoor_span watch_key;
  // Since minor 1: a gateway on another machine, in the place of `attestation_path`, which is then
  // empty. "host:port" of its [network] listen.
  semafoor_span network_address;
  // Absolute path of the host's own folder for key and certificate, in UTF-8. It is made when only
  // it is missing. All processes that name it are one machine to the gateway.
  semafoor_span identity_folder;
  // For the first call, or the first with this code: as `semafoorctl pair` prints them. Empty once
  // there is an identity, or left as they are. The code leaves the process only when the gateway
  // has proven to be of that authority.
  semafoor_span pairing_code;
  semafoor_span authority_fingerprint;
} sfr_session_options;

// Metadata of a call, sent as gRPC metadata. Keys are lower-case ASCII; keys that end in "-bin"
// carry any bytes, the others printable ASCII.
typedef struct sfr_metadata {
  semafoor_span key;
  semafoor_span value;
} sfr_metadata;

typedef struct sfr_call_options {
  uint32_t struct_size;
  uint32_t deadline_ms;   // > 0
  uint64_t operation_id;  // 0: cannot be cancelled by id
  const sfr_metadata* metadata;
  // At most 6 KiB in all; not "authorization" nor one of gRPC's own keys.
  size_t metadata_count;
} sfr_call_options;

// In one piece and in memory of its own: it may be released whenever, also after the last close.
typedef struct sfr_reply {
  uint32_t struct_size;
  uint32_t reserved;
  semafoor_span body;
  void(SEMAFOOR_CALL* release)(const struct sfr_reply* self) SEMAFOOR_NOEXCEPT;
} sfr_reply;

// Counters for diagnostics and tests; process-wide.
typedef struct sfr_stats {
  uint32_t struct_size;
  uint32_t sessions;
  uint32_t channels;
  uint32_t calls_in_flight;
} sfr_stats;

// Statuses beside the gateway's own: E_GATEWAY_ABSENT, nothing was sent, `retry_after_ms` says when
// asking again has sense; UNAVAILABLE of the domain "runtime", the connection broke and it is not
// known whether the call had its effect; E_STOPPED; E_FORKED in a child of the process that first
// opened a session; FAILED_PRECONDITION from inside `wake`, where nothing of this table may be
// called but `stats`.
typedef struct sfr_api {
  uint32_t struct_size;
  uint32_t minor;
  // Does not connect. Pins the runtime. [any-thread]
  semafoor_status(SEMAFOOR_CALL* open)(const sfr_session_options* options, sfr_session** out,
                                       const sfr_error** error) SEMAFOOR_NOEXCEPT;
  // Cancels what is in flight (E_STOPPED), refuses what comes, waits at most `deadline_ms` until
  // all has left and until `wake` is not running. Idempotent. [any-thread] [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* stop)(sfr_session* session,
                                       uint32_t deadline_ms) SEMAFOOR_NOEXCEPT;
  // Only after a successful stop, or when nothing was ever called. The last close of the process
  // drops the channels and shuts gRPC down, on the caller's thread. [any-thread]
  void(SEMAFOOR_CALL* close)(sfr_session* session) SEMAFOOR_NOEXCEPT;
  // `method` is the full gRPC path, "/semafoor.v1.Mailbox/ListMessages". [any-thread] [may-block <=
  // deadline]
  semafoor_status(SEMAFOOR_CALL* call)(sfr_session* session, const semafoor_span* method,
                                       const semafoor_span* request,
                                       const sfr_call_options* options, const sfr_reply** out,
                                       const sfr_error** error) SEMAFOOR_NOEXCEPT;
  // Ends calls and streams with this id in this session; NOT_FOUND if none. [any-thread]
  semafoor_status(SEMAFOOR_CALL* cancel)(sfr_session* session,
                                         uint64_t operation_id) SEMAFOOR_NOEXCEPT;
  // Opens a server-streaming method and returns when its first message or its end is there. The
  // deadline is the whole stream's, reading included. [any-thread] [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* stream_open)(sfr_session* session, const semafoor_span* method,
                                              const semafoor_span* request,
                                              const sfr_call_options* options, sfr_stream** out,
                                              const sfr_error** error) SEMAFOOR_NOEXCEPT;
  // The next message, or OK with *out == null at the good end of the stream; a failure is final and
  // repeated.
  // One thread at a time per stream. [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* stream_read)(sfr_stream* stream, const sfr_reply** out,
                                              const sfr_error** error) SEMAFOOR_NOEXCEPT;
  // Ends and frees, also in the middle. Needs no session: safe after stop, before close.
  // [any-thread]
  void(SEMAFOOR_CALL* stream_close)(sfr_stream* stream) SEMAFOOR_NOEXCEPT;
  // Fills what fits `out->struct_size`. [any-thread]
  void(SEMAFOOR_CALL* stats)(sfr_stats* out) SEMAFOOR_NOEXCEPT;
} sfr_api;

// The attestation exchange (architecture, decision 13): one JSON object and a line feed each way
// over the unix socket or the pipe, then the gateway closes.
//   plugin  -> gateway: {"v":1,"host":"<host_name>","client":"<client_name>"}
//   gateway -> plugin : {"v":1,"address":"unix:/run/semafoor/rpc.sock","token":"<opaque ASCII>",
//                        "expires_in_s":600,"gateway_version":"1.0.0"}
//   or                  {"v":1,"error":{"code":"attestation.refused","message":"..."}}
// The token is sent with each call as metadata "authorization: Bearer <token>", belongs to this
// process (kernel pid and start time) and is fetched anew at 80 % of its life or after one
// UNAUTHENTICATED. (Over the network there is no exchange and no token: a certificate of the
// gateway's authority stands for both, docs/vendor/pairing.md.) An address "tls:127.0.0.1:<port>"
// has beside it "tls_certificate", PEM: the one certificate the gateway will show there, for the
// name gateway.semafoor.internal.
//
// The hint stream: server-streaming method "/semafoor.v1.Modules/Watch", empty request bytes; each
// message's bytes are semafoor.v1.WatchResponse whose field 1 (string) is the CBE number. The
// runtime reads only that one length-delimited field, on its one watcher thread per channel, and
// only if a session has `wake`.

#define SFR_SYMBOL "semafoor_runtime_v1"
typedef const sfr_api*(SEMAFOOR_CALL* sfr_entry_fn)(void)SEMAFOOR_NOEXCEPT;
SEMAFOOR_EXPORT const sfr_api* SEMAFOOR_CALL semafoor_runtime_v1(void) SEMAFOOR_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_RUNTIME_H
