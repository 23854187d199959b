// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "plugins/kit/process.h"
#include "plugins/kit/text.h"
#include "semafoor/ext/call.h"

namespace semafoor::kit {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t kLongestDocument = 64 * 1024;
constexpr std::int64_t kLongestName = 128;
constexpr std::int64_t kLongestFolder = 1024;
// A name of the network has at most 253 bytes.
constexpr std::int64_t kLongestAddress = 259;
constexpr std::int64_t kFingerprintDigits = 64;
constexpr std::string_view kAddressPattern = R"(^([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$)";

constexpr std::array<std::string_view, 4> kLanguages = {"nl", "fr", "de", "en"};
constexpr std::array<std::string_view, 2> kEncodings = {"json", "protobuf"};

// What differs by operating system is only known at run time; the process keeps the tables.
std::span<const ConfigKey> gateway_keys() {
  static const auto* const keys = new std::array<ConfigKey, 6>{{
      {.name = "attestation_socket",
       .description = attestation_place().description,
       .lowest = 1,
       .highest = attestation_place().longest,
       .pattern = attestation_place().pattern,
       .otherwise = *new std::string(Json(attestation_place().standard).dump())},
      {.name = "owner_uid",
       .kind = KeyKind::number,
       .description = "The account (uid) the gateway must run as. Absent: the host's own or root. "
                      "Not on Windows, where it is the service's, the system's or the host's own.",
       .lowest = 0,
       .highest = std::numeric_limits<std::uint32_t>::max() - 1},
      {.name = "address",
       .description = "Of a gateway on another machine: host and port of its [network] listen. In "
                      "the place of attestation_socket and owner_uid.",
       .lowest = 3,
       .highest = kLongestAddress,
       .pattern = kAddressPattern},
      {.name = "identity_folder",
       .description = "With address: absolute path of a folder of the host's own, in which the key "
                      "and the certificate of this machine are kept. Made when only it is missing.",
       .lowest = 1,
       .highest = kLongestFolder},
      {.name = "pairing_code",
       .description = "With address, for the first start: the code that semafoorctl pair prints. "
                      "It is used once and may stay.",
       .lowest = 1,
       .highest = kLongestName},
      {.name = "authority_fingerprint",
       .description = "With pairing_code: the fingerprint that semafoorctl pair prints beside it, "
                      "64 hexadecimal digits. The code goes to no other gateway.",
       .lowest = kFingerprintDigits,
       .highest = kFingerprintDigits,
       .pattern = "^[0-9A-Fa-f]{64}$"},
  }};
  return *keys;
}

constexpr std::array<ConfigKey, 7> kCommonKeys = {{
    {.name = "organisation",
     .description = "Enterprise number (KBO/BCE) of the organisation: ten digits, no dots.",
     .required = true,
     .lowest = 10,
     .highest = 10,
     .pattern = "^[01][0-9]{9}$"},
    {.name = "gateway", .kind = KeyKind::object, .description = "Where the gateway is."},
    {.name = "consumer",
     .description = "Name of this instance's queue of events: different names each see everything, "
                    "one name is one queue. Default: <host_name>/<plugin id>.",
     .lowest = 1,
     .highest = kLongestName},
    {.name = "host_name",
     .description = "Name of the host for the gateway's log. Default: the program's name.",
     .lowest = 1,
     .highest = kLongestName},
    {.name = "language",
     .kind = KeyKind::choice,
     .description = "Language of the texts in an error's details.",
     .choices = kLanguages,
     .otherwise = R"("en")"},
    {.name = "encoding",
     .kind = KeyKind::choice,
     .description = "How messages cross the ABI: proto3 JSON or protobuf.",
     .choices = kEncodings,
     .otherwise = R"("json")"},
    {.name = "deadline_ms",
     .kind = KeyKind::number,
     .description = "Deadline of a call that names none, in milliseconds.",
     .lowest = 1,
     .highest = SEMAFOOR_MAX_DEADLINE_MS,
     .otherwise = "30000"},
}};

std::vector<ConfigKey> all_keys(std::span<const ConfigKey> own) {
  std::vector<ConfigKey> keys(kCommonKeys.begin(), kCommonKeys.end());
  for (ConfigKey& key : keys)
    if (key.kind == KeyKind::object) key.members = gateway_keys();
  keys.insert(keys.end(), own.begin(), own.end());
  return keys;
}

Failure config_failure(std::string_view code, const std::string& what) {
  return {.status = SEMAFOOR_E_CONFIG,
          .code = "config." + std::string(code),
          .message = "Read the instance's configuration: " + without_numbers(what)};
}

Failure wrong_value(const std::string& path, const std::string& wanted) {
  return config_failure("wrong_value", "key '" + path + "' must be " + wanted + ".");
}

std::string list_of(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

Failure unknown_key(const std::string& path, const std::string& name,
                    std::span<const ConfigKey> keys) {
  std::vector<std::string_view> names;
  for (const ConfigKey& key : keys) names.push_back(key.name);
  const std::string_view meant = nearest(name, names);
  return config_failure("unknown_key",
                        "there is no key '" + path + std::string(cut(name, 64)) + "'" +
                            (meant.empty() ? "" : "; '" + std::string(meant) + "' was meant?") +
                            " Known here: " + list_of(names) + ".");
}

Done check_text(const ConfigKey& key, const Json& value, const std::string& path) {
  if (!value.is_string()) return wrong_value(path, "a text");
  const auto& text = value.get_ref<const std::string&>();
  const auto size = static_cast<std::int64_t>(text.size());
  if (size < key.lowest || size > key.highest) {
    return wrong_value(path, key.lowest == key.highest
                                 ? std::to_string(key.lowest) + " bytes long"
                                 : std::to_string(key.lowest) + " to " +
                                       std::to_string(key.highest) + " bytes long");
  }
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    return wrong_value(path, "free of control characters");
  return Nothing{};
}

Done check_object(std::span<const ConfigKey> keys, const Json& object, const std::string& path);

Done check_value(const ConfigKey& key, const Json& value, const std::string& path) {
  switch (key.kind) {
    case KeyKind::text:
      return check_text(key, value, path);
    case KeyKind::choice:
      if (value.is_string() &&
          std::find(key.choices.begin(), key.choices.end(),
                    std::string_view(value.get_ref<const std::string&>())) != key.choices.end())
        return Nothing{};
      return wrong_value(path, "one of " + list_of(key.choices));
    case KeyKind::number:
      if (value.is_number_integer() &&
          !(value.is_number_unsigned() &&
            value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) &&
          value.get<std::int64_t>() >= key.lowest && value.get<std::int64_t>() <= key.highest)
        return Nothing{};
      return wrong_value(path, "a whole number from " + std::to_string(key.lowest) + " to " +
                                   std::to_string(key.highest));
    case KeyKind::object:
      if (!value.is_object()) return wrong_value(path, "an object");
      return check_object(key.members, value, path + ".");
  }
  return Nothing{};
}

Done check_object(std::span<const ConfigKey> keys, const Json& object, const std::string& path) {
  for (const auto& [name, value] : object.items()) {
    const auto known =
        std::find_if(keys.begin(), keys.end(),
                     [&wanted = name](const ConfigKey& key) { return key.name == wanted; });
    if (known == keys.end()) return unknown_key(path, name, keys);
    if (auto checked = check_value(*known, value, path + name); !checked) return checked;
  }
  for (const ConfigKey& key : keys) {
    if (key.required && !object.contains(key.name))
      return config_failure("missing_key", "key '" + path + std::string(key.name) +
                                               "' is missing. " + std::string(key.description));
  }
  return Nothing{};
}

Result<Json> document_of(std::string_view text) {
  if (text.size() > kLongestDocument)
    return config_failure("too_large", "it is longer than 64 KiB.");
  if (!valid_utf8(text)) return config_failure("not_utf8", "it is not UTF-8.");
  Json document = Json::parse(text, nullptr, false);
  if (!document.is_object())
    return config_failure("not_json", "it is not one JSON object, as the schema asks for.");
  return document;
}

template <typename Value>
void take(const Json& object, const char* name, Value& into) {
  if (const auto found = object.find(name); found != object.end()) into = found->get<Value>();
}

bool among(std::string_view characters, std::string_view text) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF";

// kAddressPattern, and a port that there is.
bool names_network_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (port.size() > 5 || !among(kDigits, port)) return false;
  if (const int number = std::stoi(std::string(port)); number < 1 || number > 65'535) return false;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return among("0123456789abcdefABCDEF:.", host.substr(1, host.size() - 2));
  return among("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-", host);
}

bool is_absolute(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end())).is_absolute();
}

