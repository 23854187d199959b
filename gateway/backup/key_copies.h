// SPDX-License-Identifier: Apache-2.0
//
// The organisations' keys are in no backup: who erases an organisation would have to find each one.
// A copy of them, still sealed under the gateway's root key, stands once beside all backups of a
// folder, is made new with each backup, and forgets a key when it is taken away.
#pragma once

#include <filesystem>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/records.h"

namespace semafoor::backup {

inline constexpr char kKeyCopies[] = "semafoor-data-keys.json";

// Of a folder that holds backups; none when there is no such file. "backup.damaged".
Result<std::vector<store::WrappedKey>> read_key_copies(const std::filesystem::path& folder);

// Puts these in the place of the same organisations'; what is there of others stays (several
// gateways may write their backups to one folder). A key that was taken away stays so. Durable.
Result<void> write_key_copies(const std::filesystem::path& folder,
                              const std::vector<store::WrappedKey>& keys);

}  // namespace semafoor::backup
