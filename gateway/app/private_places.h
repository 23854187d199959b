// SPDX-License-Identifier: Apache-2.0
//
// What the gateway keeps is for its account alone; a start where others could read it is refused.
#pragma once

#include <filesystem>

#include "gateway/app/config.h"
#include "gateway/domain/result.h"

namespace semafoor::app {

// Whether other accounts can open the folder: by its mode on POSIX, by its access list on Windows.
// One that is not there yet is nobody's. `code` is that of the error, whose message says what to
// run. Of the operating system (posix/, windows/).
Result<void> check_private_folder(const std::filesystem::path& folder, const char* code);

// The folders of data ("data.open_folder"), of the vault and of the keys ("vault.open_folder").
// Files in the last two are looked at when they are read.
Result<void> check_private_places(const Config& config);

}  // namespace semafoor::app
