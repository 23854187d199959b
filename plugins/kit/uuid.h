// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace semafoor::kit {

// A random UUID (version 4, RFC 9562), lower case.
std::string make_uuid();

}  // namespace semafoor::kit
