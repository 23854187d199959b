// SPDX-License-Identifier: Apache-2.0
//
// The last good registry as a text, so that a gateway that starts while the registry is away still
// knows the providers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/upstream/registry/provider.h"

namespace semafoor::upstream::registry {

struct Kept {
  Registry registry;
  std::int64_t read_ms = 0;
};

// JSON; the providers in the shape of the contract, so that what is read back passed the same
// checks, those of a newer gateway included.
std::string write_kept(const Kept& kept);
// nullopt for what was not written by write_kept().
std::optional<Kept> read_kept(std::string_view text);

}  // namespace semafoor::upstream::registry
