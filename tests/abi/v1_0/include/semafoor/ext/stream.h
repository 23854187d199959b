// SPDX-License-Identifier: Apache-2.0
//
// Plugin extension "semafoor.stream/1": read an attachment of any size in constant memory.
#ifndef SEMAFOOR_EXT_STREAM_H
#define SEMAFOOR_EXT_STREAM_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../status.h"
#include "call.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEMAFOOR_EXT_STREAM "semafoor.stream/1"

// An open stream. Opaque; belongs to the host until `close`.
typedef struct semafoor_stream semafoor_stream;

typedef struct semafoor_stream_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  // Opens a server-streaming method, for example "Mailbox/ReadAttachment". When it returns OK,
  // *head is the first message (file name, media type, size in bytes, SHA-256) and must be released
  // like any reply; `head` may be null. The deadline of `options` bounds the whole stream.
  // [any-thread] [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* open)(semafoor_instance* instance, const semafoor_span* method,
                                       const semafoor_span* request,
                                       const semafoor_call_options* options, semafoor_stream** out,
                                       const semafoor_reply** head,
                                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Copies up to `capacity` bytes into `buffer`; *size says how many. A short read is no end;
  // *size == 0 with OK is the end, and only then was the SHA-256 of the whole found right.
  // DATA_LOSS: the bytes did not match the digest; what was read must be thrown away.
  // One thread at a time per stream. [may-block <= deadline]
  semafoor_status(SEMAFOOR_CALL* read)(semafoor_stream* stream, uint8_t* buffer, size_t capacity,
                                       size_t* size,
                                       const semafoor_error** error) SEMAFOOR_NOEXCEPT;
  // Frees the stream, also in the middle. Every stream must be closed before `destroy` (H-5).
  // [any-thread]
  void(SEMAFOOR_CALL* close)(semafoor_stream* stream) SEMAFOOR_NOEXCEPT;
} semafoor_stream_v1;
SEMAFOOR_LAYOUT_SIZE(semafoor_stream_v1, 32, 20);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_EXT_STREAM_H
