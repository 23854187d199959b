// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "gateway/vault/evp_signer.h"
#include "gateway/vault/key_file.h"
#include "gateway/vault/signer.h"

namespace semafoor::vault {
namespace {

// A name is a file name, never a path.
bool is_key_name(const std::string& name) {
  if (name.empty() || name.size() > 64 || name.front() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

class PemKeyRing final : public KeyRing {
 public:
  explicit PemKeyRing(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Reads the file each time: a replaced key takes effect with the next token, without a restart.
  Result<std::shared_ptr<Signer>> signer(const std::string& key_name) override {
    if (!is_key_name(key_name)) {
      return Error{.kind = ErrorKind::not_found,
                   .code = "vault.key_missing",
                   .message =
                       "Looking for a key: its name is empty or is not a name (letters, "
                       "digits, '-', '_' and '.', at most 64). Correct the name of the key "
                       "in the organisation's settings."};
    }
    Result<SecretBytes> pem = read_key_file(folder_, key_name + ".pem");
    if (!pem) return std::move(pem).error();
    return make_evp_signer(*pem, key_name);
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<KeyRing> make_pem_key_ring(std::filesystem::path folder) {
  return std::make_unique<PemKeyRing>(std::move(folder));
}

}  // namespace semafoor::vault
