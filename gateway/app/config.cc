// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/config.h"

#include <charconv>
#include <fstream>
#include <sstream>

#include "gateway/app/settings_reader.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/postgresql_store.h"

namespace semafoor::app {
namespace {

constexpr char kTokenEndpoint[] = "https://services.socialsecurity.be/REST/oauth/v5/token";
constexpr char kEbox[] =
    "https://services.socialsecurity.be/REST/ebox/enterprise/messageRegistry/v2";

using Section = SettingsReader::Section;

std::string host_of(const std::string& url) {
  const auto begin = url.find("://") + 3;
  const auto end = url.find_first_of("/?#", begin);
  std::string authority = url.substr(begin, end == std::string::npos ? end : end - begin);
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// Tokens travel over this: in clear only within the machine.
void url(Section& section, const char* key, std::string& value) {
  section.text(key, value);
  if (value.empty()) return;
  const bool https = value.starts_with("https://");
  const bool http = value.starts_with("http://");
  if (!https && !http)
    section.complain(key, "an address that begins with https:// is.");
  else if (host_of(value).empty() || value.find('@') != std::string::npos)
    section.complain(key, "an address with a host, and without a password in it, is.");
  else if (http && !is_loopback(host_of(value)))
    section.complain(key, "http:// is for this machine only (127.0.0.1); write https://.");
}

void read_gateway(Section& section, Config& config) {
  section.path("data_dir", config.data_dir);
  section.one_of("log_level", config.log_level, {"debug", "info", "warning", "error"});
  section.path("log_file", config.log_file);
}

void read_allow(Section section, Config& config) {
  AllowSettings allow;
  section.text("user", allow.user);
  section.text("group", allow.group);
  section.texts("organisations", allow.organisations);
  section.boolean("admin", allow.admin);
  if (allow.user.empty() && allow.group.empty())
    section.complain("user", "name a user, a group, or both.");
  for (const std::string& org : allow.organisations)
    if (org != "*" && !domain::is_valid_cbe(org))
      section.complain("organisations", "enterprise numbers of ten digits are, or \"*\" for all.");
  config.allow.push_back(std::move(allow));
}

void read_local(SettingsReader& reader, Section& gateway, Config& config) {
  Section section = reader.section("local");
  for (const Section& one : reader.sections("local", "allow")) read_allow(one, config);
  read_local_places(gateway, section, config);
  section.number("token_lifetime_s", config.token_lifetime_s, 1, 86'400);
}

void read_upstream(Section section, Config& config) {
  upstream::UpstreamOptions& options = config.upstream;
  options.token_endpoint = kTokenEndpoint;
  options.ebox_base_url = kEbox;
  url(section, "token_endpoint", options.token_endpoint);
  section.text("audience", options.audience);
  url(section, "ebox_base_url", options.ebox_base_url);
  section.text("ebox_provider_id", options.ebox_provider_id);
  url(section, "podmi_base_url", options.podmi_base_url);
  section.text("ebox_scope", options.ebox_scope);
  section.text("podmi_scope", options.podmi_scope);
  std::filesystem::path ca_file = os::path_of(options.ca_file);
  section.path("ca_file", ca_file);
  if (!ca_file.empty() && !std::filesystem::exists(ca_file))
    section.complain("ca_file", "a PEM file that exists is.");
  options.ca_file = ca_file.string();
  section.number("connect_timeout_ms", options.connect_timeout_ms, 100, 600'000);
  section.number("request_timeout_ms", options.request_timeout_ms, 100, 600'000);
  section.number("stall_timeout_ms", options.stall_timeout_ms, 100, 600'000);
}

void read_sync(Section section, Config& config) {
  section.number("interval_s", config.sync_interval_s, 0, 86'400);
  section.number("signals_interval_s", config.signals_interval_s, 0, 86'400);
  section.number("first_delay_s", config.first_delay_s, 0, 86'400);
  section.number("downloads", config.downloads, 1, 32);
  std::vector<std::string> families;
  section.texts("hold_back", families);
  for (const std::string& name : families) {
    v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
    if (v1::MessageFamily_Parse(name, &family) && family != v1::MESSAGE_FAMILY_UNSPECIFIED)
      config.hold_back.insert(family);
    else
      section.complain("hold_back", "names of message families are: \"MESSAGE_FAMILY_...\".");
  }
}

// Says whether the connection may be shown: one that is refused may hold a password.
bool read_store(Section section, Config& config) {
  section.one_of("engine", config.store_engine, {"sqlite", "postgresql"});
  section.text("connection", config.store_connection);
  section.path("password_file", config.store_password_file);
  if (config.store_engine == "postgresql") {
    const auto usable =
        store::check_postgresql_settings(config.store_connection, config.store_password_file);
    if (!usable) section.complain("connection", usable.error().message);
    return usable.ok();
  }
  for (const char* key : {"connection", "password_file"})
    if (section.present(key)) section.complain(key, "it goes with engine = \"postgresql\" only.");
  return !section.present("connection");
}

void read_disk(Section section, Config& config) {
  constexpr std::int64_t kMost = 1'048'576;
  section.number("slow_below_mib", config.disk.slow_below_mib, 0, kMost);
  section.number("stop_below_mib", config.disk.stop_below_mib, 0, kMost);
  section.number("refuse_below_mib", config.disk.refuse_below_mib, 0, kMost);
  if (config.disk.stop_below_mib > config.disk.slow_below_mib)
    section.complain("stop_below_mib", "at most slow_below_mib is.");
  if (config.disk.refuse_below_mib > config.disk.stop_below_mib)
    section.complain("refuse_below_mib", "at most stop_below_mib is.");
}

void read_metrics(Section section, Config& config) {
  std::string listen = "off";
  section.text("listen", listen);
  if (const auto parsed = parse_listen(listen)) {
    config.metrics_host = parsed->first;
    config.metrics_port = parsed->second;
  } else {
    section.complain("listen", "\"off\" is, or an address of this machine: \"127.0.0.1:9464\".");
  }
}

void read_data(Section section, Config& config) {
  const auto existing = [&section](const char* key, std::filesystem::path& value) {
    section.path(key, value);
    if (!value.empty() && !std::filesystem::exists(value))
      section.complain(key, "a file that exists is.");
  };
  existing("families", config.families_file);
  existing("codes", config.codes_file);
  existing("signal_types", config.signal_types_file);
}

}  // namespace

std::optional<std::pair<std::string, int>> parse_listen(const std::string& text) {
  if (text == "off") return std::pair(std::string(), 0);
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || !is_loopback(text.substr(0, colon))) return std::nullopt;
  int port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data() + colon + 1, end, port);
  if (problem != std::errc() || stop != end || port < 1 || port > 65'535) return std::nullopt;
  return std::pair(text.substr(0, colon), port);
}

LoadedConfig parse_config(const std::string& text, const std::string& file_name) {
  LoadedConfig loaded;
  SettingsReader::Findings findings;
  SettingsReader reader(text, file_name, findings);
  Config& config = loaded.config;
  Section gateway = reader.section("gateway");
  read_gateway(gateway, config);
  read_local(reader, gateway, config);
  read_upstream(reader.section("upstream"), config);
  read_sync(reader.section("sync"), config);
  reader.section("keys").path("folder", config.keys_folder);
  const bool show_connection = read_store(reader.section("store"), config);
  read_disk(reader.section("disk"), config);
  read_metrics(reader.section("metrics"), config);
  read_data(reader.section("data"), config);
  reader.finish();
  loaded.problems = std::move(findings.problems);
  loaded.in_force = std::move(findings.in_force);
  if (!show_connection && !config.store_connection.empty())
    loaded.in_force["store"]["connection"] = "(not shown)";
  return loaded;
}

LoadedConfig load_config(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  std::error_code unknown;
  const bool regular = std::filesystem::is_regular_file(file, unknown);
  text << stream.rdbuf();
  if (!stream || !regular) {
    LoadedConfig loaded;
    loaded.problems.push_back({.file = file.string(),
                               .line = 0,
                               .key = {},
                               .message = "the file cannot be read. Name another one with "
                                          "--config, or check its permissions."});
    return loaded;
  }
  return parse_config(text.str(), file.string());
}

}  // namespace semafoor::app
