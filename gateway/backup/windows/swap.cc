// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/swap.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <aclapi.h>

#include <system_error>

#include "gateway/backup/windows/unfinished.h"
#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"
#include "gateway/store/files.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;

// Holds the data folder's former content between two of the three steps.
fs::path between(const fs::path& data) {
  return os::with_suffix(data, ".exchanging");
}

Error refused(const fs::path& one, const fs::path& other, const Error& why) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "restore.swap",
          .message = "The restored data in " + one.string() + " was to change places with " +
                     other.string() + ". " + why.message +
                     " The data folder was not changed. No program may have a file in it open, "
                     "nor be in it (a command window, an Explorer); then try again."};
}

Result<void> give_name(const fs::path& from, const fs::path& to) {
  return store::rename_folder("give another name to " + from.string(), from, to);
}

}  // namespace

// Windows has no such step. Each of the three is durable before the next;
// undo_unfinished_exchange() knows how to go back from every place in between.
Result<void> exchange(const fs::path& one, const fs::path& other) {
  const fs::path aside = between(other);
  std::error_code unknown;
  if (fs::exists(aside, unknown))
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "restore.swap",
                 .message = "Restored data was to be put in place; " + aside.string() +
                            " is there from a restore that was cut short, and holds what was in "
                            "the data folder before that. Move it away, then try again."};
  if (auto moved = give_name(other, aside); !moved) return refused(one, other, moved.error());
  if (auto moved = give_name(one, other); !moved) {
    // Should this fail too, the next start does it.
    (void)give_name(aside, other);
    return refused(one, other, moved.error());
  }
  return give_name(aside, one);
}

Result<void> own_like(const fs::path& folder, const fs::path& like) {
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  const DWORD problem =
      GetNamedSecurityInfoW(like.c_str(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr,
                            nullptr, &list, nullptr, &described);
  if (problem != ERROR_SUCCESS)
    return store::file_error("look at", like, static_cast<int>(problem));
  const os::windows::LocalMemory freed(described);
  // The list only: an administrator may not make another account the owner, and need not.
  const auto give = [&](const fs::path& path) {
    std::wstring name = path.native();
    return SetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT,
                                 DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                 nullptr, nullptr, list, nullptr);
  };
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed))
    if (const DWORD error = give(entry.path()); error != ERROR_SUCCESS)
      return store::file_error("give to its owner", entry.path(), static_cast<int>(error));
  if (failed) return store::file_error("give to its owner", folder, failed);
  if (const DWORD error = give(folder); error != ERROR_SUCCESS)
    return store::file_error("give to its owner", folder, static_cast<int>(error));
  return {};
}

Result<void> windows::undo_unfinished_exchange(const fs::path& data) {
  std::error_code unknown;
  const fs::path aside = between(data);
  // With both there, the new data is in its place, and the old is kept beside it.
  if (!fs::exists(aside, unknown) || fs::exists(data, unknown)) return {};
  return give_name(aside, data);
}

}  // namespace semafoor::backup
