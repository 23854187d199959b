// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <climits>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>

#include "plugins/kit/process.h"

namespace semafoor::kit {
namespace {

// The major stands in the name: the first copy that a process loads serves every plugin in it.
constexpr char kFileName[] = "libsemafoor_runtime.so.1";

// The folder of the file that holds this code, links resolved.
std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr)
    return {};
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(info.dli_fname, nullptr),
                                                         &std::free);
  const std::string path = real ? real.get() : info.dli_fname;
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Failure missing(const std::string& path, const std::string& why) {
  return {.status = SEMAFOOR_FAILED_PRECONDITION,
          .code = "runtime.missing",
          .message = "Loaded the Semafoor runtime from " + path + ": " + why +
                     ". Ship that file in the folder of the plugins, from the same release."};
}

Result<const sfr_api*> load() {
  const std::string folder = own_folder();
  const std::string path = folder + "/" + kFileName;
  // An absolute path: the name alone would be searched for in the host's folders.
  if (folder.empty()) return missing(path, "the plugin cannot tell in which folder it lies");
  dlerror();
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* why = dlerror();
    return missing(path, why == nullptr ? "it could not be loaded" : why);
  }
  const auto entry = reinterpret_cast<sfr_entry_fn>(dlsym(library, SFR_SYMBOL));
  if (entry == nullptr) return missing(path, "it has no symbol " SFR_SYMBOL);
  const sfr_api* api = entry();
  if (api == nullptr || api->struct_size < sizeof(sfr_api)) {
    return Failure{.status = SEMAFOOR_E_ABI,
                   .code = "runtime.too_old",
                   .message = "Loaded the Semafoor runtime " + path +
                              ": it is older than this plugin needs. Ship plugins and runtime of "
                              "one release; the newest runtime serves all."};
  }
  return api;
}

}  // namespace

Result<const sfr_api*> runtime() {
  struct Loaded {
    std::mutex mutex;
    const sfr_api* api = nullptr;
  };
  // Never destroyed: a host may leave its process at any moment.
  static auto* const loaded = new Loaded;
  const std::lock_guard lock(loaded->mutex);
  if (loaded->api != nullptr) return loaded->api;
  auto api = load();
  if (api) loaded->api = *api;
  return api;
}

}  // namespace semafoor::kit
