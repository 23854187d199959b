// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "gateway/app/supervisor.h"
#include "gateway/vault/key_file.h"

namespace semafoor::app {

// This executable once more, as `run --worker WORD --config FILE`; the word is for
// end_with_supervisor(). Call from the one thread there is: a worker dies with the thread that
// started it.
// Each worker is handed the passphrase, if there is one (passphrase.h).
std::unique_ptr<WorkerProcess> make_worker_process(
    const std::filesystem::path& config_file,
    std::optional<vault::SecretBytes> passphrase = std::nullopt);

// In the worker: the process ends, at once, when the supervisor does, however that comes about.
// Call after prepare_process(). False for a word that no supervisor gave.
bool end_with_supervisor(const std::string& word);

}  // namespace semafoor::app
