// SPDX-License-Identifier: Apache-2.0
#include "gateway/custody/key_keeper.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "gateway/backup/key_copies.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::custody {
namespace {

using nlohmann::json;
constexpr char kItem[] = "backup-folders.json";

}  // namespace

Result<std::vector<std::string>> KeyKeeper::folders() {
  auto stored = shelf_.load(kItem);
  if (!stored) return std::move(stored).error();
  std::vector<std::string> all;
  if (!stored->has_value()) return all;
  const json list = json::parse(**stored, nullptr, false);
  if (!list.is_array())
    return Error{.kind = ErrorKind::data_loss,
                 .code = "vault.corrupt",
                 .message = "Read " + shelf_.shown(kItem) +
                            ", which says where backups are: it is damaged. Remove the file; the "
                            "next backup writes it anew. Folders that only it named must be looked "
                            "after by hand when an organisation is erased."};
  for (const json& one : list)
    if (one.is_string()) all.push_back(one.get<std::string>());
  return all;
}

Result<std::vector<store::WrappedKey>> KeyKeeper::keys() {
  std::vector<store::WrappedKey> keys;
  auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto all = reader.wrapped_keys();
    if (!all) return std::move(all).error();
    keys = std::move(*all);
    return {};
  });
  if (!read) return std::move(read).error();
  return keys;
}

Result<void> KeyKeeper::backed_up(const std::filesystem::path& backup) {
  auto present = keys();
  if (!present) return std::move(present).error();
  if (present->empty()) return {};
  const std::lock_guard lock(mutex_);
  const auto folder = backup.parent_path();
  // Remembered first: a copy that nobody knows of would outlive an erasure.
  auto known = folders();
  if (!known) return std::move(known).error();
  if (std::find(known->begin(), known->end(), folder.string()) == known->end()) {
    known->push_back(folder.string());
    if (auto kept = shelf_.save(kItem, json(*known).dump(1) + "\n"); !kept) return kept;
  }
  return backup::write_key_copies(folder, *present);
}

Result<std::vector<KeyKeeper::Folder>> KeyKeeper::renew() {
  auto present = keys();
  if (!present) return std::move(present).error();
  const std::lock_guard lock(mutex_);
  auto known = folders();
  if (!known) return std::move(known).error();
  std::vector<Folder> renewed;
  for (const std::string& path : *known) {
    const auto folder = os::path_of(path);
    std::error_code problem;
    // Of a disk that is not there now, the folder in its place is empty.
    Result<void> outcome =
        std::filesystem::exists(folder / backup::kKeyCopies, problem)
            ? backup::write_key_copies(folder, *present)
            : Result<void>(Error{.kind = ErrorKind::unavailable,
                                 .code = "backup.keys_elsewhere",
                                 .message = "there is no copy of the keys there now"});
    renewed.push_back({path, std::move(outcome)});
  }
  return renewed;
}

}  // namespace semafoor::custody
