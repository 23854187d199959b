// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace semafoor::ctl {

// Where to connect and with which token (architecture, decision 13).
struct Introduction {
  std::string address;
  std::string token;
  // As PEM: the one to be believed at a "tls:" address.
  std::string certificate;
  std::string gateway_version;
};

// Asks the gateway that answers at `place` who we are to it. On failure gives nothing and says why
// in `problem`; whom it believes is said at exchange_line().
std::optional<Introduction> introduce(const std::string& place, std::string& problem);

}  // namespace semafoor::ctl
