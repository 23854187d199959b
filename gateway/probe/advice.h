// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace semafoor::probe {

// What an administrator does about an error of a step, by the code; never empty. `connection`
// ("token", "ebox:nsso", "mutations") decides where the same code has another cause.
std::string advice_for(std::string_view connection, std::string_view code);

}  // namespace semafoor::probe
