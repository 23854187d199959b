// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/system_roots.h"

#include <curl/curl.h>

namespace semafoor::upstream {

// The store of Windows: OpenSSL knows no folder of certificates here.
long system_roots_option() {
  return CURLSSLOPT_NATIVE_CA;
}

}  // namespace semafoor::upstream
