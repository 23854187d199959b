// SPDX-License-Identifier: Apache-2.0
//
// The answer to GET /messageProviders (federation contract 1.3): a bare JSON array.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/upstream/registry/provider.h"

namespace semafoor::upstream::registry {

// Tolerant: unknown members are ignored; names, descriptions, contact and an absent activation date
// may be missing; a planned maintenance that cannot be read is left out, because a call that fails
// in it does no harm. What decides whether, where and how a provider is called must be right: such
// an entry is rejected with its reason, and the others stand. nullopt when `body` is no array.
std::optional<Registry> read_registry(std::string_view body);

}  // namespace semafoor::upstream::registry
