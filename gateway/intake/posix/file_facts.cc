// SPDX-License-Identifier: Apache-2.0
#include "gateway/intake/file_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace semafoor::intake {
namespace {

FileKind kind_of(const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return FileKind::link;
  if (S_ISDIR(status.st_mode)) return FileKind::folder;
  if (!S_ISREG(status.st_mode)) return FileKind::other;
  // Another name of it may be anywhere.
  return status.st_nlink > 1 ? FileKind::link : FileKind::regular;
}

}  // namespace

FileFacts look_at(const std::filesystem::path& file) {
  FileFacts facts;
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return facts;
    facts.kind = FileKind::other;
    facts.unreadable = std::strerror(errno);
    return facts;
  }
  facts.kind = kind_of(status);
  facts.size = status.st_size;
  facts.written =
      static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  facts.owner = "uid " + std::to_string(status.st_uid);
  if (facts.kind != FileKind::regular) return facts;
  // Another may stand under that name by now: not through a link, and not waiting at a pipe.
  const int opened = ::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (opened < 0)
    facts.unreadable = std::strerror(errno);
  else
    ::close(opened);
  return facts;
}

}  // namespace semafoor::intake
