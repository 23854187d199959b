// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/key_ring.h"

#include <type_traits>
#include <utility>

namespace semafoor::vault {
namespace {

// What a place says of a name that it does not know.
bool is_elsewhere(const Error& error) {
  return error.code == "vault.credential_missing" || error.code == "vault.name";
}

Error missing(const std::string& name) {
  return {.kind = ErrorKind::not_found,
          .code = "vault.key_missing",
          .message = "Looked for the key '" + name +
                     "': the vault has none of that name. Import it (semafoorctl credentials "
                     "import), or correct the name of the key in the organisation's settings."};
}

Error not_in_files(const std::string& name) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "vault.plaintext_off",
          .message = "Looked for the key '" + name +
                     "': it is in a file of the key folder only, in clear, which the settings do "
                     "not allow. Import it (semafoorctl credentials import) and remove the file; "
                     "or let files be used with [keys] plaintext = true, which alarms as long as "
                     "it stands there."};
}

class WholeRing final : public KeyRing {
 public:
  explicit WholeRing(KeyPlaces places) : places_(std::move(places)) {}

  Result<std::shared_ptr<Signer>> signer(const std::string& key_name) override {
    auto sealed = in_vault([&](Slot slot) { return places_.credentials->signer(key_name, slot); });
    if (sealed || !is_elsewhere(sealed.error())) return sealed;
    if (places_.tokens) {
      auto on_token = places_.tokens->signer(key_name);
      if (on_token || on_token.error().code != "vault.token_unnamed") return on_token;
    }
    auto file = places_.files->signer(key_name);
    if (places_.plaintext) return file;
    const bool none = !file && file.error().code == "vault.key_missing";
    return none ? missing(key_name) : not_in_files(key_name);
  }

  Result<std::string> certificate(const std::string& key_name) override {
    auto sealed =
        in_vault([&](Slot slot) { return places_.credentials->certificate(key_name, slot); });
    if (sealed || !is_elsewhere(sealed.error())) return sealed;
    if (places_.tokens) {
      auto on_token = places_.tokens->certificate(key_name);
      if (on_token || on_token.error().code != "vault.token_unnamed") return on_token;
    }
    if (!places_.plaintext) return sealed;
    return places_.files->certificate(key_name);
  }

  Result<std::shared_ptr<const SecretBytes>> password(const std::string& name) override {
    return places_.files->password(name);
  }

 private:
  template <typename Take>
  std::invoke_result_t<Take, Slot> in_vault(const Take& take) {
    if (places_.slot == Slot::next) {
      auto next = take(Slot::next);
      if (next || next.error().code != "vault.slot_empty") return next;
    }
    return take(Slot::active);
  }

  const KeyPlaces places_;
};

}  // namespace

std::shared_ptr<KeyRing> make_key_ring(KeyPlaces places) {
  return std::make_shared<WholeRing>(std::move(places));
}

}  // namespace semafoor::vault
