// SPDX-License-Identifier: Apache-2.0
//
// What codes mean, which other rooms know.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "semafoor/v1/common.pb.h"

namespace semafoor::reports {

// Nothing for a code that is on no list. Asked from several threads.
using TextOf = std::function<std::optional<v1::LocalizedText>(const std::string& code)>;

struct Names {
  TextOf signal_type;
  TextOf feedback_code;
};

}  // namespace semafoor::reports
