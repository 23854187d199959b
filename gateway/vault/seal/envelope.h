// SPDX-License-Identifier: Apache-2.0
//
// What something sealed looks like where it is kept: it says which layout it has and which key
// opens it, so that a locked key, another key, damage and a newer program are told apart.
#pragma once

#include <string>
#include <string_view>

#include "gateway/vault/seal/seal_key.h"

namespace semafoor::vault {

// Whether these bytes begin as something sealed does.
bool is_wrapped(std::string_view bytes);

// `purpose` is what it is and whose ("credential 0206731645"): one thing does not open as another.
std::string wrap(const SealKey& key, std::string_view purpose, std::string_view plain);

// `shown` is what messages call it. "vault.corrupt", "vault.newer_version", "vault.other_key";
// nothing is changed by any of them.
Result<SecretBytes> unwrap(const SealKey& key, std::string_view purpose, std::string_view wrapped,
                           const std::string& shown);

}  // namespace semafoor::vault
