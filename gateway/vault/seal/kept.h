// SPDX-License-Identifier: Apache-2.0
//
// What stands on a shelf: sealed, or in clear with a mark that says so, where nothing is sealed.
#pragma once

#include <string>
#include <string_view>

#include "gateway/vault/seal/seal_key.h"

namespace semafoor::vault {

// `seal` null: in clear, for who asked for that. `purpose` as in wrap().
std::string kept(const SealKey* seal, std::string_view purpose, std::string_view plain);

// The other way. What was kept in clear opens with and without a key. "vault.locked": it is sealed,
// and there is no key; the others as unwrap() gives them. Nothing is changed by any of them.
Result<SecretBytes> opened(const SealKey* seal, std::string_view purpose, std::string_view bytes,
                           const std::string& shown);

}  // namespace semafoor::vault
