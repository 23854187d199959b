// SPDX-License-Identifier: Apache-2.0
//
// [seal] source = "passphrase": who asks for it, and how a worker gets it. The supervisor asks once
// and hands it to each worker, so that one that dies at night is started again without anybody.
#pragma once

#include "gateway/domain/result.h"
#include "gateway/vault/key_file.h"

namespace semafoor::app {

// Blocks until somebody gave it: the first line of standard input when `from_stdin`; else at the
// terminal; without one, by systemd-ask-password, whose agents ask on the console.
// "vault.locked" when nobody can be asked.
Result<vault::SecretBytes> ask_passphrase(bool from_stdin);

// In a worker: what its supervisor handed over. "vault.locked".
Result<vault::SecretBytes> handed_passphrase();

}  // namespace semafoor::app
