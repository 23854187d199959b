// SPDX-License-Identifier: Apache-2.0
#include "tests/exit/foreign.h"

void use_foreign_grpc(const std::string& /*socket*/) {}
