// SPDX-License-Identifier: Apache-2.0
//
// The folders of the gateway's service: made for its account, taken away with it. Everybody may
// make things in C:\ProgramData: what was there before us is looked at before it is trusted.
#pragma once

#include <filesystem>

#include "gateway/app/config.h"
#include "gateway/domain/result.h"

namespace semafoor::app::windows {

// The home of settings, data, keys and log, for the system and the administrators, to read for the
// service. Before anything is written there. Error "service.folder": it is a link, or somebody
// else's.
Result<void> prepare_home();

// Settings that somebody else wrote would decide whom the gateway lets in. "service.folder".
Result<void> check_settings_owner(const std::filesystem::path& config_file);

// Data, keys and log of these settings, for the service, the system and the administrators alone:
// those at home, and elsewhere those that are made now or, for the data, hold nothing or a store.
// What else is there belongs to somebody: keys and logs are left as they are, and data is refused.
// Error "service.folder".
Result<void> prepare_folders(const Config& config);

// Deletes the store, the settings, and keys and log when they are at home, of a gateway that does
// not run; elsewhere what is not ours stays, and so does a folder that holds it. Error
// "purge.refused", which says what is still there.
Result<void> purge(const std::filesystem::path& config_file, const Config& config);

}  // namespace semafoor::app::windows
