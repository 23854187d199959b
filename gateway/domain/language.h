// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::domain {

// What people read; LocalizedText has a member for each.
enum class Language { nl, fr, de, en };

}  // namespace semafoor::domain
