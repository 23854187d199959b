// SPDX-License-Identifier: Apache-2.0
//
// Semafoor plugin ABI, major 1: the words every other header uses.
//
// Thread tags. Exactly these four appear in the comments of this ABI:
//   [any-thread]              may be called by several threads at once, on any instance.
//   [instance]                the host serialises these calls per instance; not tied to one OS
//   thread. [plugin-thread]           called by the plugin on a thread of its own; return at once,
//   do not call back. [may-block <= deadline]   may wait, but at most as long as the call's
//   deadline or wait argument.
// A function that bears no [may-block] tag returns promptly: no network, no disk.
//
// Ownership. Inputs are borrowed for the duration of the call. Outputs are either copied into the
// caller's buffer or are read-only structs that carry their own `release`. Nobody frees the other
// side's memory. A plugin library is never unmapped, so a `release` pointer stays valid for the
// life of the process, also after `destroy`.
#ifndef SEMAFOOR_BASE_H
#define SEMAFOOR_BASE_H

#include <stddef.h>
#include <stdint.h>

// The major version is in the name of the entry symbol; the minor only says what was compiled
// against. Correctness never depends on the minor: it comes from `struct_size` and from asking for
// extensions.
#define SEMAFOOR_ABI_MAJOR 1u
#define SEMAFOOR_ABI_MINOR 1u

// The calling convention stands on every function and every function pointer.
#if defined(_WIN32)
#define SEMAFOOR_CALL __cdecl
#else
#define SEMAFOOR_CALL
#endif

#if defined(_WIN32)
#define SEMAFOOR_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define SEMAFOOR_EXPORT __attribute__((visibility("default")))
#else
#define SEMAFOOR_EXPORT
#endif

// In C++17 the exception specification is part of the pointer type: a function that may throw
// cannot be put into one of these tables.
#if defined(__cplusplus) && \
    (__cplusplus >= 201703L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201703L))
#define SEMAFOOR_NOEXCEPT noexcept
#else
#define SEMAFOOR_NOEXCEPT
#endif

#if defined(__cplusplus)
#define SEMAFOOR_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define SEMAFOOR_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

// Every public type states its size on 64-bit and on 32-bit processors beside its definition, and
// the offset of the members that a wrong padding would move. A binding copies these numbers.
#define SEMAFOOR_LAYOUT_SIZE(type, size_on_64, size_on_32)                                   \
  SEMAFOOR_STATIC_ASSERT(sizeof(type) == (sizeof(void*) == 8 ? (size_on_64) : (size_on_32)), \
                         "size of " #type " changed: that is an ABI break")
#define SEMAFOOR_LAYOUT_OFFSET(type, member, offset_on_64, offset_on_32)                \
  SEMAFOOR_STATIC_ASSERT(                                                               \
      offsetof(type, member) == (sizeof(void*) == 8 ? (offset_on_64) : (offset_on_32)), \
      "offset of " #type "." #member " changed: that is an ABI break")

#ifdef __cplusplus
extern "C" {
#endif

// Bytes that somebody else owns. Text is UTF-8 and not NUL-terminated. Frozen for ever.
// `data` may be null only when `size` is 0.
typedef struct semafoor_span {
  const uint8_t* data;
  size_t size;
} semafoor_span;
SEMAFOOR_LAYOUT_SIZE(semafoor_span, 16, 8);

// Receives bytes from the other side during one call; `sink` is the value that came with it.
// May be called several times: the pieces are joined. Never call it after the call has returned.
typedef void(SEMAFOOR_CALL* semafoor_write_fn)(void* sink, const uint8_t* data,
                                               size_t size) SEMAFOOR_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_BASE_H
