// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/manifest.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/fuzz/target.h"

using namespace semafoor;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "manifestXXXXXX").string();
    fuzz::must(mkdtemp(pattern.data()) != nullptr, "there is a folder for the manifest");
    path = pattern;
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  std::ofstream(folder.path / "manifest.json", std::ios::binary) << fuzz::text_of(data, size);
  const auto manifest = backup::read_manifest(folder.path);
  if (!manifest) {
    fuzz::must_be_useful(manifest.error());
    return 0;
  }
  for (const auto& file : manifest->files)
    fuzz::must(file.name.find('/') == std::string::npos && file.name != "..",
               "a file lies beside its manifest");
  return 0;
}
