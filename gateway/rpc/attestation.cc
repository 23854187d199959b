// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/attestation.h"

#include <nlohmann/json.hpp>

namespace semafoor::rpc {
namespace {

// Bytes of UTF-8.
constexpr std::size_t kMaxName = 256;

// A name a caller gave, fit for a log line; nothing when it is no string or too long.
std::optional<std::string> name_in(const nlohmann::json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end()) return std::string();
  if (!found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  if (text.size() > kMaxName) return std::nullopt;
  return text;
}

std::string line_of(const nlohmann::json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string refusal(const std::string& code, const std::string& message) {
  return line_of({{"v", 1}, {"error", {{"code", code}, {"message", message}}}});
}

}  // namespace

Attestor::Attestor(Sessions& sessions, AccessPolicy policy, std::function<Endpoint()> endpoint,
                   std::string version, Journal& journal)
    : sessions_(sessions),
      policy_(std::move(policy)),
      endpoint_(std::move(endpoint)),
      version_(std::move(version)),
      journal_(journal) {}

Attestor::Attestor(Sessions& sessions, AccessPolicy policy, std::string address,
                   std::string version, Journal& journal)
    : Attestor(
          sessions, std::move(policy),
          [address = std::move(address)] {
            return Endpoint{.address = address, .certificate = {}};
          },
          std::move(version), journal) {}

std::optional<std::string> Attestor::answer(const PeerIdentity& peer,
                                            std::shared_ptr<const ProcessHold> process,
                                            std::string_view request) {
  // Depth is bounded by the size of the request.
  const auto document = nlohmann::json::parse(request, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto version = document.find("v");
  if (version == document.end() || !version->is_number_integer()) return std::nullopt;
  if (*version != 1)
    return refusal("attestation.version",
                   "The program asked in a version of the attestation exchange that this gateway "
                   "does not know. Use plugins and gateway of the same release.");
  const auto host = name_in(document, "host");
  const auto client = name_in(document, "client");
  if (!host || !client) return std::nullopt;

  const std::string pid = std::to_string(peer.pid);
  const std::string who =
      peer.image.empty() ? peer.account : peer.account + " (" + peer.image + ")";
  auto access = policy_(peer, process.get());
  if (!access.ok()) {
    journal_.note(Journal::Level::warning, "session.refused", access.error().message,
                  {{"code", access.error().code},
                   {"account", who},
                   {"pid", pid},
                   {"host", *host},
                   {"client", *client}});
    return refusal(access.error().code, access.error().message);
  }
  auto token = sessions_.open(Session{.peer = peer,
                                      .access = std::move(*access),
                                      .host = *host,
                                      .client = *client,
                                      .process = std::move(process),
                                      .expires = {}});
  if (!token.ok()) return refusal(token.error().code, token.error().message);
  journal_.note(Journal::Level::debug, "session.opened", "A session was opened.",
                {{"account", who}, {"pid", pid}, {"host", *host}, {"client", *client}});
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(sessions_.lifetime()).count();
  const Endpoint endpoint = endpoint_();
  nlohmann::json welcome = {{"v", 1},
                            {"address", endpoint.address},
                            {"token", *token},
                            {"expires_in_s", lifetime},
                            {"gateway_version", version_}};
  if (!endpoint.certificate.empty()) welcome["tls_certificate"] = endpoint.certificate;
  return line_of(welcome);
}

}  // namespace semafoor::rpc