Failure contradiction(const std::string& what) {
  return config_failure("contradiction", what);
}

// A gateway is on this machine or on another, and each takes keys of its own.
Done read_network(const Json& gateway, Config& config) {
  take(gateway, "address", config.network_address);
  take(gateway, "identity_folder", config.identity_folder);
  take(gateway, "pairing_code", config.pairing_code);
  take(gateway, "authority_fingerprint", config.authority_fingerprint);
  if (config.network_address.empty()) {
    for (const char* key : {"identity_folder", "pairing_code", "authority_fingerprint"})
      if (gateway.contains(key))
        return contradiction(std::string("key 'gateway.") + key +
                             "' is for a gateway on another machine; name it with "
                             "'gateway.address', or leave the key out.");
    return Nothing{};
  }
  for (const char* key : {"attestation_socket", "owner_uid"})
    if (gateway.contains(key))
      return contradiction(std::string("key 'gateway.") + key +
                           "' is for a gateway on this machine, 'gateway.address' for one on "
                           "another. Leave one of them out.");
  if (!names_network_address(config.network_address))
    return wrong_value("gateway.address", "host and port, as in gateway.example.org:7443");
  if (config.identity_folder.empty())
    return config_failure("missing_key",
                          "key 'gateway.identity_folder' is missing. With gateway.address it names "
                          "a folder of the host's own for the key and certificate of this "
                          "machine.");
  if (!is_absolute(config.identity_folder))
    return wrong_value("gateway.identity_folder", "an absolute path");
  if (!config.authority_fingerprint.empty() && !among(kHexadecimal, config.authority_fingerprint))
    return wrong_value("gateway.authority_fingerprint", "64 hexadecimal digits");
  if (!config.pairing_code.empty() && config.authority_fingerprint.empty())
    return config_failure("missing_key",
                          "key 'gateway.authority_fingerprint' is missing. It was printed beside "
                          "the pairing code, which is sent to no gateway without it.");
  return Nothing{};
}

