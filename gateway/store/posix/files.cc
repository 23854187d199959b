// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "gateway/os/utf8_path.h"
#include "gateway/store/posix/descriptor.h"

namespace semafoor::store {

Error file_error(const std::string& tried, const std::filesystem::path& path, int number) {
  Error error{
      .kind = ErrorKind::internal,
      .code = "store.file",
      .message = "Tried to " + tried + " (" + path.string() + "): " + std::strerror(number) + "."};
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      error.kind = ErrorKind::resource_exhausted;
      error.code = "store.disk_full";
      error.message +=
          " Free space on that disk; nothing that was acknowledged is lost, and work goes on by "
          "itself.";
      error.retryable = true;
      break;
    case EROFS:
    case EACCES:
    case EPERM:
      error.kind = ErrorKind::failed_precondition;
      error.code = "store.not_writable";
      error.message +=
          " The gateway's account must own its data folder, and the disk must be writable.";
      error.retryable = true;
      break;
    case EMFILE:
    case ENFILE:
      error.kind = ErrorKind::resource_exhausted;
      error.code = "store.no_descriptors";
      error.message += " Raise the limit of open files (LimitNOFILE of the service).";
      error.retryable = true;
      break;
    default:
      break;
  }
  return error;
}

Error file_error(const std::string& tried, const std::filesystem::path& path,
                 const std::error_code& problem) {
  return file_error(tried, path, problem.value());
}

Result<std::optional<std::string>> read_small_file(const std::filesystem::path& file) {
  const Descriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  // Only this errno means that there is none: what cannot be read is not absent.
  if (source.get() < 0 && errno == ENOENT) return std::optional<std::string>();
  if (source.get() < 0) return file_error("read", file, errno);
  std::string content;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(source.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return file_error("read", file, errno);
    if (count == 0) return std::optional(std::move(content));
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<void> write_small_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path temporary = os::with_suffix(file, ".new");
  {
    const Descriptor target(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (target.get() < 0) return file_error("create", temporary, errno);
    if (const int error = target.write_all(content.data(), content.size()); error != 0)
      return file_error("write", temporary, error);
    if (::fsync(target.get()) != 0) return file_error("flush", temporary, errno);
  }
  if (auto renamed = rename_file("rename", temporary, file); !renamed) return renamed;
  return flush_folder(file.parent_path());
}

Result<void> make_private_file(const std::filesystem::path& file) {
  // Never opened when it exists: closing any descriptor of a database drops SQLite's locks on it.
  const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made.get() < 0 && errno != EEXIST) return file_error("create", file, errno);
  return {};
}

Result<void> make_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0) {
    if (errno == EEXIST) return {};
    if (errno != ENOENT || folder.parent_path() == folder)
      return file_error("make the folder", folder, errno);
    if (auto parent = make_folder(folder.parent_path()); !parent) return parent;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
      return file_error("make the folder", folder, errno);
  }
  const auto parent = folder.parent_path();
  return flush_folder(parent.empty() ? "." : parent);
}

Result<void> make_one_folder(const std::filesystem::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return file_error("make the folder", folder, errno);
  return {};
}

Result<void> rename_file(const std::string& tried, const std::filesystem::path& from,
                         const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error(tried, to, errno);
  return {};
}

// Over an empty folder too, which the system checks again.
Result<void> rename_folder(const std::string& tried, const std::filesystem::path& from,
                           const std::filesystem::path& to) {
  return rename_file(tried, from, to);
}

std::string process_mark() {
  return std::to_string(::getpid());
}

Result<void> flush_file(const std::filesystem::path& file) {
  const Descriptor written(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (written.get() < 0) return file_error("open", file, errno);
  if (::fsync(written.get()) != 0) return file_error("flush", file, errno);
  return {};
}

Result<void> flush_folder(const std::filesystem::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return file_error("open the folder", folder, errno);
  if (::fsync(directory.get()) != 0) return file_error("flush the folder", folder, errno);
  return {};
}

}  // namespace semafoor::store
