// SPDX-License-Identifier: Apache-2.0
// call lets an exception out.
#include <stdexcept>
#define BEAST_CALL throw std::runtime_error("out of the plugin");
#include "beast.h"
