// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::upstream {

enum class SendOutcome {
  // The upstream has it (now, or from an earlier try).
  received,
  // Sent, and no answer came: neither done nor failed.
  unknown,
};

}  // namespace semafoor::upstream
