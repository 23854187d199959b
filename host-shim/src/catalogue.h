// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host-shim/src/manifest.h"
#include "host-shim/src/result.h"

namespace semafoor::loader {

// The plugins that some folders hold, and why the rest of what lies there is none. Unchanged once
// made; safe for any thread.
class Catalogue {
 public:
  struct Skipped {
    std::filesystem::path path;
    std::string reason;
  };

  static Result<Catalogue> read(const std::vector<std::string>& folders);

  // NOT_FOUND names the plugins there are, and every place that was tried.
  Result<Manifest> find(const std::string& id) const;

  const std::vector<Manifest>& plugins() const { return plugins_; }
  const std::vector<Skipped>& skipped() const { return skipped_; }

 private:
  void read_folder(const std::filesystem::path& folder);
  void add(const std::filesystem::path& path);

  std::vector<std::filesystem::path> folders_;
  std::vector<Manifest> plugins_;
  std::vector<Skipped> skipped_;
};

}  // namespace semafoor::loader
