// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "gateway/custody/inventory.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/vault/credentials/credentials.h"
#include "gateway/vault/tokens/pins.h"
#include "semafoor/v1/credentials.pb.h"

namespace semafoor::custody {

// What an administrator does with keys of the vault. Each act is recorded, in the chain of every
// organisation that names the key, or in the gateway's own when none does: before the vault does
// it, and undone with it when it fails; then the failure is recorded. An act that was killed in
// between has happened or not, and can be said again.
//
// Safe from several threads; each call blocks until the vault and the record are durable. Errors
// are the vault's (credentials.h) and the store's.
class CredentialDesk {
 public:
  // All outlive the object. `changed` hears of each key that is another now.
  CredentialDesk(store::Store& store, vault::Credentials& credentials, vault::tokens::Pins& pins,
                 const Inventory& inventory, std::function<void()> changed);

  // As vault::read_material() takes them. `next`: the one that is to follow.
  Result<v1::Credential> import(const std::string& name, bool next, std::string_view material,
                                const vault::SecretBytes& passphrase, std::string_view certificate,
                                const domain::Act& act);
  Result<v1::Credential> test(const std::string& name, bool next, const domain::Act& act);
  // "vault.credential_in_use": an organisation names the one that was to be removed.
  Result<v1::Credential> step(const std::string& name, v1::CredentialStep step,
                              const domain::Act& act);
  Result<v1::ListCredentialsResponse> list() const;
  // Of the token that the settings call so; recorded in the gateway's chain.
  Result<void> put_pin(const std::string& token, const vault::SecretBytes& pin,
                       const domain::Act& act);

 private:
  using Work = std::function<Result<void>(store::Transaction&)>;
  // Does `work` once, in a transaction that records it.
  Result<void> recorded(const char* what, const std::string& name, const domain::Act& act,
                        const std::string& detail, const Work& work);
  // The same, and what the credential is then.
  Result<v1::Credential> changed(const char* what, const std::string& name, const domain::Act& act,
                                 const std::string& detail, const Work& work);

  store::Store& store_;
  vault::Credentials& credentials_;
  vault::tokens::Pins& pins_;
  const Inventory& inventory_;
  const std::function<void()> changed_;
};

}  // namespace semafoor::custody
