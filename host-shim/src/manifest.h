// SPDX-License-Identifier: Apache-2.0
//
// The manifest beside each library: what it is, before anything of it is loaded. Its fields are
// described in host-shim/README.md.
#pragma once

#include <filesystem>
#include <string>

#include "host-shim/src/platform.h"
#include "host-shim/src/result.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::loader {

struct Manifest {
  std::filesystem::path path;
  std::string id;
  std::string name;
  std::string version;
  uint32_t abi_major = 0;
  uint32_t abi_minor = 0;
  std::string architecture;
  // One file name, in the manifest's own folder.
  std::string library;
  // Lower-case hexadecimal.
  std::string sha256;

  std::filesystem::path library_path() const { return path.parent_path() / path_of(library); }
};

// Unknown keys are allowed: a newer release may add some.
Result<Manifest> read_manifest(const std::filesystem::path& path);

// Refuses a plugin for another ABI major or another architecture.
Outcome check_manifest(const Manifest& manifest, const Platform& platform);

}  // namespace semafoor::loader
