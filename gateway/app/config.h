// SPDX-License-Identifier: Apache-2.0
//
// The gateway's settings: one TOML file, every key with a default. Organisations are not here: they
// are data, set with semafoorctl.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/disk_watch.h"
#include "gateway/app/places.h"
#include "gateway/app/sealing.h"
#include "gateway/app/settings_reader.h"
#include "gateway/domain/result.h"
#include "gateway/duties/night.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/mailbox/retention_policy.h"
#include "gateway/upstream/upstreams.h"
#include "gateway/vault/tokens/token.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::app {

struct AllowSettings {
  // Name or number of an account; at least one of the two.
  std::string user;
  std::string group;
  // CBE numbers, or "*" for all.
  std::vector<std::string> organisations;
  // Empty: all that the organisation has.
  std::vector<std::string> modules;
  // As rpc::role_of() knows it; empty: no administrator.
  std::string role;
  // Empty: any program.
  std::filesystem::path program;
  // Lower-case hexadecimal.
  std::string sha256;
};

struct Config {
  std::filesystem::path data_dir = standard_places().data_dir;
  // For sockets; none on Windows.
  std::filesystem::path run_dir = standard_places().run_dir;
  // "debug", "info", "warning", "error".
  std::string log_level = "info";
  // Empty: standard error.
  std::filesystem::path log_file;

  // On Windows a pipe, and no second one: calls come over TLS on loopback.
  std::filesystem::path attest_socket;
  std::filesystem::path rpc_socket;
  unsigned folder_mode = 0750;
  // Who may connect at all; who may do what is decided by the kernel's word on who they are.
  unsigned socket_mode = 0660;
  std::int64_t token_lifetime_s = 600;
  // False: for a program that stands between suites and gateway, under the suites' account.
  bool bind_tokens = true;
  // Of each caller.
  std::int64_t calls_per_second = 50'000;
  std::vector<AllowSettings> allow;

  // Where paired machines call: "host:port". Empty: no machine but this one.
  std::string network_listen;
  std::int64_t pairing_code_s = 600;
  // Of a paired machine's certificate.
  std::int64_t certificate_life_s = 90LL * 86'400;

  upstream::UpstreamOptions upstream;

  std::int64_t sync_interval_s = 900;
  std::int64_t signals_interval_s = 300;
  // Set: signals are fetched once a night, and the interval is a day.
  std::optional<duties::Night> signals_night;
  // 0: a judgement may take for ever.
  std::int64_t judgement_days = 30;
  // Whole clean months before the electronic flow is advised.
  std::int64_t clean_months = 3;
  std::int64_t first_delay_s = 60;
  std::int64_t downloads = 8;
  // When main content is fetched, for organisations that say nothing else.
  mailbox::ReadDefaults read;

  // How long messages are kept, for organisations that say nothing else.
  mailbox::RetentionDefaults retention;
  // What is older goes at night; unset: by the interval.
  std::optional<duties::Night> retention_night = duties::Night{60, 300};
  std::int64_t retention_interval_s = 86'400;

  std::int64_t expiry_interval_s = 600;
  std::int64_t archive_days = 14;

  // Empty: no folder is watched.
  std::filesystem::path intake_folder;
  std::int64_t intake_interval_s = 30;
  std::int64_t max_file_mib = 100;

  // "sqlite" or "postgresql".
  std::string store_engine = "sqlite";
  // Of PostgreSQL, as libpq reads it; holds no password.
  std::string store_connection;
  std::filesystem::path store_password_file;

  DiskMarks disk;

  // Of an authority for timestamps (RFC 3161); empty: the audit's anchors have none.
  std::string timestamp_url;
  std::filesystem::path timestamp_ca_file;

  std::filesystem::path keys_folder = standard_places().keys_folder;
  // Signing keys may be files of that folder, in clear. Alarms as long as it is so.
  bool plaintext_keys = false;
  // Tokens of PKCS#11, and which keys are on each.
  std::vector<vault::tokens::TokenSettings> tokens;
  SealSettings seal;

  // Empty host: off.
  std::string metrics_host;
  int metrics_port = 0;

  std::filesystem::path families_file;
  std::filesystem::path codes_file;
  std::filesystem::path signal_types_file;
  std::filesystem::path budget_articles_file;
  // Of layouts (docs/layouts.md); empty: those compiled in.
  std::filesystem::path layouts_folder;
};

struct LoadedConfig {
  Config config;
  // Empty: all is well.
  std::vector<Problem> problems;
  // What is in force, by section and key, for people to look at; each value is TOML and JSON alike.
  // Holds no secret: there is none.
  std::map<std::string, std::map<std::string, std::string>> in_force;
};

// Reads the file. The config is only to be used when there are no problems.
LoadedConfig load_config(const std::filesystem::path& file);
LoadedConfig parse_config(const std::string& text, const std::string& file_name);

// "off", or "host:port" with a loopback host. Nothing when it is neither.
std::optional<std::pair<std::string, int>> parse_listen(const std::string& text);

}  // namespace semafoor::app
