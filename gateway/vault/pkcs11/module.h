// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/vault/pkcs11/cryptoki.h"

namespace semafoor::vault::pkcs11 {

// A vendor's library, loaded and initialised. It is never unloaded: one of its functions may still
// be under way in a thread that nobody waits for any more.
class Module {
 public:
  // Blocks as long as the library does. "vault.token_module".
  static Result<std::shared_ptr<Module>> load(const std::filesystem::path& file);

  // C_OpenSession and the like, named by their declaration in cryptoki.h.
  template <typename Called, typename... Arguments>
  Rv call(Arguments... arguments) const {
    const auto pointer = list_->functions[Called::kPlace];
    return reinterpret_cast<typename Called::Pointer>(pointer)(arguments...);
  }

 private:
  explicit Module(const FunctionList* list) : list_(list) {}
  const FunctionList* list_;
};

}  // namespace semafoor::vault::pkcs11
