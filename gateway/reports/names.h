// SPDX-License-Identifier: Apache-2.0
//
// What codes mean, which other rooms know.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/store/store.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::reports {

// As the list of that moment has it; nothing for a code that it does not have. Asked from several
// threads.
using TextOf = std::function<std::optional<v1::LocalizedText>(
    store::Reader& reader, const std::string& code, std::int64_t moment_ms)>;

struct Names {
  TextOf signal_type;
  TextOf feedback_code;
};

}  // namespace semafoor::reports
