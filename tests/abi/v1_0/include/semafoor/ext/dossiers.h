// SPDX-License-Identifier: Apache-2.0
//
// Host extension "semafoor.dossiers/1": which dossiers of the vendor's database belong to a person.
// Offered by the host; without it signals stay unmatched until somebody assigns them.
#ifndef SEMAFOOR_EXT_DOSSIERS_H
#define SEMAFOOR_EXT_DOSSIERS_H

#include "../base.h"
#include "../status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SEMAFOOR_EXT_DOSSIERS "semafoor.dossiers/1"

typedef struct semafoor_dossiers_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  // `request` is semafoor.v1.ResolvePersonsRequest, the answer written to `write(sink, ...)` is
  // semafoor.v1.ResolvePersonsResponse, both in the encoding of the instance. Up to 500 persons at
  // once; a person without dossier is left out of the answer. `context` is the host's own. Called
  // on the thread of the host's own call into the plugin, never on another. Return a status other
  // than OK when the database cannot be asked: the plugin then leaves the signals unmatched and
  // says so, and asks again at the next opportunity.
  semafoor_status(SEMAFOOR_CALL* resolve)(void* context, const semafoor_span* request,
                                          semafoor_write_fn write, void* sink) SEMAFOOR_NOEXCEPT;
} semafoor_dossiers_v1;
SEMAFOOR_LAYOUT_SIZE(semafoor_dossiers_v1, 16, 12);

#ifdef __cplusplus
}
#endif

#endif  // SEMAFOOR_EXT_DOSSIERS_H
