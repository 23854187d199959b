// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::upstream {

// What CURLOPT_SSL_OPTIONS must hold for the system's own authorities to be believed; 0 where
// OpenSSL finds them by itself.
long system_roots_option();

}  // namespace semafoor::upstream
