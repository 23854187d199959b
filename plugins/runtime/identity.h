// SPDX-License-Identifier: Apache-2.0
//
// What this machine is to a gateway of the network: a key that was made here, and the certificate
// that the gateway's authority gave for it. Kept in a folder of the host's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plugins/runtime/identity_folder.h"

namespace semafoor::runtime {

struct Identity {
  // As PEM.
  std::string key;
  // Empty: asked for, and no answer yet.
  std::string certificate;
  std::string authority;
  // Seconds since 1970 UTC.
  std::int64_t renew_from_s = 0;
  std::int64_t expires_s = 0;
  // SHA-256 of the codes it was ever paired with: one that still stands in a configuration is not
  // used again.
  std::vector<std::string> codes;

  bool complete() const { return !certificate.empty(); }
  bool paired_with(const std::string& code_digest) const;
};

// Files: identity.json is in use, next.json is to follow it. Reading needs no lock; writing is done
// under that of the folder.
class IdentityStore {
 public:
  explicit IdentityStore(std::string folder) : folder_(std::move(folder)) {}

  std::optional<Problem> prepare() const { return prepare_folder(folder_); }
  std::variant<std::unique_ptr<FolderLock>, Problem> lock(const Patience& patience) const {
    return FolderLock::take(folder_, patience);
  }
  // Beside the errors of read_private(): "identity.damaged", "identity.newer".
  std::variant<std::optional<Identity>, Problem> current() const;
  // One that is damaged counts as none: nothing was done with it.
  std::variant<std::optional<Identity>, Problem> next() const;

  std::optional<Problem> save_next(const Identity& identity) const;
  // In the place of the one in use; then there is no next one.
  std::optional<Problem> promote(const Identity& identity) const;
  std::optional<Problem> drop_next() const;

  const std::string& folder() const { return folder_; }

 private:
  const std::string folder_;
};

}  // namespace semafoor::runtime
