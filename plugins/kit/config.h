// SPDX-License-Identifier: Apache-2.0
//
// The configuration document of an instance. One table of keys gives both the JSON Schema that a
// host reads and the check that `create` does, so that they cannot differ.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plugins/kit/failure.h"

namespace semafoor::kit {

enum class KeyKind { text, number, choice, object };

// One key. Constants of the library: nothing is owned.
struct ConfigKey {
  std::string_view name;
  KeyKind kind = KeyKind::text;
  std::string_view description = {};
  bool required = false;
  // Bytes of a text; bounds of a number.
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  // An anchored pattern of ECMA 262, for the schema's readers; the check has a rule in code.
  std::string_view pattern = {};
  std::span<const std::string_view> choices = {};
  std::span<const ConfigKey> members = {};
  // As JSON, for the schema.
  std::string_view otherwise = {};
};

enum class Encoding { json, protobuf };

struct Config {
  std::string organisation;
  // Of this machine's operating system; see process.h.
  std::string attestation_socket;
  std::optional<std::uint32_t> owner_uid;
  // A gateway on another machine, and what this machine is to it; empty: the gateway is on this
  // machine. See sfr_session_options.
  std::string network_address;
  std::string identity_folder;
  std::string pairing_code;
  std::string authority_fingerprint;
  std::string consumer;
  std::string host_name;
  std::string language = "en";
  Encoding encoding = Encoding::json;
  std::uint32_t deadline_ms = 30'000;
  // The plugin's own keys that were given.
  std::map<std::string, std::string> own_texts;
  std::map<std::string, std::int64_t> own_numbers;
};

// `own` are the keys that only this plugin knows. Errors: E_CONFIG, naming the key.
Result<Config> parse_config(std::string_view json, std::string_view plugin_id,
                            std::span<const ConfigKey> own);

// JSON Schema, draft 2020-12, of that document.
std::string config_schema(std::string_view plugin_id, std::span<const ConfigKey> own);

// Ten digits, first 0 or 1, check number 97 - (first eight mod 97). Source: KBO/BCE.
bool valid_cbe_number(std::string_view text);

}  // namespace semafoor::kit
