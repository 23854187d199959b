// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace semafoor::vault {
namespace {

// A PEM private key is a few kilobytes; more is a wrong file.
constexpr std::size_t kMaxKeyFile = 64 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error unreadable(const std::filesystem::path& file, const std::string& what,
                 const std::string& advice) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unreadable",
               .message = "Reading the key " + file.string() + ": " + what + ". " + advice};
}

Error missing(const std::filesystem::path& file) {
  return Error{.kind = ErrorKind::not_found,
               .code = "vault.key_missing",
               .message = "Reading the key " + file.string() +
                          ": there is no such file. Put the organisation's private key there (PEM, "
                          "mode 0600, owned by the account of the gateway), or correct the name of "
                          "the key in the organisation's settings."};
}

}  // namespace

Result<SecretBytes> read_key_file(const std::filesystem::path& folder,
                                  const std::string& file_name) {
  namespace fs = std::filesystem;
  const fs::path named = folder / file_name;
  std::error_code problem;
  const fs::path home = fs::canonical(folder, problem);
  if (problem) {
    if (problem == std::errc::no_such_file_or_directory) return missing(named);
    return unreadable(named, "the folder cannot be opened (" + problem.message() + ")",
                      "Give the account of the gateway access to the folder.");
  }
  const fs::path target = fs::canonical(home / file_name, problem);
  if (problem) {
    if (problem == std::errc::no_such_file_or_directory) return missing(named);
    return unreadable(named, problem.message(), "Give the account of the gateway access to it.");
  }
  if (target.parent_path() != home) {
    return unreadable(named, "it is a link that leads out of the folder of the keys",
                      "Put the file itself into the folder.");
  }

  // The path was resolved above: a link here now was put in between, and is refused.
  const Descriptor file(::open(target.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT) return missing(named);
    return unreadable(named, std::strerror(errno),
                      "Give the account of the gateway, and nobody else, the right to read it.");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return unreadable(named, "it is not a file", "Put the key there as an ordinary file.");
  }
  // Root works for the account whose folder it is (a restore).
  struct stat folder_status {};
  const bool for_another = ::geteuid() == 0 && ::stat(home.c_str(), &folder_status) == 0 &&
                           folder_status.st_uid == status.st_uid;
  if (status.st_uid != ::geteuid() && status.st_uid != 0 && !for_another) {
    return unreadable(named, "it belongs to another account",
                      "Make the account of the gateway its owner (chown).");
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return unreadable(named, "other accounts may read or change it",
                      "Take their rights away (chmod 600), and replace the key if somebody else "
                      "may have copied it.");
  }
  if (status.st_size < 0 || static_cast<std::size_t>(status.st_size) > kMaxKeyFile) {
    return unreadable(named, "it is larger than a key can be",
                      "Put one PEM private key into the file.");
  }

  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int reason = errno;
      OPENSSL_cleanse(bytes.data(), bytes.size());
      return unreadable(named, std::strerror(reason), "Check the disk, then try again.");
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return SecretBytes(std::move(bytes));
}

}  // namespace semafoor::vault
