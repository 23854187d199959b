// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/programs.h"

#include <array>
#include <span>
#include <utility>

#include "gateway/store/sha256.h"

namespace semafoor::rpc {
namespace {

// Few programs call a gateway; whoever starts new ones without end starts over.
constexpr std::size_t kMostHashes = 256;

}  // namespace

class Programs::Opened final : public Program {
 public:
  Opened(Programs& all, std::unique_ptr<ProgramFile> file) : all_(all), file_(std::move(file)) {}

  const std::string& path() const override { return file_->path(); }
  bool is(const std::filesystem::path& file) const override { return file_->is(file); }
  Result<std::string> sha256() const override {
    const std::string version = file_->version();
    if (auto known = all_.known(version)) return *std::move(known);
    store::Sha256 digest;
    std::array<std::byte, std::size_t{64} * 1024> buffer{};
    std::ptrdiff_t offset = 0;
    while (true) {
      const std::ptrdiff_t count = file_->read(offset, buffer.data(), buffer.size());
      if (count < 0)
        return Error{
            ErrorKind::permission_denied, "program.unreadable",
            "The file of the program " + path() +
                " was to be hashed; it cannot be read. Let the gateway's account read it."};
      if (count == 0) break;
      digest.add(std::span(buffer).first(static_cast<std::size_t>(count)));
      offset += count;
    }
    const std::string hash = digest.hex();
    // Changed meanwhile: right for this question, and not worth remembering.
    if (!version.empty() && file_->version() == version) all_.remember(version, hash);
    return hash;
  }

 private:
  Programs& all_;
  const std::unique_ptr<ProgramFile> file_;
};

Result<std::shared_ptr<const Program>> Programs::of(const PeerIdentity& peer,
                                                    const ProcessHold* process) {
  auto file = open_program_file(peer);
  if (!file.ok()) return file.error();
  // After the file was opened: then it is that of the process held, and not of a later one.
  if (process == nullptr || !process->alive())
    return Error{ErrorKind::permission_denied, "program.unknown",
                 "The program of process " + std::to_string(peer.pid) +
                     " was to be looked at; the process has ended, or the system does not let the "
                     "gateway hold it. Start it again."};
  return std::shared_ptr<const Program>(std::make_shared<Opened>(*this, std::move(*file)));
}

std::optional<std::string> Programs::known(const std::string& version) {
  const std::lock_guard lock(mutex_);
  const auto found = hashes_.find(version);
  return found == hashes_.end() ? std::nullopt : std::optional(found->second);
}

void Programs::remember(const std::string& version, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  if (hashes_.size() >= kMostHashes) hashes_.clear();
  hashes_[version] = sha256;
}

}  // namespace semafoor::rpc
