// SPDX-License-Identifier: Apache-2.0
#include "plugins/ebox/saved_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "plugins/ebox/file_name.h"

namespace semafoor::ebox {
namespace {

constexpr int kMostNumbers = 10'000;

kit::Failure problem(const std::string& tried, const std::string& path, int number) {
  kit::Failure failure{
      .status = SEMAFOOR_FAILED_PRECONDITION,
      .code = "save.file",
      .message = "Tried to " + tried + " " + path + ": " + std::strerror(number) +
                 ". Check the folder and try again; nothing half-written is left."};
  if (number == ENOSPC || number == EDQUOT) {
    failure.status = SEMAFOOR_RESOURCE_EXHAUSTED;
    failure.code = "save.disk_full";
    failure.retryable = true;
  }
  if (number == EACCES || number == EROFS) failure.status = SEMAFOOR_PERMISSION_DENIED;
  return failure;
}

class PosixSavedFile : public SavedFile {
 public:
  PosixSavedFile(std::string folder, std::string temporary, int descriptor)
      : folder_(std::move(folder)), temporary_(std::move(temporary)), descriptor_(descriptor) {}
  ~PosixSavedFile() override {
    ::close(descriptor_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  PosixSavedFile(const PosixSavedFile&) = delete;
  PosixSavedFile& operator=(const PosixSavedFile&) = delete;

  kit::Done append(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return problem("write", temporary_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return kit::Nothing{};
  }

  kit::Result<std::string> commit(const std::string& name, bool overwrite) override {
    if (::fsync(descriptor_) != 0) return problem("flush", temporary_, errno);
    auto path = overwrite ? replace(name) : place(name);
    if (!path) return path;
    const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool flushed = folder >= 0 && ::fsync(folder) == 0;
    const int error = errno;
    if (folder >= 0) ::close(folder);
    if (!flushed) return problem("flush the folder", folder_, error);
    return path;
  }

 private:
  kit::Result<std::string> replace(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    if (::rename(temporary_.c_str(), path.c_str()) != 0)
      return problem("put in its place", path, errno);
    temporary_.clear();
    return path;
  }

  // link() fails when the name is taken, where rename() would replace.
  kit::Result<std::string> place(const std::string& name) {
    for (int number = 1; number <= kMostNumbers; ++number) {
      const std::string path = folder_ + "/" + (number == 1 ? name : numbered(name, number));
      if (::link(temporary_.c_str(), path.c_str()) == 0) {
        ::unlink(temporary_.c_str());
        temporary_.clear();
        return path;
      }
      if (errno == EPERM || errno == EOPNOTSUPP) return place_without_links(name);
      if (errno != EEXIST) return problem("put in its place", path, errno);
    }
    return problem("find a free name for", folder_ + "/" + name, EEXIST);
  }

  // For file systems without hard links: reserve the name, then replace the empty file by ours.
  kit::Result<std::string> place_without_links(const std::string& name) {
    for (int number = 1; number <= kMostNumbers; ++number) {
      const std::string one = number == 1 ? name : numbered(name, number);
      const std::string path = folder_ + "/" + one;
      const int reserved = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (reserved >= 0) {
        ::close(reserved);
        return replace(one);
      }
      if (errno != EEXIST) return problem("put in its place", path, errno);
    }
    return problem("find a free name for", folder_ + "/" + name, EEXIST);
  }

  const std::string folder_;
  std::string temporary_;
  const int descriptor_;
};

}  // namespace

kit::Result<std::unique_ptr<SavedFile>> make_saved_file(const std::string& folder) {
  struct stat status {};
  if (folder.empty() || folder.front() != '/' || folder.find('\0') != std::string::npos) {
    return kit::Failure{.status = SEMAFOOR_INVALID_ARGUMENT,
                        .code = "save.folder",
                        .message = "Saved an attachment: the folder must be an absolute path."};
  }
  if (::stat(folder.c_str(), &status) != 0) return problem("open the folder", folder, errno);
  if (!S_ISDIR(status.st_mode)) return problem("open the folder", folder, ENOTDIR);
  std::string temporary = folder + "/.semafoor-XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return problem("create a file in", folder, errno);
  return std::unique_ptr<SavedFile>(
      std::make_unique<PosixSavedFile>(folder, std::move(temporary), descriptor));
}

}  // namespace semafoor::ebox
