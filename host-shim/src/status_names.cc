// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/status_names.h"

namespace semafoor::loader {

const char* status_name(semafoor_status status) {
  switch (status) {
    case SEMAFOOR_OK:
      return "OK";
    case SEMAFOOR_CANCELLED:
      return "CANCELLED";
    case SEMAFOOR_UNKNOWN:
      return "UNKNOWN";
    case SEMAFOOR_INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case SEMAFOOR_DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case SEMAFOOR_NOT_FOUND:
      return "NOT_FOUND";
    case SEMAFOOR_ALREADY_EXISTS:
      return "ALREADY_EXISTS";
    case SEMAFOOR_PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case SEMAFOOR_RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case SEMAFOOR_FAILED_PRECONDITION:
      return "FAILED_PRECONDITION";
    case SEMAFOOR_ABORTED:
      return "ABORTED";
    case SEMAFOOR_OUT_OF_RANGE:
      return "OUT_OF_RANGE";
    case SEMAFOOR_UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case SEMAFOOR_INTERNAL:
      return "INTERNAL";
    case SEMAFOOR_UNAVAILABLE:
      return "UNAVAILABLE";
    case SEMAFOOR_DATA_LOSS:
      return "DATA_LOSS";
    case SEMAFOOR_UNAUTHENTICATED:
      return "UNAUTHENTICATED";
    case SEMAFOOR_E_AGAIN:
      return "E_AGAIN";
    case SEMAFOOR_E_STOPPED:
      return "E_STOPPED";
    case SEMAFOOR_E_FORKED:
      return "E_FORKED";
    case SEMAFOOR_E_ABI:
      return "E_ABI";
    case SEMAFOOR_E_GATEWAY_TOO_OLD:
      return "E_GATEWAY_TOO_OLD";
    case SEMAFOOR_E_GATEWAY_TOO_NEW:
      return "E_GATEWAY_TOO_NEW";
    case SEMAFOOR_E_GATEWAY_ABSENT:
      return "E_GATEWAY_ABSENT";
    case SEMAFOOR_E_CONFLICT:
      return "E_CONFLICT";
    case SEMAFOOR_E_CURSOR_EXPIRED:
      return "E_CURSOR_EXPIRED";
    case SEMAFOOR_E_MODULE_DISABLED:
      return "E_MODULE_DISABLED";
    case SEMAFOOR_E_CONFIG:
      return "E_CONFIG";
    case SEMAFOOR_E_CONSUMER_BUSY:
      return "E_CONSUMER_BUSY";
    default:
      return nullptr;
  }
}

semafoor_status known_status(semafoor_status status) {
  return status_name(status) != nullptr ? status : SEMAFOOR_UNKNOWN;
}

}  // namespace semafoor::loader
