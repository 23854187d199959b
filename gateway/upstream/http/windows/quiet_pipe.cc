// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/quiet_pipe.h"

namespace semafoor::upstream {

// A connection that the peer closed is an error here anyway: there is no such signal.
struct QuietPipe::Before {};
QuietPipe::QuietPipe() = default;
QuietPipe::~QuietPipe() = default;

}  // namespace semafoor::upstream