OrderedJson schema_of(std::span<const ConfigKey> keys);

OrderedJson schema_of(const ConfigKey& key) {
  OrderedJson schema;
  if (key.kind == KeyKind::object) {
    schema = schema_of(key.members);
    schema["description"] = key.description;
    return schema;
  }
  schema["type"] = key.kind == KeyKind::number ? "integer" : "string";
  schema["description"] = key.description;
  if (key.kind == KeyKind::choice) schema["enum"] = key.choices;
  if (key.kind == KeyKind::number) {
    schema["minimum"] = key.lowest;
    schema["maximum"] = key.highest;
  }
  if (key.kind == KeyKind::text) {
    schema["minLength"] = key.lowest;
    schema["maxLength"] = key.highest;
  }
  if (!key.pattern.empty()) schema["pattern"] = key.pattern;
  if (!key.otherwise.empty()) schema["default"] = OrderedJson::parse(key.otherwise);
  return schema;
}

OrderedJson schema_of(std::span<const ConfigKey> keys) {
  OrderedJson schema = {{"type", "object"}, {"additionalProperties", false}};
  OrderedJson required = OrderedJson::array();
  for (const ConfigKey& key : keys) {
    schema["properties"][std::string(key.name)] = schema_of(key);
    if (key.required) required.push_back(key.name);
  }
  if (!required.empty()) schema["required"] = required;
  return schema;
}

}  // namespace

bool valid_cbe_number(std::string_view text) {
  if (text.size() != 10 || (text[0] != '0' && text[0] != '1')) return false;
  unsigned first_eight = 0;
  unsigned check = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    unsigned& part = i < 8 ? first_eight : check;
    part = part * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return check == 97 - first_eight % 97;
}

Result<Config> parse_config(std::string_view json, std::string_view plugin_id,
                            std::span<const ConfigKey> own) {
  auto document = document_of(json);
  if (!document) return std::move(document.failure());
  const std::vector<ConfigKey> keys = all_keys(own);
  if (auto checked = check_object(keys, *document, ""); !checked)
    return std::move(checked.failure());

  Config config;
  config.attestation_socket = attestation_place().standard;
  config.organisation = (*document)["organisation"].get<std::string>();
  if (!valid_cbe_number(config.organisation)) {
    return wrong_value(
        "organisation",
        "a valid enterprise number: ten digits, the first 0 or 1, with a right check "
        "number");
  }
  if (const auto gateway = document->find("gateway"); gateway != document->end()) {
    take(*gateway, "attestation_socket", config.attestation_socket);
    if (!names_attestation_place(config.attestation_socket))
      return wrong_value("gateway.attestation_socket", std::string(attestation_place().expected));
    if (const auto owner = gateway->find("owner_uid"); owner != gateway->end())
      config.owner_uid = owner->get<std::uint32_t>();
    if (auto read = read_network(*gateway, config); !read) return std::move(read.failure());
  }
  config.host_name = cut(program_name(), 100);
  take(*document, "host_name", config.host_name);
  config.consumer = std::string(cut(config.host_name, 100)) + "/" + std::string(plugin_id);
  take(*document, "consumer", config.consumer);
  take(*document, "language", config.language);
  std::string encoding = "json";
  take(*document, "encoding", encoding);
  config.encoding = encoding == "json" ? Encoding::json : Encoding::protobuf;
  take(*document, "deadline_ms", config.deadline_ms);
  for (const ConfigKey& key : own) {
    const auto found = document->find(key.name);
    if (found == document->end()) continue;
    if (key.kind == KeyKind::number)
      config.own_numbers.emplace(key.name, found->get<std::int64_t>());
    else
      config.own_texts.emplace(key.name, found->get<std::string>());
  }
  return config;
}

std::string config_schema(std::string_view plugin_id, std::span<const ConfigKey> own) {
  OrderedJson schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"title", "Configuration of the Semafoor plugin " + std::string(plugin_id)}};
  schema.update(schema_of(all_keys(own)));
  return schema.dump();
}

}  // namespace semafoor::kit
