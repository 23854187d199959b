// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/vault/credentials/credentials.h"
#include "gateway/vault/signer.h"
#include "semafoor/v1/credentials.pb.h"

namespace semafoor::custody {

// A key, and for whom it is.
struct Held {
  v1::Credential credential;
  // Some organisation that names it has a module enabled.
  bool needed = false;
};

// Every key there is. Safe from several threads; store and credentials outlive the object.
class Inventory {
 public:
  Inventory(store::Store& store, vault::Credentials& credentials,
            std::shared_ptr<vault::KeyRing> keys, std::function<std::int64_t()> now_s);

  // All of the vault, and those that organisations name; in the order of their names. Opens each
  // one. Errors are those of the store and of listing the vault; what is wrong with one key is in
  // its `problem`.
  Result<std::vector<Held>> list() const;
  // One of the vault. "vault.credential_missing", and what else the vault says.
  Result<v1::Credential> view(const std::string& name) const;
  // The organisations that name it in their settings, as this snapshot has them.
  static Result<std::vector<store::Org>> naming(store::Reader& reader, const std::string& name);

 private:
  v1::KeyFacts shown(const vault::KeyFacts& facts) const;
  v1::KeyFacts shown(const vault::SlotView& slot) const;
  v1::Credential shown(const vault::CredentialView& view) const;
  v1::Credential elsewhere(const std::string& name) const;

  store::Store& store_;
  vault::Credentials& credentials_;
  const std::shared_ptr<vault::KeyRing> keys_;
  const std::function<std::int64_t()> now_s_;
};

// The names of the keys that its settings give: its own, and the service provider's.
std::vector<std::string> key_names(const v1::Organisation& organisation);

}  // namespace semafoor::custody
