// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "gateway/rpc/posix/unix_listener.h"
#include "gateway/rpc/programs.h"

namespace semafoor::rpc {
namespace {

class OpenedFile final : public ProgramFile {
 public:
  OpenedFile(posix::Descriptor file, std::string path)
      : file_(std::move(file)), path_(std::move(path)) {}

  const std::string& path() const override { return path_; }

  bool is(const std::filesystem::path& file) const override {
    struct stat here {};
    struct stat there {};
    return ::fstat(file_.get(), &here) == 0 && ::stat(file.c_str(), &there) == 0 &&
           here.st_dev == there.st_dev && here.st_ino == there.st_ino;
  }

  // The last change of the inode too: whoever owns a file can set back the one of its content.
  std::string version() const override {
    struct stat here {};
    if (::fstat(file_.get(), &here) != 0) return {};
    const auto moment = [](const timespec& time) {
      return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
    };
    return std::to_string(here.st_dev) + " " + std::to_string(here.st_ino) + " " +
           std::to_string(here.st_size) + " " + moment(here.st_mtim) + " " + moment(here.st_ctim);
  }

  std::ptrdiff_t read(std::ptrdiff_t offset, void* buffer, std::size_t size) const override {
    return ::pread(file_.get(), buffer, size, offset);
  }

 private:
  const posix::Descriptor file_;
  const std::string path_;
};

}  // namespace

Result<std::unique_ptr<ProgramFile>> open_program_file(const PeerIdentity& peer) {
  const std::string link = "/proc/" + std::to_string(peer.pid) + "/exe";
  posix::Descriptor file(::open(link.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file)
    return Error{
        ErrorKind::permission_denied, "program.unknown",
        "The program of process " + std::to_string(peer.pid) +
            " was to be looked at; the system says: " + std::generic_category().message(errno) +
            ". Programs of another account are shown to a gateway with the capability "
            "CAP_SYS_PTRACE alone (AmbientCapabilities in its unit)."};
  return std::unique_ptr<ProgramFile>(
      std::make_unique<OpenedFile>(std::move(file), peer.image.empty() ? link : peer.image));
}

}  // namespace semafoor::rpc
