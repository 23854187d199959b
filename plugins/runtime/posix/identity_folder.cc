// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/identity_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

namespace semafoor::runtime {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;
// How soon a wait notices that its caller was called back, or that the lock is free.
constexpr std::chrono::milliseconds kSlice{20};

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

std::string in(const std::string& folder, const std::string& name) {
  return folder + "/" + name;
}

Problem failed(const std::string& tried, const std::string& path) {
  return folder_problem(tried, path, std::strerror(errno));
}

// Whose it is, and whether others have one of these rights.
std::optional<Problem> exposed(const struct stat& facts, const std::string& path, mode_t rights,
                               const char* mode) {
  if (facts.st_uid != ::geteuid())
    return exposed_problem(
        path, "it belongs to account " + std::to_string(facts.st_uid),
        "Let it belong to the account of this program (" + std::to_string(::geteuid()) + ")");
  if ((facts.st_mode & rights) != 0)
    return exposed_problem(path, "other accounts may use it",
                           std::string("Run chmod ") + mode +
                               " on it, and pair anew if somebody "
                               "may have read the key");
  return std::nullopt;
}

std::optional<Problem> write_all(int descriptor, const std::string& text, const std::string& path) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count > 0)
      written += static_cast<std::size_t>(count);
    else if (errno != EINTR)
      return failed("write", path);
  }
  if (::fsync(descriptor) != 0) return failed("flush", path);
  return std::nullopt;
}

std::optional<Problem> flush_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || ::fsync(opened.get()) != 0) return failed("flush", folder);
  return std::nullopt;
}

}  // namespace

std::optional<Problem> prepare_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("make", folder);
  struct stat facts {};
  if (::stat(folder.c_str(), &facts) != 0) return failed("look at", folder);
  if (!S_ISDIR(facts.st_mode)) return folder_problem("use", folder, "it is no folder");
  return exposed(facts, folder, S_IWGRP | S_IWOTH, "700");
}

std::variant<std::optional<std::string>, Problem> read_private(const std::string& folder,
                                                               const std::string& name) {
  const std::string path = in(folder, name);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  // Only this one means that there is none: what cannot be read is not absent.
  if (file.get() < 0 && errno == ENOENT) return std::optional<std::string>();
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0) return failed("read", path);
  if (!S_ISREG(facts.st_mode)) return folder_problem("read", path, "it is no file");
  if (auto problem = exposed(facts, path, S_IRWXG | S_IRWXO, "600")) return std::move(*problem);
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() <= kMostBytes) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count == 0) return std::optional(std::move(text));
    if (count > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    else if (errno != EINTR)
      return failed("read", path);
  }
  return folder_problem("read", path, "it is larger than any identity");
}

std::optional<Problem> write_private(const std::string& folder, const std::string& name,
                                     const std::string& text) {
  const std::string path = in(folder, name);
  const std::string temporary = path + ".new";
  // Left by a crash.
  ::unlink(temporary.c_str());
  {
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return failed("make", temporary);
    if (auto problem = write_all(file.get(), text, temporary)) return problem;
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return failed("put in its place", path);
  return flush_folder(folder);
}

std::optional<Problem> remove_private(const std::string& folder, const std::string& name) {
  const std::string path = in(folder, name);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("remove", path);
  return std::nullopt;
}

struct FolderLock::File {
  explicit File(int opened) : descriptor(opened) {}
  const Descriptor descriptor;
};

FolderLock::FolderLock(std::unique_ptr<File> file) : file_(std::move(file)) {}

FolderLock::~FolderLock() {
  // Said, not left to the close: a child that the host has just forked has the descriptor too.
  ::flock(file_->descriptor.get(), LOCK_UN);
}

std::variant<std::unique_ptr<FolderLock>, Problem> FolderLock::take(const std::string& folder,
                                                                    const Patience& patience) {
  const std::string path = in(folder, "lock");
  auto file =
      std::make_unique<File>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file->descriptor.get() < 0) return failed("make", path);
  while (::flock(file->descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return failed("lock", path);
    if (patience.over()) return busy_problem(folder);
    std::this_thread::sleep_for(kSlice);
  }
  return std::unique_ptr<FolderLock>(new FolderLock(std::move(file)));
}

}  // namespace semafoor::runtime
