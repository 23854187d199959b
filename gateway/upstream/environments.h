// SPDX-License-Identifier: Apache-2.0
//
// The environments of the e-Box, as presets of addresses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace semafoor::upstream {

// Members are empty where nothing is documented: the administrator gives what he was told.
struct Environment {
  std::string name;
  std::string token_endpoint;
  std::string audience;
  std::string ebox_base_url;
  // Without "/messageProviders".
  std::string registry_url;
};

// "production", "acceptance", "simulation", and "custom", in which every address is given.
const std::vector<Environment>& environments();
// nullptr: no such one.
const Environment* environment_named(std::string_view name);

}  // namespace semafoor::upstream
