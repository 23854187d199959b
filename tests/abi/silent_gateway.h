// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace semafoor::testing {

// An attestation socket or pipe that does not exist.
std::string absent_place();

// A gateway that lets itself be called and never answers.
class SilentGateway {
 public:
  SilentGateway();
  ~SilentGateway();
  SilentGateway(const SilentGateway&) = delete;
  SilentGateway& operator=(const SilentGateway&) = delete;

  // Its attestation socket or pipe.
  std::string place() const;

 private:
  struct Door;
  std::unique_ptr<Door> door_;
};

}  // namespace semafoor::testing
