// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/store/files.h"

namespace semafoor::store {

Result<OpenFile> OpenFile::create(const std::string& tried, const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (opened < 0) return file_error(tried, file, errno);
  return OpenFile(opened);
}

OpenFile OpenFile::read(const std::filesystem::path& file, int& number) {
  const int opened = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  number = opened < 0 ? errno : 0;
  return OpenFile(opened);
}

bool OpenFile::is_absent(int number) {
  return number == ENOENT;
}

OpenFile::~OpenFile() {
  if (file_ != kNone) ::close(static_cast<int>(file_));
}

int OpenFile::write_all(const void* data, std::size_t size) const {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t count = ::write(static_cast<int>(file_), bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

int OpenFile::read_all(std::int64_t offset, void* buffer, std::size_t size) const {
  auto* out = static_cast<char*>(buffer);
  while (size > 0) {
    const ssize_t count = ::pread(static_cast<int>(file_), out, size, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return EIO;
    out += count;
    offset += count;
    size -= static_cast<std::size_t>(count);
  }
  return 0;
}

int OpenFile::size(std::int64_t& bytes) const {
  struct stat status {};
  if (::fstat(static_cast<int>(file_), &status) != 0) return errno;
  bytes = status.st_size;
  return 0;
}

int OpenFile::flush() const {
  return ::fdatasync(static_cast<int>(file_)) == 0 ? 0 : errno;
}

}  // namespace semafoor::store
