// SPDX-License-Identifier: Apache-2.0
//
// Looks at the keys before anybody needs one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace semafoor::vault {

struct KeyFinding {
  std::filesystem::path file;
  std::string message;
  // False: whoever names this key cannot get a token. True: worth knowing.
  bool only_warning = false;
};

// Every `*.pem` of the folder, as this account sees it: readable by it alone, a key that can sign,
// and certificates beside it that are in force at `now_s` (seconds since 1970 UTC). Sorted by file.
// `used`: the settings allow keys in files; otherwise each one is worth a warning, and none is
// missing.
std::vector<KeyFinding> check_keys(const std::filesystem::path& folder, std::int64_t now_s,
                                   bool used = true);

}  // namespace semafoor::vault
