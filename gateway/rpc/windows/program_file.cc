// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "gateway/os/utf8_path.h"
#include "gateway/os/windows/handle.h"
#include "gateway/rpc/programs.h"

namespace semafoor::rpc {
namespace {

using os::windows::Handle;

Handle open_file(const std::filesystem::path& path) {
  return Handle(CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE,
                            nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
}

// Nobody writes to a file that is open this way or is being run.
class OpenedFile final : public ProgramFile {
 public:
  OpenedFile(Handle file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}

  const std::string& path() const override { return path_; }

  bool is(const std::filesystem::path& file) const override {
    const Handle other = open_file(file);
    BY_HANDLE_FILE_INFORMATION here{};
    BY_HANDLE_FILE_INFORMATION there{};
    return other && GetFileInformationByHandle(file_.get(), &here) &&
           GetFileInformationByHandle(other.get(), &there) &&
           here.dwVolumeSerialNumber == there.dwVolumeSerialNumber &&
           here.nFileIndexHigh == there.nFileIndexHigh && here.nFileIndexLow == there.nFileIndexLow;
  }

  std::string version() const override {
    BY_HANDLE_FILE_INFORMATION here{};
    if (!GetFileInformationByHandle(file_.get(), &here)) return {};
    std::string text;
    for (const DWORD part :
         {here.dwVolumeSerialNumber, here.nFileIndexHigh, here.nFileIndexLow, here.nFileSizeHigh,
          here.nFileSizeLow, here.ftLastWriteTime.dwHighDateTime,
          here.ftLastWriteTime.dwLowDateTime})
      text += std::to_string(part) + " ";
    return text;
  }

  std::ptrdiff_t read(std::ptrdiff_t offset, void* buffer, std::size_t size) const override {
    OVERLAPPED at{};
    at.Offset = static_cast<DWORD>(static_cast<std::uint64_t>(offset));
    at.OffsetHigh = static_cast<DWORD>(static_cast<std::uint64_t>(offset) >> 32U);
    DWORD count = 0;
    const auto most =
        static_cast<DWORD>(std::min<std::size_t>(size, std::numeric_limits<DWORD>::max()));
    if (ReadFile(file_.get(), buffer, most, &count, &at)) return count;
    return GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
  }

 private:
  const Handle file_;
  const std::string path_;
};

}  // namespace

Result<std::unique_ptr<ProgramFile>> open_program_file(const PeerIdentity& peer) {
  Handle file = peer.image.empty() ? Handle() : open_file(os::path_of(peer.image));
  if (!file)
    return Error{ErrorKind::permission_denied, "program.unknown",
                 "The program of process " + std::to_string(peer.pid) +
                     " was to be looked at; the system does not show its file " + peer.image +
                     " to the gateway. Let the gateway's account read it."};
  return std::unique_ptr<ProgramFile>(std::make_unique<OpenedFile>(std::move(file), peer.image));
}

}  // namespace semafoor::rpc
