// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/catalogue.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "host-shim/src/utf8_path.h"

namespace semafoor::loader {
namespace {

namespace fs = std::filesystem;

// "a, b and 3 more": a sentence stays a sentence in a folder of a thousand files.
template <typename Range, typename Text>
std::string enumerate(const Range& items, Text text_of) {
  constexpr size_t kNamed = 12;
  std::string joined;
  size_t count = 0;
  for (const auto& item : items) {
    if (++count > kNamed) continue;
    if (!joined.empty()) joined += ", ";
    joined += text_of(item);
  }
  if (count > kNamed) joined += " and " + std::to_string(count - kNamed) + " more";
  return joined;
}

bool is_plugin_library(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.find("semafoor_") != std::string::npos &&
         name.find("semafoor_runtime") == std::string::npos &&
         (path.extension() == ".so" || path.extension() == ".dll");
}

}  // namespace

Result<Catalogue> Catalogue::read(const std::vector<std::string>& folders) {
  if (folders.empty()) {
    return Problem{SEMAFOOR_INVALID_ARGUMENT, "shim.no_folder",
                   "no folder was given to look for plugins: give the absolute path of one"};
  }
  Catalogue catalogue;
  for (const std::string& text : folders) {
    const fs::path folder = path_of(text).lexically_normal();
    if (!folder.is_absolute() || text.find('\0') != std::string::npos) {
      return Problem{SEMAFOOR_INVALID_ARGUMENT, "shim.relative_path",
                     "\"" + text +
                         "\" is not an absolute path: plugins are only loaded from absolute paths, "
                         "so that the current folder cannot decide what runs (H-1)"};
    }
    catalogue.folders_.push_back(folder);
    catalogue.read_folder(folder);
  }
  return catalogue;
}

void Catalogue::read_folder(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder, failed)) {
    skipped_.push_back({folder, "the folder does not exist"});
    return;
  }
  // Sorted, so that what wins does not depend on the file system.
  std::set<fs::path> manifests;
  std::set<fs::path> libraries;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() == ".json") manifests.insert(entry->path());
    if (is_plugin_library(entry->path())) libraries.insert(entry->path());
  }
  if (failed) skipped_.push_back({folder, "the folder cannot be read: " + failed.message()});
  for (const fs::path& manifest : manifests) add(manifest);
  for (const fs::path& library : libraries) {
    if (manifests.count(fs::path(library).replace_extension(".json")) == 0)
      skipped_.push_back({library, "there is no manifest beside it"});
  }
}

void Catalogue::add(const fs::path& path) {
  auto manifest = read_manifest(path);
  if (!manifest) {
    skipped_.push_back({path, std::move(manifest.problem().message)});
    return;
  }
  const auto same = std::find_if(plugins_.begin(), plugins_.end(),
                                 [&](const Manifest& other) { return other.id == manifest->id; });
  if (same != plugins_.end()) {
    skipped_.push_back(
        {path, "plugin " + manifest->id + " was found before, in " + same->path.string()});
    return;
  }
  plugins_.push_back(std::move(*manifest));
}

Result<Manifest> Catalogue::find(const std::string& id) const {
  for (const Manifest& manifest : plugins_) {
    if (manifest.id == id) return manifest;
  }
  std::string message = "there is no plugin \"" + id + "\"; ";
  message += plugins_.empty() ? "no plugin was found at all"
                              : "found: " + enumerate(plugins_, [](const Manifest& manifest) {
                                  return manifest.id + " " + manifest.version;
                                });
  message +=
      "; looked in: " + enumerate(folders_, [](const fs::path& folder) { return folder.string(); });
  if (!skipped_.empty()) {
    message += "; skipped: " + enumerate(skipped_, [](const Skipped& skipped) {
                 return skipped.path.string() + " (" + skipped.reason + ")";
               });
  }
  return Problem{SEMAFOOR_NOT_FOUND, "shim.plugin_unknown", message};
}

}  // namespace semafoor::loader
