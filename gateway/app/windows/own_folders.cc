// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/own_folders.h"

#include <memory>
#include <vector>

#include "gateway/app/places.h"
#include "gateway/app/process.h"
#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::app::windows {
namespace {

namespace fs = std::filesystem;

const fs::path& home() {
  static const fs::path folder = standard_places().config_file.parent_path();
  return folder;
}

fs::path log_folder(const Config& config) {
  const fs::path file = config.log_file.empty() ? service_log_file() : config.log_file;
  return fs::absolute(file).parent_path();
}

bool is_at_home(const fs::path& folder) {
  return fs::absolute(folder).lexically_normal().parent_path() == home();
}

Error not_ours(const fs::path& what, const std::string& why) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "service.folder",
          .message = what.string() + " was to be used for the service; " + why};
}

Result<void> give(const fs::path& folder, bool to_read_only = false) {
  const os::windows::Given given = os::windows::give_to_service(folder, to_read_only);
  if (given.is_link)
    return not_ours(folder,
                    "it is a link to another place. Take it away, or name that place in "
                    "the settings.");
  if (!given.foreign_owner.empty())
    return not_ours(folder,
                    "it belongs to another account (" + given.foreign_owner +
                        "), which could change what is in it. Look at it, and move it away.");
  if (given.problem != ERROR_SUCCESS)
    return not_ours(folder, "the system says: " + os::windows::words_of(given.problem) +
                                ". Run this in a window that was opened as administrator.");
  return {};
}

bool holds_a_store(const fs::path& folder) {
  std::error_code problem;
  return fs::exists(folder / "semafoor.db", problem);
}

bool is_there(const fs::path& folder) {
  std::error_code problem;
  return fs::exists(folder, problem);
}

bool has_nothing(const fs::path& folder) {
  std::error_code problem;
  return fs::is_empty(folder, problem) && !problem;
}

Error still_there(const fs::path& what, const std::string& why) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "purge.refused",
          .message = what.string() + " was to be deleted; " + why};
}

// What a gateway puts into its data folder.
bool is_of_the_store(const std::string& name) {
  return name.starts_with("semafoor.db") || name == "index.key" || name == "blobs" ||
         name == "gateway.lock";
}

Result<void> take_away(const fs::path& what) {
  std::error_code problem;
  fs::remove_all(what, problem);
  if (problem) return still_there(what, "the system says: " + problem.message() + ".");
  return {};
}

Result<void> purge_data(const fs::path& folder) {
  if (!is_there(folder) || has_nothing(folder)) return {};
  if (!holds_a_store(folder))
    return still_there(folder,
                       "it holds no store of a gateway. Look at it, and delete it by hand.");
  auto lock = FolderLock::take(folder);
  if (!lock.ok()) return lock.error();
  std::vector<fs::path> ours;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem))
    if (is_of_the_store(at->path().filename().string())) ours.push_back(at->path());
  for (const fs::path& one : ours)
    if (auto removed = take_away(one); !removed.ok()) return removed;
  return {};
}

}  // namespace

Result<void> prepare_home() {
  return give(home(), true);
}

Result<void> check_settings_owner(const fs::path& config_file) {
  const os::windows::Handle file(CreateFileW(
      config_file.c_str(), READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
      nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  // One that is not there is the reader's to complain of.
  if (!file) return {};
  const auto sharing = os::windows::sharing_of(file.get());
  if (!sharing.foreign_owner.empty())
    return not_ours(config_file, "it belongs to another account (" + sharing.foreign_owner +
                                     "). Look at it, and make the administrators its owner: "
                                     "icacls FILE /setowner *S-1-5-32-544");
  return {};
}

Result<void> prepare_folders(const Config& config) {
  for (const fs::path& named : {config.data_dir, config.keys_folder, log_folder(config),
                                vault_folder(config.seal, config.data_dir)}) {
    const fs::path folder = fs::absolute(named).lexically_normal();
    const bool is_data = named == config.data_dir;
    const bool ours = is_at_home(folder) || !is_there(folder) ||
                      (is_data && (has_nothing(folder) || holds_a_store(folder)));
    if (ours && folder.has_relative_path()) {
      if (auto given = give(folder); !given.ok()) return given;
    } else if (is_data) {
      return not_ours(folder,
                      "it holds other things than a gateway's data. Name a folder of its "
                      "own in data_dir.");
    }
  }
  return {};
}

Result<void> purge(const fs::path& config_file, const Config& config) {
  if (auto purged = purge_data(config.data_dir); !purged.ok()) return purged;
  for (const fs::path& folder : {config.keys_folder, log_folder(config)})
    if (is_at_home(folder))
      if (auto removed = take_away(folder); !removed.ok()) return removed;
  // Without data there is nothing left for it to open. One that the settings name may be shared.
  const fs::path vault = vault_folder(config.seal, config.data_dir);
  if (config.seal.folder.empty() || is_at_home(vault))
    if (auto removed = take_away(vault); !removed.ok()) return removed;
  if (auto removed = take_away(config_file); !removed.ok()) return removed;
  // Only when nothing else is in them.
  std::error_code ignored;
  fs::remove(config.data_dir, ignored);
  fs::remove(home(), ignored);
  return {};
}

}  // namespace semafoor::app::windows
