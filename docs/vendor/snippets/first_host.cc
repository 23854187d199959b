// SPDX-License-Identifier: Apache-2.0
// usage: first_host PLUGINS ORGANISATION GATEWAY-SOCKET
#include <chrono>
#include <iostream>
#include <semafoor/shim.hpp>

namespace shim = semafoor::shim;

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string config = std::string(R"({"organisation":")") + argv[2] +
                             R"(","host_name":"first-host","gateway":{"attestation_socket":")" +
                             argv[3] + R"("}})";
  try {
    // Find, check and load: the shim refuses a damaged or foreign file before it runs any of it.
    const shim::Plugins plugins({argv[1]});
    shim::Instance ebox = plugins.start("ebox", config);

    // Ask: one method, one JSON document each way.
    std::cout << ebox.call("Mailbox/ListMessages", R"({"pageSize":5})") << "\n";

    // Follow: store each event, then say so, and the pump acknowledges it. Until it is quiet.
    const auto store = [](const shim::Event& event) {
      std::cout << event.sequence << " " << event.type << " " << event.subject_id << "\n";
      return shim::Handled::stored;
    };
    shim::EventPump pump(ebox, store, {}, {shim::EventPump::Thread::none});
    while (pump.step(std::chrono::seconds(2))) {
    }
    return 0;
  } catch (const shim::Error& error) {
    std::cerr << error.status_name() << ": " << error.what() << "\n";
    return error.retryable() ? 4 : 1;
  }
}
