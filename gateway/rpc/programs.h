// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/program.h"
#include "gateway/rpc/sessions.h"

namespace semafoor::rpc {

// A program's file as the operating system has it (posix/, windows/).
class ProgramFile {
 public:
  virtual ~ProgramFile() = default;
  virtual const std::string& path() const = 0;
  virtual bool is(const std::filesystem::path& file) const = 0;
  // Another one whenever the content may be: which file, how long, when it was last changed.
  virtual std::string version() const = 0;
  // From the beginning on, 0 at the end, below 0 when it cannot be read.
  virtual std::ptrdiff_t read(std::ptrdiff_t offset, void* buffer, std::size_t size) const = 0;
};
// "program.unknown".
Result<std::unique_ptr<ProgramFile>> open_program_file(const PeerIdentity& peer);

// Hashes each file once, as long as it stays what it is. Safe from several threads.
class Programs {
 public:
  // `process` null: not held, and so nobody knows whose number it is by now. What is given must not
  // outlive this object.
  Result<std::shared_ptr<const Program>> of(const PeerIdentity& peer, const ProcessHold* process);

 private:
  class Opened;
  std::optional<std::string> known(const std::string& version);
  void remember(const std::string& version, const std::string& sha256);

  std::mutex mutex_;
  std::map<std::string, std::string> hashes_;
};

}  // namespace semafoor::rpc
