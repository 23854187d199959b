// SPDX-License-Identifier: Apache-2.0
#include "tests/abi/silent_gateway.h"

#include <gtest/gtest.h>
#include <windows.h>
// After windows.h, whose types it uses.
#include <sddl.h>

#include <array>

#include "gateway/os/windows/handle.h"

namespace semafoor::testing {

// Instances of a pipe that nobody reads; more than the test has calls.
struct SilentGateway::Door {
  std::string name = R"(\\.\pipe\semafoor-silent-)" + std::to_string(GetCurrentProcessId());
  std::array<HANDLE, 8> pipes{};
};

std::string absent_place() {
  return R"(\\.\pipe\semafoor-nobody)";
}

SilentGateway::SilentGateway() : door_(std::make_unique<Door>()) {
  // This account's, as a gateway's would be: another one is refused before it could be silent.
  const std::string list = "O:" + os::windows::own_account() + "D:(A;;GA;;;WD)";
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  ConvertStringSecurityDescriptorToSecurityDescriptorA(list.c_str(), SDDL_REVISION_1, &descriptor,
                                                       nullptr);
  const os::windows::LocalMemory freed(descriptor);
  SECURITY_ATTRIBUTES security{sizeof security, descriptor, FALSE};
  for (HANDLE& pipe : door_->pipes) {
    pipe = CreateNamedPipeA(door_->name.c_str(), PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT,
                            PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, &security);
    if (pipe == INVALID_HANDLE_VALUE) ADD_FAILURE() << "no pipe " << place();
  }
}

SilentGateway::~SilentGateway() {
  for (const HANDLE pipe : door_->pipes) CloseHandle(pipe);
}

std::string SilentGateway::place() const {
  return door_->name;
}

}  // namespace semafoor::testing
