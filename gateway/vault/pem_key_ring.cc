// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
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
    const auto own = certificate_for(key_name, *pem);
    return make_evp_signer(*pem, key_name, "file", own.value_or(std::string()));
  }

  // A certificate is no secret: others may read it.
  Result<std::string> certificate(const std::string& key_name) override {
    const auto missing = [&](const std::string& what) {
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "vault.certificate_missing",
                   .message = "Looking for the certificate of the key " + key_name + ": " + what +
                              ". Put it into the key folder as " + key_name +
                              ".crt (PEM), or into the file of the key."};
    };
    if (!is_key_name(key_name)) return missing("the name of the key is not a name");
    // The certificate in a file of its own is read without the key.
    auto own = certificate_file(key_name);
    if (own && own->empty()) return missing("the file is empty or too large");
    if (own) return *std::move(own);
    const Result<SecretBytes> pem = read_key_file(folder_, key_name + ".pem");
    if (!pem) return pem.error();
    auto inside = certificate_in(*pem);
    if (!inside) return missing("there is none");
    return *std::move(inside);
  }

  Result<std::shared_ptr<const SecretBytes>> password(const std::string& name) override {
    const auto bad = [&](const char* code, const std::string& what) {
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = code,
                   .message = "Looking for the password of a technical account: " + what +
                              ". Put it into the key folder as NAME.password (mode 0600), and "
                              "name it in the organisation's settings."};
    };
    if (!is_key_name(name)) return bad("vault.password_missing", "its name is no name of a file");
    Result<SecretBytes> secret = read_key_file(folder_, name + ".password");
    if (!secret) {
      return bad(secret.error().code == "vault.key_missing" ? "vault.password_missing"
                                                            : "vault.password_unreadable",
                 name + ".password is not there, or not for this account alone");
    }
    std::string_view text(secret->data(), secret->size());
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return std::make_shared<const SecretBytes>(std::string(text));
  }

 private:
  // Nothing: there is no such file. Empty: it cannot be one.
  std::optional<std::string> certificate_file(const std::string& key_name) const {
    std::ifstream file(folder_ / (key_name + ".crt"), std::ios::binary);
    if (!file) return std::nullopt;
    std::string bytes(kLargestCertificate + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes.size() <= kLargestCertificate ? bytes : std::string();
  }
  static std::optional<std::string> certificate_in(const SecretBytes& pem) {
    const std::string_view text(pem.data(), pem.size());
    const auto begin = text.find(kBegin);
    const auto end = begin == std::string_view::npos ? begin : text.find(kEnd, begin);
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(text.substr(begin, end + kEnd.size() - begin)) + "\n";
  }
  std::optional<std::string> certificate_for(const std::string& key_name,
                                             const SecretBytes& pem) const {
    auto own = certificate_file(key_name);
    return own ? own : certificate_in(pem);
  }

  static constexpr std::size_t kLargestCertificate = 256 * 1024;
  static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  static constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

  std::filesystem::path folder_;
};

}  // namespace

std::unique_ptr<KeyRing> make_pem_key_ring(std::filesystem::path folder) {
  return std::make_unique<PemKeyRing>(std::move(folder));
}

}  // namespace semafoor::vault
