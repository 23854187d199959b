// SPDX-License-Identifier: Apache-2.0
//
// When a host is told of its signals: a line for each "signal.received" the instant its event comes
// out of the plugin, "MICROSECONDS SIGNAL_ID" since 1970-01-01 UTC. Ends when standard input does.
//
// usage: bench_event_times PLUGINS SOCKET CBE
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <semafoor/shim.hpp>
#include <string>

int main(int argc, char** argv) {
  namespace shim = semafoor::shim;
  if (argc != 4) {
    std::cerr << "usage: " << argv[0] << " PLUGINS SOCKET CBE\n";
    return 2;
  }
  try {
    const std::string config = nlohmann::json{{"organisation", argv[3]},
                                              {"host_name", "bench"},
                                              {"consumer", "bench"},
                                              {"gateway", {{"attestation_socket", argv[2]}}}}
                                   .dump();
    const shim::Plugins plugins({argv[1]});
    shim::Instance signals = plugins.start("knipperlicht", config);
    shim::EventPump pump(signals, [](const shim::Event& event) {
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      if (event.type == "signal.received")
        std::cout << std::chrono::duration_cast<std::chrono::microseconds>(now).count() << " "
                  << event.subject_id << std::endl;
      return shim::Handled::stored;
    });
    for (std::string line; std::getline(std::cin, line);) {
    }
    pump.close();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << "\n";
    return 1;
  }
}
