// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/identity.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "plugins/runtime/certificates.h"

namespace semafoor::runtime {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr char kCurrent[] = "identity.json";
constexpr char kNext[] = "next.json";

std::string written(const Identity& identity) {
  return json{{"version", kVersion},
              {"key", identity.key},
              {"certificate", identity.certificate},
              {"authority", identity.authority},
              {"renew_from_s", identity.renew_from_s},
              {"expires_s", identity.expires_s},
              {"codes_sha256", identity.codes}}
      .dump(2);
}

// Empty when it is damaged.
std::optional<Identity> read(const json& document) {
  try {
    return Identity{.key = document.at("key").get<std::string>(),
                    .certificate = document.at("certificate").get<std::string>(),
                    .authority = document.at("authority").get<std::string>(),
                    .renew_from_s = document.at("renew_from_s").get<std::int64_t>(),
                    .expires_s = document.at("expires_s").get<std::int64_t>(),
                    .codes = document.at("codes_sha256").get<std::vector<std::string>>()};
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

int version_of(const json& document) {
  const auto found = document.is_object() ? document.find("version") : document.end();
  return found != document.end() && found->is_number_integer() ? found->get<int>() : 0;
}

}  // namespace

Problem folder_problem(const std::string& tried, const std::string& path, const std::string& why) {
  return {.status = SEMAFOOR_FAILED_PRECONDITION,
          .message = "Tried to " + tried + " " + path + ": " + why +
                     ". The identity folder must be the program's own account's, its disk "
                     "writable, and the folder above it must exist.",
          .code = "identity.folder"};
}

Problem exposed_problem(const std::string& path, const std::string& what,
                        const std::string& to_do) {
  return {.status = SEMAFOOR_FAILED_PRECONDITION,
          .message = "Looked at " + path + ", which is for the account of this program alone: " +
                     what + ". " + to_do + ".",
          .code = "identity.exposed"};
}

Problem busy_problem(const std::string& folder) {
  return {.status = SEMAFOOR_DEADLINE_EXCEEDED,
          .retryable = true,
          .message = "Waited for the identity folder " + folder +
                     ": another program pairs or renews with it. Nothing was sent; try again.",
          .code = "identity.busy"};
}

bool Identity::paired_with(const std::string& code_digest) const {
  return std::find(codes.begin(), codes.end(), code_digest) != codes.end();
}

std::variant<std::optional<Identity>, Problem> IdentityStore::current() const {
  auto found = read_private(folder_, kCurrent);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const auto& text = std::get<std::optional<std::string>>(found);
  if (!text) return std::optional<Identity>();
  const std::string shown = folder_ + "/" + kCurrent;
  const json document = json::parse(*text, nullptr, false);
  if (version_of(document) > kVersion)
    return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .message = "Read the identity " + shown +
                              ": a newer release has written it. Update the plugins of this host. "
                              "Nothing was changed.",
                   .code = "identity.newer"};
  auto identity = read(document);
  if (!identity || !identity->complete() || !is_pair(identity->key, identity->certificate))
    return Problem{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .message = "Read the identity " + shown +
                              ": it is damaged. Put it back from a copy, or move it away and pair "
                              "this machine anew (semafoorctl pair). Nothing was changed.",
                   .code = "identity.damaged"};
  return identity;
}

std::variant<std::optional<Identity>, Problem> IdentityStore::next() const {
  auto found = read_private(folder_, kNext);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const auto& text = std::get<std::optional<std::string>>(found);
  if (!text) return std::optional<Identity>();
  const json document = json::parse(*text, nullptr, false);
  if (version_of(document) != kVersion) return std::optional<Identity>();
  auto identity = read(document);
  if (identity && identity->complete() && !is_pair(identity->key, identity->certificate))
    identity.reset();
  return identity;
}

std::optional<Problem> IdentityStore::save_next(const Identity& identity) const {
  return write_private(folder_, kNext, written(identity));
}

std::optional<Problem> IdentityStore::promote(const Identity& identity) const {
  if (auto problem = write_private(folder_, kCurrent, written(identity))) return problem;
  return drop_next();
}

std::optional<Problem> IdentityStore::drop_next() const {
  return remove_private(folder_, kNext);
}

}  // namespace semafoor::runtime
