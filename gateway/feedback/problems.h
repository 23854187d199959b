// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "semafoor/v1/feedback.pb.h"

namespace semafoor::feedback {

// A problem with its texts for the user; `code` is one of those listed in feedback.h. `detail`
// completes the English message for the developer and holds no personal data.
v1::FeedbackProblem problem(std::string_view code, std::string_view field, std::string detail);

}  // namespace semafoor::feedback
