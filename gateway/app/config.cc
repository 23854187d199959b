// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/config.h"

#include <charconv>
#include <fstream>
#include <sstream>

#include "gateway/app/settings_reader.h"
#include "gateway/app/upstream_settings.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/domain/hex.h"
#include "gateway/os/utf8_path.h"
#include "gateway/rpc/access.h"
#include "gateway/store/postgresql_store.h"

namespace semafoor::app {
namespace {

using Section = SettingsReader::Section;

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::optional<int> port_in(const std::string& text) {
  int port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, port);
  if (problem != std::errc() || stop != end || port < 1 || port > 65'535) return std::nullopt;
  return port;
}

void read_gateway(Section& section, Config& config) {
  section.path("data_dir", config.data_dir);
  section.one_of("log_level", config.log_level, {"debug", "info", "warning", "error"});
  section.path("log_file", config.log_file);
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void read_rights(Section& section, AllowSettings& allow) {
  section.texts("modules", allow.modules);
  for (const std::string& module : allow.modules)
    if (module != "ebox" && module != "knipperlicht" && module != "feedback")
      section.complain("modules", "\"ebox\", \"knipperlicht\" and \"feedback\" are.");
  bool admin = false;
  section.boolean("admin", admin);
  // What an administrator could do before there were roles.
  if (admin) allow.role = rpc::name_of(rpc::Role::operating);
  section.text("role", allow.role);
  if (!allow.role.empty() && !rpc::role_of(allow.role))
    section.complain("role", "\"reader\", \"operator\" or \"security-officer\" is.");
  section.path("program", allow.program);
  section.text("sha256", allow.sha256);
  if (!allow.sha256.empty() && !is_sha256(allow.sha256))
    section.complain("sha256", "64 lower-case hexadecimal digits are, as sha256sum prints them.");
}

void read_allow(Section section, Config& config) {
  AllowSettings allow;
  section.text("user", allow.user);
  section.text("group", allow.group);
  section.texts("organisations", allow.organisations);
  read_rights(section, allow);
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
  section.boolean("bind_tokens", config.bind_tokens);
  section.number("calls_per_second", config.calls_per_second, 1, 1'000'000);
}

void read_network(Section section, Config& config) {
  std::string listen = "off";
  section.text("listen", listen);
  const auto colon = listen.rfind(':');
  const auto port = colon == std::string::npos ? std::nullopt : port_in(listen.substr(colon + 1));
  if (port && colon > 0)
    config.network_listen = listen;
  else if (listen != "off")
    section.complain("listen", "\"off\" is, or an address and a port: \"0.0.0.0:7443\".");
  section.number("pairing_code_s", config.pairing_code_s, 1, 600);
  section.number("certificate_life_s", config.certificate_life_s, 3, 90LL * 86'400);
}

constexpr char kDaysThereAre[] = "0 (for ever), or 30 to 36500.";

std::optional<int> days_in(const std::string& text) {
  int days = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && mailbox::is_retention(days) ? std::optional(days) : std::nullopt;
}

// By the settings, so far.
using ReadSaid = std::map<v1::MessageFamily, v1::ReadPolicy>;

// A family that is named twice, with different policies, is a mistake.
void read_families(Section& section, const char* key, v1::ReadPolicy policy, Config& config,
                   ReadSaid& said, std::vector<std::string> names = {}) {
  section.texts(key, names);
  for (const std::string& name : names) {
    v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
    if (!v1::MessageFamily_Parse(name, &family) || family == v1::MESSAGE_FAMILY_UNSPECIFIED) {
      section.complain(key, "names of message families are: \"MESSAGE_FAMILY_...\".");
      continue;
    }
    if (said.emplace(family, policy).first->second != policy)
      section.complain(key, name + " has another read policy already; name it once.");
    config.read.families[family] = policy;
  }
}

void read_sync(Section section, Config& config, ReadSaid& said) {
  section.number("interval_s", config.sync_interval_s, 0, 86'400);
  section.number("signals_interval_s", config.signals_interval_s, 0, 86'400);
  std::string night;
  section.text("signals_night", night);
  if (!night.empty()) {
    config.signals_night = duties::parse_night(night);
    if (!config.signals_night)
      section.complain("signals_night",
                       "a time of this machine's night, of at most twelve hours, is: "
                       "\"02:00-05:00\".");
    if (section.present("signals_interval_s"))
      section.complain("signals_interval_s",
                       "it does not go with signals_night: give one of them.");
    config.signals_interval_s = 86'400;
  }
  section.number("judgement_days", config.judgement_days, 0, 3'650);
  section.number("first_delay_s", config.first_delay_s, 0, 86'400);
  section.number("downloads", config.downloads, 1, 32);
  read_families(section, "hold_back", v1::READ_POLICY_NEVER, config, said);
}

void read_read_policy(Section section, Config& config, ReadSaid& said) {
  std::string general = "on_arrival";
  section.one_of("default", general, {"on_arrival", "on_opening", "never"});
  if (general == "on_opening") config.read.general = v1::READ_POLICY_ON_OPENING;
  if (general == "never") config.read.general = v1::READ_POLICY_NEVER;
  read_families(section, "on_arrival", v1::READ_POLICY_ON_ARRIVAL, config, said);
  read_families(section, "never", v1::READ_POLICY_NEVER, config, said);
  // Last: what it holds by itself gives way to whoever names that family.
  std::vector<std::string> by_itself;
  if (!said.contains(v1::MESSAGE_FAMILY_OTHER)) by_itself = {"MESSAGE_FAMILY_OTHER"};
  read_families(section, "on_opening", v1::READ_POLICY_ON_OPENING, config, said, by_itself);
}

// "MESSAGE_FAMILY_OTHER=365".
void read_family_days(Section& section, Config& config) {
  constexpr char kKey[] = "families";
  std::vector<std::string> texts;
  section.texts(kKey, texts);
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto days = equals == std::string::npos ? std::nullopt : days_in(text.substr(equals + 1));
    v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
    if (!days || !v1::MessageFamily_Parse(name, &family) ||
        family == v1::MESSAGE_FAMILY_UNSPECIFIED) {
      section.complain(kKey, std::string("families with their days are: "
                                         "\"MESSAGE_FAMILY_OTHER=365\"; days are ") +
                                 kDaysThereAre);
      continue;
    }
    if (config.retention.families.emplace(family, *days).first->second != *days)
      section.complain(kKey, name + " has other days already; name it once.");
  }
}

void read_retention(Section section, Config& config) {
  std::int64_t days = 0;
  section.number("keep_days", days, 0, mailbox::kMostDays);
  if (!mailbox::is_retention(static_cast<int>(days)))
    section.complain("keep_days", std::string("days are ") + kDaysThereAre);
  else
    config.retention.general = static_cast<int>(days);
  read_family_days(section, config);
  std::string night = "01:00-05:00";
  section.text("night", night);
  config.retention_night = duties::parse_night(night);
  if (!config.retention_night)
    section.complain("night",
                     "a time of this machine's night, of at most twelve hours, is: "
                     "\"01:00-05:00\".");
  if (!section.present("interval_s")) return;
  if (section.present("night"))
    section.complain("interval_s", "it does not go with night: give one of them.");
  config.retention_night.reset();
  section.number("interval_s", config.retention_interval_s, 1, 86'400);
}

void read_channels(Section section, Config& config) {
  section.number("clean_months", config.clean_months, 1, 12);
}

void read_expiry(Section section, Config& config) {
  section.number("interval_s", config.expiry_interval_s, 1, 86'400);
  section.number("archive_days", config.archive_days, 0, 3'650);
}

void read_intake(Section section, Config& config) {
  section.path("folder", config.intake_folder);
  section.number("interval_s", config.intake_interval_s, 1, 3'600);
  section.number("max_file_mib", config.max_file_mib, 1, 4'096);
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

// "NAME", "NAME=LABEL" or "NAME=id:HEX"; blanks and colons in HEX do not count.
std::optional<std::pair<std::string, vault::tokens::KeyPlace>> token_key_of(
    const std::string& text) {
  constexpr std::string_view kById = "id:";
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const std::string where = equals == std::string::npos ? name : text.substr(equals + 1);
  if (name.empty() || where.empty()) return std::nullopt;
  if (!where.starts_with(kById)) return std::pair(name, vault::tokens::KeyPlace{where, {}});
  std::string digits = where.substr(kById.size());
  std::erase_if(digits, [](char c) { return c == ' ' || c == ':'; });
  const auto id = domain::from_hex(digits);
  if (!id || id->empty()) return std::nullopt;
  return std::pair(name, vault::tokens::KeyPlace{{}, *id});
}

void read_token(Section section, Config& config) {
  vault::tokens::TokenSettings token;
  section.text("name", token.name);
  section.path("module", token.module);
  section.text("label", token.label);
  section.text("provider", token.provider);
  std::int64_t deadline_ms = token.deadline.count();
  section.number("deadline_ms", deadline_ms, 100, 120'000);
  token.deadline = std::chrono::milliseconds(deadline_ms);
  std::vector<std::string> keys;
  section.texts("keys", keys);
  for (const std::string& one : keys) {
    if (auto key = token_key_of(one))
      token.keys.insert(std::move(*key));
    else
      section.complain("keys", R"("NAME", "NAME=LABEL" or "NAME=id:HEX" is.)");
  }
  if (token.name.empty()) section.complain("name", "a name for its PIN in the vault is.");
  if (token.module.empty() == token.provider.empty())
    section.complain("module", "a PKCS#11 library is, or a provider of Windows, and not both.");
  if (!token.provider.empty() && !vault::tokens::knows_providers())
    section.complain("provider", "a module is: key storage providers are on Windows only.");
  if (!token.module.empty() && token.label.empty())
    section.complain("label", "the label of the token is.");
  config.tokens.push_back(std::move(token));
}

void read_keys(SettingsReader& reader, Config& config) {
  Section section = reader.section("keys");
  section.path("folder", config.keys_folder);
  section.boolean("plaintext", config.plaintext_keys);
  for (const Section& one : reader.sections("keys", "token")) read_token(one, config);
}

void read_seal(Section section, SealSettings& seal) {
  std::string source(vault::name_of(seal.source));
  section.text("source", source);
  if (const auto known = vault::root_source_of(source))
    seal.source = *known;
  else
    section.complain(
        "source",
        "\"key_file\", \"credential\" (systemd), \"passphrase\", \"dpapi\" (Windows), or "
        "\"none\" is.");
  section.path("folder", seal.folder);
  section.path("key_file", seal.key_file);
  section.text("credential", seal.credential);
  if (section.present("key_file") && seal.source != vault::RootSource::key_file)
    section.complain("key_file", "it goes with source = \"key_file\" only.");
}

void read_audit(Section section, Config& config) {
  section.text("timestamp_url", config.timestamp_url);
  section.path("timestamp_ca", config.timestamp_ca_file);
  const std::string& url = config.timestamp_url;
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
    section.complain("timestamp_url", "an address that begins with http:// or https:// is.");
  if (!url.empty() && !std::filesystem::exists(config.timestamp_ca_file))
    section.complain("timestamp_ca",
                     "with a timestamp_url, the authority's root certificate as a PEM file is.");
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
  existing("budget_articles", config.budget_articles_file);
  section.path("layouts", config.layouts_folder);
  if (!config.layouts_folder.empty() && !std::filesystem::is_directory(config.layouts_folder))
    section.complain("layouts", "a folder that exists is.");
}

}  // namespace

std::optional<std::pair<std::string, int>> parse_listen(const std::string& text) {
  if (text == "off") return std::pair(std::string(), 0);
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || !is_loopback(text.substr(0, colon))) return std::nullopt;
  const auto port = port_in(text.substr(colon + 1));
  if (!port) return std::nullopt;
  return std::pair(text.substr(0, colon), *port);
}

LoadedConfig parse_config(const std::string& text, const std::string& file_name) {
  LoadedConfig loaded;
  SettingsReader::Findings findings;
  SettingsReader reader(text, file_name, findings);
  Config& config = loaded.config;
  Section gateway = reader.section("gateway");
  read_gateway(gateway, config);
  read_local(reader, gateway, config);
  read_network(reader.section("network"), config);
  const bool show_proxy = read_upstream(reader.section("upstream"), config.upstream);
  ReadSaid said;
  config.read.families.clear();
  read_sync(reader.section("sync"), config, said);
  read_read_policy(reader.section("read_policy"), config, said);
  read_retention(reader.section("retention"), config);
  read_channels(reader.section("channels"), config);
  read_expiry(reader.section("expiry"), config);
  read_intake(reader.section("intake"), config);
  read_keys(reader, config);
  read_seal(reader.section("seal"), config.seal);
  const bool show_connection = read_store(reader.section("store"), config);
  read_disk(reader.section("disk"), config);
  read_audit(reader.section("audit"), config);
  read_metrics(reader.section("metrics"), config);
  read_data(reader.section("data"), config);
  reader.finish();
  loaded.problems = std::move(findings.problems);
  loaded.in_force = std::move(findings.in_force);
  if (!show_connection && !config.store_connection.empty())
    loaded.in_force["store"]["connection"] = "(not shown)";
  if (!show_proxy) loaded.in_force["upstream"]["proxy"] = "(not shown)";
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
