// SPDX-License-Identifier: Apache-2.0
//
// The keys of the gateway in one ring, wherever each lives.
#pragma once

#include <memory>

#include "gateway/vault/credentials/credentials.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {

struct KeyPlaces {
  // Sealed in the vault; looked into first.
  std::shared_ptr<Credentials> credentials;
  // On tokens (tokens/token.h); looked into next. Null: there are none.
  std::shared_ptr<KeyRing> tokens = nullptr;
  // Files of the key folder. They hold the passwords of technical accounts also where keys in files
  // are not used.
  std::shared_ptr<KeyRing> files;
  // The settings say [keys] plaintext = true.
  bool plaintext = false;
  // Next: where a key is prepared to follow, that one; for tests of it.
  Slot slot = Slot::active;
};

// Safe from several threads. A key that is there and cannot be had (locked, damaged) is an error:
// none of another place is taken instead. "vault.plaintext_off": a file has it, and the settings do
// not allow that.
std::shared_ptr<KeyRing> make_key_ring(KeyPlaces places);

}  // namespace semafoor::vault
