// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace semafoor::os {

// The words behind the program's name, in UTF-8. For main() only.
std::vector<std::string> arguments(int argc, char** argv);

}  // namespace semafoor::os
