// SPDX-License-Identifier: Apache-2.0
//
// Compiled as C++17: what a vendor's compiler sees of the C++ face.
#include "semafoor/shim.hpp"

std::string ask(const semafoor::shim::Plugins& plugins) {
  semafoor::shim::Instance instance = plugins.start("ebox", "{}");
  const semafoor::shim::EventPump pump(
      instance, [](const semafoor::shim::Event&) { return semafoor::shim::Handled::stored; });
  return instance.call("Mailbox/ListMessages");
}
