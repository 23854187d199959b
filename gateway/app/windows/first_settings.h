// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::app::windows {

struct FirstSettings {
  // Empty: the standard one.
  std::string data_folder;
  // Of monitoring, on 127.0.0.1; empty: none.
  std::string metrics_port;
};

// Writes a file of settings with these, and with what an administrator is likely to want as
// comments. One that is there is left as it is; gives whether it was written. "settings.file".
Result<bool> write_first_settings(const std::filesystem::path& file, const FirstSettings& chosen);

}  // namespace semafoor::app::windows
