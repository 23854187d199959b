// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <iterator>

#include "host-shim/host/commands.h"

namespace semafoor::reference_host {

ExitCode call(Session& session, Output& output, const std::string& plugin,
              const std::string& method, const std::string& request) {
  (void)output;
  const std::string bytes =
      request == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : request;
  std::cout << session.plugin(plugin).call(method, bytes, session.call_options());
  // Protobuf bytes go out as they are.
  if (session.config().value("encoding", "json") == "json") std::cout << '\n';
  std::cout << std::flush;
  return kDone;
}

}  // namespace semafoor::reference_host
