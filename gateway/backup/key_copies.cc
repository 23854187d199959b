// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/key_copies.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/hex.h"
#include "gateway/store/files.h"

namespace semafoor::backup {
namespace {

using nlohmann::json;
using Keys = std::map<store::Org, store::WrappedKey>;

Error damaged(const std::filesystem::path& file) {
  return {.kind = ErrorKind::data_loss,
          .code = "backup.damaged",
          .message = "The copies of the organisations' keys " + file.string() +
                     " cannot be read: the file is damaged, or a newer gateway has written it. "
                     "Put it back from a copy; nothing was changed."};
}

Result<Keys> read(const std::filesystem::path& file) {
  auto stored = store::read_small_file(file);
  if (!stored) return std::move(stored).error();
  Keys keys;
  if (!stored->has_value()) return keys;
  const json document = json::parse(**stored, nullptr, false);
  if (!document.is_object() || document.value("version", 0) != 1 ||
      !document.value("keys", json()).is_array())
    return damaged(file);
  for (const json& one : document["keys"]) {
    if (!one.is_object()) return damaged(file);
    const auto text = [&](const char* name) {
      return one.contains(name) && one[name].is_string() ? one[name].get<std::string>()
                                                         : std::string();
    };
    auto wrapped = domain::from_hex(text("wrapped"));
    const std::int64_t erased_ms = one.contains("erased_ms") && one["erased_ms"].is_number_integer()
                                       ? one["erased_ms"].get<std::int64_t>()
                                       : 0;
    // Of no organisation: what the gateway itself keeps.
    if (!one.contains("organisation") || !one["organisation"].is_string() || !wrapped ||
        (wrapped->empty() && erased_ms == 0))
      return damaged(file);
    keys[text("organisation")] = {text("organisation"), std::move(*wrapped), erased_ms};
  }
  return keys;
}

}  // namespace

Result<std::vector<store::WrappedKey>> read_key_copies(const std::filesystem::path& folder) {
  auto keys = read(folder / kKeyCopies);
  if (!keys) return std::move(keys).error();
  std::vector<store::WrappedKey> all;
  for (auto& [org, key] : *keys) all.push_back(std::move(key));
  return all;
}

Result<void> write_key_copies(const std::filesystem::path& folder,
                              const std::vector<store::WrappedKey>& keys) {
  const auto file = folder / kKeyCopies;
  auto there = read(file);
  if (!there) return std::move(there).error();
  for (const store::WrappedKey& key : keys) (*there)[key.org] = key;
  json list = json::array();
  for (const auto& [org, key] : *there)
    list.push_back({{"organisation", org},
                    {"wrapped", domain::to_hex(key.wrapped)},
                    {"erased_ms", key.erased_ms}});
  const json document{{"version", 1},
                      {"what", "keys of Semafoor's organisations, sealed under the gateway's key"},
                      {"keys", std::move(list)}};
  return store::write_small_file(file, document.dump(1) + "\n");
}

}  // namespace semafoor::backup
