// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/test_key_file.h"

#include <array>
#include <fstream>

namespace semafoor::vault {

namespace fs = std::filesystem;

void write_key_file(const fs::path& file, std::string_view bytes) {
  fs::remove(file);
  std::ofstream(file, std::ios::binary) << bytes;
  fs::permissions(file, fs::perms::owner_read);
}

void share_key_file(const fs::path& file, int way) {
  constexpr std::array<fs::perms, kSharings> kWays{fs::perms::group_read, fs::perms::others_read,
                                                   fs::perms::group_write, fs::perms::others_write};
  fs::permissions(file, kWays.at(static_cast<std::size_t>(way)), fs::perm_options::add);
}

std::string sharing_advice() {
  return "chmod 600";
}

}  // namespace semafoor::vault
