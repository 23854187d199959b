// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "gateway/custody/key_keeper.h"
#include "gateway/domain/act.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/vault/credentials/credentials.h"
#include "semafoor/v1/credentials.pb.h"

namespace semafoor::custody {

// Destroys an organisation's key, and with it what is stored of it, wherever a copy is. Safe from
// several threads; all outlive the object.
class Erasure {
 public:
  // `changed` hears of keys of the vault that are gone.
  Erasure(store::Store& store, vault::Credentials& credentials, KeyKeeper& copies,
          std::filesystem::path keys_folder, std::function<void()> changed);

  // Recorded in the chains of the organisation and of the gateway before anything is destroyed.
  // Blocks until it is durable. Said again after it was killed, it goes on; for an organisation
  // that was erased, it looks after the copies again. What it could not reach is in the answer and
  // no error.
  //
  // "organisation.unknown"; "erase.modules_on" and "erase.answers_wait" unless `even_so`; errors of
  // store and vault.
  Result<v1::EraseOrganisationResponse> erase(const store::Org& org, bool even_so,
                                              const domain::Act& act);

 private:
  struct Found;
  Result<void> prepare(store::Transaction& tx, const store::Org& org, bool even_so,
                       const domain::Act& act, Found& found);

  store::Store& store_;
  vault::Credentials& credentials_;
  KeyKeeper& copies_;
  const std::filesystem::path keys_folder_;
  const std::function<void()> changed_;
};

}  // namespace semafoor::custody
