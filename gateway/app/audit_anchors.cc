// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/audit_anchors.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "gateway/domain/hex.h"

namespace semafoor::app {

using Level = rpc::Journal::Level;

namespace {

// In groups: the log masks eleven digits in a row.
std::string shown_hash(const std::string& hash) {
  std::string text;
  for (std::size_t at = 0; at < hash.size(); at += 4)
    text += (at == 0 ? "" : ":") + domain::to_hex(hash.substr(at, 4));
  return text;
}

}  // namespace

std::filesystem::path anchor_folder(const Config& config) {
  return vault_folder(config.seal, config.data_dir) / "anchors";
}

std::string timestamp_ca(const Config& config) {
  if (config.timestamp_url.empty()) return {};
  std::ifstream stream(config.timestamp_ca_file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

upstream::HttpSettings anchor_http(const Config& config, const std::string& version) {
  upstream::HttpSettings settings;
  settings.ca_file = config.upstream.ca_file;
  settings.user_agent = "semafoor-gateway/" + version;
  settings.proxy = config.upstream.proxy;
  return settings;
}

audit::AnchoringOptions anchoring_options(const Config& config) {
  audit::AnchoringOptions options;
  options.timestamp_url = config.timestamp_url;
  options.timestamp_ca = timestamp_ca(config);
  return options;
}

audit::AnchorTold tell_anchors(JsonLog& log) {
  audit::AnchorTold told;
  told.made = [&log](const audit::Anchor& anchor) {
    for (const v1::AuditHead& head : anchor.chains)
      log.note(Level::info, "audit.anchor", "Where an audit chain ends today.",
               {{"day", anchor.day},
                {"organisation", head.organisation().value()},
                {"number", std::to_string(head.number())},
                {"hash", shown_hash(head.hash())}});
  };
  told.stamped = [&log](const std::string& day, std::int64_t time_ms) {
    log.note(Level::info, "audit.anchor_stamped", "The day's audit anchor has its timestamp.",
             {{"day", day}, {"time_ms", std::to_string(time_ms)}});
  };
  told.failed = [&log](const Error& error) {
    log.note(Level::warning, "audit.anchor_failed", error.message, {{"code", error.code}});
  };
  return told;
}

std::function<void(const Error&)> audit_failed(JsonLog& log) {
  return [&log](const Error& error) {
    log.note(Level::error, "audit.failed", error.message, {{"code", error.code}});
  };
}

}  // namespace semafoor::app
