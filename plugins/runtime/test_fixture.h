// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "plugins/runtime/test_client.h"
#include "plugins/runtime/test_gateway.h"

namespace semafoor::runtime::testing {

// A gateway in this process, in a folder of its own.
class Runtime : public ::testing::Test {
 protected:
  std::string path() const { return TestGateway::attestation_path(folder_.path); }
  Folder folder_;
  std::unique_ptr<TestGateway> gateway_ = std::make_unique<TestGateway>(folder_.path);
};

}  // namespace semafoor::runtime::testing
