// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <mutex>
#include <string>

#include "plugins/kit/process.h"
#include "plugins/kit/windows/wide.h"

namespace semafoor::kit {
namespace {

// The major stands in the name: the first copy that a process loads serves every plugin in it.
constexpr wchar_t kFileName[] = L"semafoor_runtime-1.dll";

// The folder of the file that holds this code.
std::wstring own_folder() {
  HMODULE self = nullptr;
  if (!GetModuleHandleExW(
          GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
          reinterpret_cast<LPCWSTR>(&own_folder), &self))
    return {};
  std::wstring path = file_of_module(self);
  const std::size_t slash = path.find_last_of(L"\\/");
  return slash == std::wstring::npos ? std::wstring() : path.substr(0, slash);
}

Failure missing(const std::wstring& path, const std::string& why) {
  return {.status = SEMAFOOR_FAILED_PRECONDITION,
          .code = "runtime.missing",
          .message = "Loaded the Semafoor runtime from " + utf8_of(path) + ": " + why +
                     ". Ship that file in the folder of the plugins, from the same release."};
}

// The first copy of that name serves all: one in another folder would be a second gRPC in the
// process, with threads of its own.
HMODULE library_at(const std::wstring& path) {
  if (HMODULE known = GetModuleHandleW(kFileName); known != nullptr) return known;
  return LoadLibraryExW(path.c_str(), nullptr,
                        LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
}

Result<const sfr_api*> load() {
  const std::wstring folder = own_folder();
  const std::wstring path = folder + L"\\" + kFileName;
  if (folder.empty()) return missing(path, "the plugin cannot tell in which folder it lies");
  HMODULE library = library_at(path);
  if (library == nullptr) return missing(path, words_of(GetLastError()));
  const auto entry =
      reinterpret_cast<sfr_entry_fn>(reinterpret_cast<void*>(GetProcAddress(library, SFR_SYMBOL)));
  if (entry == nullptr) return missing(path, "it has no symbol " SFR_SYMBOL);
  // Code that has run gRPC never leaves the process.
  HMODULE pinned = nullptr;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                     reinterpret_cast<LPCWSTR>(entry), &pinned);
  const sfr_api* api = entry();
  if (api == nullptr || api->struct_size < sizeof(sfr_api)) {
    return Failure{.status = SEMAFOOR_E_ABI,
                   .code = "runtime.too_old",
                   .message = "Loaded the Semafoor runtime " + utf8_of(file_of_module(library)) +
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
