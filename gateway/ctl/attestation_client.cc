// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/attestation_client.h"

#include <nlohmann/json.hpp>

#include "gateway/ctl/attestation_channel.h"

namespace semafoor::ctl {

std::optional<Introduction> introduce(const std::string& place, std::string& problem) {
  const auto line = exchange_line(place,
                                  R"({"v":1,"host":"semafoorctl","client":"semafoorctl"})"
                                  "\n",
                                  problem);
  if (!line) return std::nullopt;
  const auto answer = nlohmann::json::parse(*line, nullptr, false);
  if (!answer.is_object()) {
    problem = "The gateway at " + place + " gave no readable answer within 5 s. See its log.";
    return std::nullopt;
  }
  if (const auto error = answer.find("error"); error != answer.end() && error->is_object()) {
    problem = error->value("message", "The gateway refused this account.");
    return std::nullopt;
  }
  Introduction introduction{answer.value("address", ""), answer.value("token", ""),
                            answer.value("tls_certificate", ""),
                            answer.value("gateway_version", "")};
  if (introduction.address.empty() || introduction.token.empty()) {
    problem =
        "The gateway at " + place + " answered without address or token. Versions may not fit.";
    return std::nullopt;
  }
  return introduction;
}

}  // namespace semafoor::ctl
