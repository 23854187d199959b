// SPDX-License-Identifier: Apache-2.0
//
// Status codes. 1 to 16 are gRPC's (source: grpc/doc/statuscodes.md), so that a vendor who also
// speaks to the gateway directly sees one vocabulary; from 100 on they are local to this ABI. A
// host treats a status it does not know as SEMAFOOR_UNKNOWN. Numbers are never reused.
#ifndef SEMAFOOR_STATUS_H
#define SEMAFOOR_STATUS_H

#include <stdint.h>

typedef int32_t semafoor_status;

#define SEMAFOOR_OK 0
#define SEMAFOOR_CANCELLED 1
#define SEMAFOOR_UNKNOWN 2
#define SEMAFOOR_INVALID_ARGUMENT 3
#define SEMAFOOR_DEADLINE_EXCEEDED 4
#define SEMAFOOR_NOT_FOUND 5
#define SEMAFOOR_ALREADY_EXISTS 6
#define SEMAFOOR_PERMISSION_DENIED 7
#define SEMAFOOR_RESOURCE_EXHAUSTED 8
#define SEMAFOOR_FAILED_PRECONDITION 9
#define SEMAFOOR_ABORTED 10
#define SEMAFOOR_OUT_OF_RANGE 11
#define SEMAFOOR_UNIMPLEMENTED 12
#define SEMAFOOR_INTERNAL 13
#define SEMAFOOR_UNAVAILABLE 14
#define SEMAFOOR_DATA_LOSS 15
#define SEMAFOOR_UNAUTHENTICATED 16

// Nothing to give at the moment: no event within the wait. Call again later; not a failure.
#define SEMAFOOR_E_AGAIN 100
// The instance was stopped, or is stopping; the call had no effect that was not already reported.
#define SEMAFOOR_E_STOPPED 101
// Called in a child made by fork() without exec. The parent's session must not be touched.
#define SEMAFOOR_E_FORKED 102
// The two sides do not fit: another major, or a struct_size too small to be any version.
#define SEMAFOOR_E_ABI 103
// The gateway speaks an older / a newer protocol than this plugin; the message names both versions.
#define SEMAFOOR_E_GATEWAY_TOO_OLD 104
#define SEMAFOOR_E_GATEWAY_TOO_NEW 105
// No gateway answers at the configured place. Retryable: it may be starting.
#define SEMAFOOR_E_GATEWAY_ABSENT 106
// The same client id was used before with other content. Nothing was changed.
#define SEMAFOOR_E_CONFLICT 107
// The cursor is older than what the gateway keeps: rebuild from the list calls, then start anew.
#define SEMAFOOR_E_CURSOR_EXPIRED 108
// The administrator has not enabled this module for this organisation.
#define SEMAFOOR_E_MODULE_DISABLED 109
// The configuration document is wrong; the message names the key.
#define SEMAFOOR_E_CONFIG 110
// Another instance holds this consumer name; retry after its lease or choose another name.
#define SEMAFOOR_E_CONSUMER_BUSY 111

#endif  // SEMAFOOR_STATUS_H
