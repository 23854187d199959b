// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/attestation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace semafoor::runtime {
namespace {

// gRPC ends the process over a metadata value with other characters.
bool printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Problem unreadable(const std::string& path) {
  return {.status = SEMAFOOR_E_GATEWAY_ABSENT,
          .retryable = true,
          .message = "Asked the gateway at " + path +
                     " for access: its answer is not readable. See the gateway's log, and check "
                     "that this is its attestation socket."};
}

std::string string_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::variant<Introduction, Problem> understand(const std::string& path, const std::string& line) {
  const auto answer = nlohmann::json::parse(line, nullptr, false);
  if (!answer.is_object()) return unreadable(path);
  if (const auto error = answer.find("error"); error != answer.end() && error->is_object()) {
    const std::string reason = string_of(*error, "message");
    return Problem{.status = SEMAFOOR_PERMISSION_DENIED,
                   .from_gateway = true,
                   .message = "Asked the gateway at " + path + " for access: refused (" +
                              string_of(*error, "code") + "). " +
                              (reason.empty() ? "See the gateway's log." : reason)};
  }
  constexpr std::int64_t kLongestLife = 24 * 60 * 60;
  const auto life = answer.find("expires_in_s");
  Introduction introduction{.address = string_of(answer, "address"),
                            .tls_certificate = string_of(answer, "tls_certificate"),
                            .token = string_of(answer, "token"),
                            .gateway_version = string_of(answer, "gateway_version")};
  if (life != answer.end() && life->is_number())
    introduction.expires_in = std::chrono::seconds(
        std::clamp<std::int64_t>(static_cast<std::int64_t>(life->get<double>()), 0, kLongestLife));
  if (introduction.address.empty() || introduction.token.empty() ||
      !printable(introduction.token) || introduction.expires_in.count() <= 0)
    return unreadable(path);
  return introduction;
}

}  // namespace

std::variant<Introduction, Problem> introduce(const GatewayKey& gateway, const Caller& caller,
                                              const Patience& patience) {
  const nlohmann::json question = {
      {"v", 1}, {"host", caller.host_name}, {"client", caller.client_name}};
  auto answer = exchange_line(
      gateway, question.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace), patience);
  if (auto* problem = std::get_if<Problem>(&answer)) return std::move(*problem);
  return understand(gateway.path, std::get<std::string>(answer));
}

}  // namespace semafoor::runtime
