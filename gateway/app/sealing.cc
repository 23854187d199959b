// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/sealing.h"

#include <cstdlib>
#include <utility>

#include "gateway/os/utf8_path.h"
#include "gateway/store/file_shelf.h"
#include "gateway/store/files.h"

namespace semafoor::app {

std::filesystem::path vault_folder(const SealSettings& settings,
                                   const std::filesystem::path& data_folder) {
  if (!settings.folder.empty()) return settings.folder;
  // People write folders with a separator at their end.
  const auto data = data_folder.lexically_normal();
  return os::with_suffix(data.has_filename() ? data : data.parent_path(), "-vault");
}

Result<Seal> open_seal(const SealSettings& settings, const std::filesystem::path& data_folder,
                       std::function<Result<vault::SecretBytes>()> ask) {
  const auto home = vault_folder(settings, data_folder);
  vault::RootSettings root;
  root.source = settings.source;
  root.key_file = settings.key_file.empty() ? home / "seal.key" : settings.key_file;
  // Source: systemd.exec(5), CREDENTIALS_DIRECTORY.
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"))
    root.credential_file = os::path_of(folder) / os::path_of(settings.credential);
  root.ask = std::move(ask);
  root.write_private = [](const std::filesystem::path& file,
                          std::string_view bytes) -> Result<void> {
    if (auto made = store::make_folder(file.parent_path()); !made) return made;
    return store::write_small_file(file, bytes);
  };
  const auto shelf = store::make_file_shelf(home);
  return vault::open_root_key(root, *shelf);
}

Result<Seal> open_former_seal(const std::filesystem::path& vault_folder,
                              const std::filesystem::path& key_file,
                              std::function<Result<vault::SecretBytes>()> ask) {
  auto source = vault::remembered_source(*store::make_file_shelf(vault_folder));
  if (!source) return std::move(source).error();
  if (!source->has_value()) return Seal();
  SealSettings settings;
  settings.source = **source;
  settings.folder = vault_folder;
  settings.key_file = key_file;
  return open_seal(settings, {}, std::move(ask));
}

}  // namespace semafoor::app
