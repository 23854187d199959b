// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::rpc {

// What a person at the host reads: the text of this code, or else of its kind.
v1::LocalizedText text_for(const std::string& code, ErrorKind kind);

}  // namespace semafoor::rpc
