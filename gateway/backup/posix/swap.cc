// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/swap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "gateway/store/files.h"

namespace semafoor::backup {

namespace fs = std::filesystem;

Result<void> exchange(const fs::path& one, const fs::path& other) {
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) != 0)
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "restore.swap",
                 .message = "The restored data in " + one.string() + " was to change places with " +
                            other.string() + "; the system says: " + std::strerror(errno) +
                            ". The data folder was not changed. It must not be a mount point "
                            "itself, and its file system must be able to exchange two folders "
                            "(ext4, xfs and btrfs are): give the gateway a data_dir within the "
                            "mount."};
  return store::flush_folder(other.parent_path());
}

Result<void> own_like(const fs::path& folder, const fs::path& like) {
  struct stat owner {};
  if (::stat(like.c_str(), &owner) != 0) return store::file_error("look at", like, errno);
  if (owner.st_uid == ::geteuid() && owner.st_gid == ::getegid()) return {};
  const auto give = [&](const fs::path& path) {
    return ::lchown(path.c_str(), owner.st_uid, owner.st_gid) == 0;
  };
  std::error_code problem;
  for (const auto& entry : fs::recursive_directory_iterator(folder, problem))
    if (!give(entry.path())) return store::file_error("give to its owner", entry.path(), errno);
  if (problem) return store::file_error("give to its owner", folder, problem);
  if (!give(folder)) return store::file_error("give to its owner", folder, errno);
  return {};
}

}  // namespace semafoor::backup
