// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/library_registry.h"

#include <algorithm>
#include <exception>
#include <map>
#include <utility>

// With std::filesystem Boost.DLL is header-only and brings no Boost.Filesystem.
#define BOOST_DLL_USE_STD_FS
#include <boost/dll/import.hpp>
#include <boost/dll/shared_library.hpp>

#include "host-shim/src/library_file.h"
#include "host-shim/src/platform.h"

namespace semafoor::loader {
namespace {

std::string key_of(const Manifest& manifest) {
  return manifest.library_path().string() + '\n' + manifest.id;
}

// The system's own words on one line, so that ours stays one sentence.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

struct LibraryRegistry::Libraries {
  std::map<std::string, boost::dll::shared_library> by_path;
};

LibraryRegistry::LibraryRegistry() : libraries_(std::make_unique<Libraries>()) {}
LibraryRegistry::~LibraryRegistry() = default;

bool LibraryRegistry::is_loaded(const Manifest& manifest) {
  const std::lock_guard lock(mutex_);
  return plugins_.count(key_of(manifest)) != 0;
}

Result<const LoadedPlugin*> LibraryRegistry::load(const Manifest& manifest) {
  // One mutex for all loads: not every system's loader takes two at once.
  const std::lock_guard lock(mutex_);
  if (const auto known = plugins_.find(key_of(manifest)); known != plugins_.end()) {
    const LoadedPlugin* plugin = known->second.get();
    return plugin;
  }
  if (auto fit = check_manifest(manifest, this_platform()); !fit) return std::move(fit.problem());
  if (auto file = check_library_file(manifest.library_path(), this_platform()); !file)
    return std::move(file.problem());
  if (auto digest = check_digest(manifest.library_path(), manifest.sha256); !digest)
    return std::move(digest.problem());
  auto entry_of = import_entry(manifest);
  if (!entry_of) return std::move(entry_of.problem());
  auto scanned = scan_entry(*entry_of, manifest);
  if (!scanned) return std::move(scanned.problem());

  auto plugin = std::make_unique<LoadedPlugin>();
  plugin->manifest = manifest;
  plugin->entry = scanned->entry;
  plugin->index = scanned->index;
  const LoadedPlugin* loaded = plugin.get();
  plugins_.emplace(key_of(manifest), std::move(plugin));
  return loaded;
}

Result<EntryFunction> LibraryRegistry::import_entry(const Manifest& manifest) {
  const std::filesystem::path path = manifest.library_path();
  const std::size_t longest = longest_library_path();
  if (longest > 0 && path.native().size() > longest)
    return Problem{
        SEMAFOOR_FAILED_PRECONDITION, "shim.path_too_long",
        path.string() + " cannot be loaded: its path has " + std::to_string(path.native().size()) +
            " characters, and this system loads libraries of at most " + std::to_string(longest) +
            "; put the plugins into a folder with a shorter path"};
  try {
    auto& library = libraries_->by_path[path.string()];
    // The throwing overloads: the others lose what the system's loader said.
    if (!library.is_loaded())
      library.load(path, static_cast<boost::dll::load_mode::type>(load_flags()));
    if (!library.has(SEMAFOOR_ENTRY_SYMBOL)) {
      return Problem{SEMAFOOR_E_ABI, "shim.no_entry",
                     path.string() + " does not export " + SEMAFOOR_ENTRY_SYMBOL +
                         ": it is not a Semafoor plugin for ABI major 1; install the plugin again"};
    }
    // import_symbol on the C function. The callable holds the library, as the registry does.
    return EntryFunction(
        boost::dll::import_symbol<const semafoor_entry*()>(library, SEMAFOOR_ENTRY_SYMBOL));
  } catch (const std::exception& refused) {
    return Problem{SEMAFOOR_FAILED_PRECONDITION, "shim.load_failed",
                   path.string() + " cannot be loaded (" + one_line(refused.what()) +
                       "): install what it needs, then try again"};
  }
}

}  // namespace semafoor::loader
