// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/pkcs11/module.h"

// With std::filesystem Boost.DLL is header-only and brings no Boost.Filesystem.
#define BOOST_DLL_USE_STD_FS
#include <array>
#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

namespace semafoor::vault::pkcs11 {
namespace {

Error broken(const std::filesystem::path& file, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "vault.token_module",
          .message = "Loaded the PKCS#11 library " + file.string() + ": " + what +
                     ". Install what came with the token, and name its library in [[keys.token]] "
                     "module."};
}

// Loaded once and kept until the process ends, see the header: what keeps them is not destroyed
// either. Null when it does not load.
const boost::dll::shared_library* library_of(const std::filesystem::path& file,
                                             std::error_code& problem) {
  struct Kept {
    std::mutex mutex;
    std::map<std::filesystem::path, boost::dll::shared_library> libraries;
  };
  static Kept& kept = *new Kept;
  // Without the lock: a library that does not come back when it is loaded holds up no other.
  boost::dll::shared_library loaded(file, problem, boost::dll::load_mode::default_mode);
  if (problem) return nullptr;
  const std::lock_guard lock(kept.mutex);
  return &kept.libraries.try_emplace(file, std::move(loaded)).first->second;
}

}  // namespace

Result<std::shared_ptr<Module>> Module::load(const std::filesystem::path& file) {
  std::error_code problem;
  const boost::dll::shared_library* const library = library_of(file, problem);
  if (library == nullptr) return broken(file, problem.message());
  if (!library->has("C_GetFunctionList"))
    return broken(file, "it is none: it has no C_GetFunctionList");
  FunctionList* list = nullptr;
  const Rv got = library->get<Rv(FunctionList**)>("C_GetFunctionList")(&list);
  if (got != kOk || list == nullptr)
    return broken(file, "it gave no functions (CKR " + std::to_string(got) + ")");
  for (const std::size_t place :
       {Initialize::kPlace, GetSlotList::kPlace, GetTokenInfo::kPlace, OpenSession::kPlace,
        CloseSession::kPlace, Login::kPlace, GetAttributeValue::kPlace, FindObjectsInit::kPlace,
        FindObjects::kPlace, FindObjectsFinal::kPlace, SignInit::kPlace, Sign::kPlace})
    if (list->functions[place] == nullptr)
      return broken(file, "it lacks function " + std::to_string(place) + " of the standard");
  const std::shared_ptr<Module> module(new Module(list));
  // Several threads of ours call it.
  std::array<unsigned char, kInitializeArgsBytes> arguments{};
  std::memcpy(arguments.data() + kInitializeFlagsAt, &kOsLocking, sizeof kOsLocking);
  const Rv begun = module->call<Initialize>(static_cast<void*>(arguments.data()));
  // Another token of the same library was first.
  if (begun != kOk && begun != kAlreadyInitialized)
    return broken(file, "it does not begin (CKR " + std::to_string(begun) + ")");
  return module;
}

}  // namespace semafoor::vault::pkcs11
