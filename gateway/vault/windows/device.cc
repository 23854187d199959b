// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/tokens/device.h"

#include <openssl/sha.h>

#include <memory>
#include <utility>

#include "gateway/os/windows/handle.h"
#include "gateway/vault/pkcs11/connection.h"
#include "gateway/vault/windows/cng_key.h"
// After windows.h, whose types it uses.
#include <wincrypt.h>

namespace semafoor::vault {
namespace cng {
namespace {

using tokens::KeyPlace;
using tokens::TokenKey;

struct StoreFree {
  void operator()(void* store) const { CertCloseStore(store, 0); }
};
struct CertificateFree {
  void operator()(const CERT_CONTEXT* certificate) const {
    CertFreeCertificateContext(certificate);
  }
};
using Certificate = std::unique_ptr<const CERT_CONTEXT, CertificateFree>;

// A key, and the certificate by which it was found, where it was so.
struct Found {
  // Before the key, which may be its.
  Certificate certificate;
  Object key;
};

// The certificate of the computer's store "My" with that thumbprint.
Result<Certificate> find_certificate(std::string thumbprint) {
  const std::unique_ptr<void, StoreFree> store(CertOpenStore(
      CERT_STORE_PROV_SYSTEM_W, 0, 0,
      CERT_SYSTEM_STORE_LOCAL_MACHINE | CERT_STORE_READONLY_FLAG | CERT_STORE_OPEN_EXISTING_FLAG,
      L"MY"));
  // Where nothing was ever imported it may not be there yet.
  if (!store && GetLastError() != ERROR_FILE_NOT_FOUND)
    return said("Opened the computer's certificate store", static_cast<Status>(GetLastError()));
  CRYPT_HASH_BLOB wanted{static_cast<DWORD>(thumbprint.size()),
                         reinterpret_cast<BYTE*>(thumbprint.data())};
  Certificate found(store ? CertFindCertificateInStore(store.get(), X509_ASN_ENCODING, 0,
                                                       CERT_FIND_SHA1_HASH, &wanted, nullptr)
                          : nullptr);
  if (found) return found;
  return Error{.kind = ErrorKind::not_found,
               .code = "vault.key_missing",
               .message =
                   "Looked for a certificate in the computer's store \"My\": none has that "
                   "thumbprint. Import it there (certlm.msc, Personal), or correct "
                   "[[keys.token]] keys."};
}

class Provider final : public tokens::Device {
 public:
  Provider(std::string name, tokens::Pin pin) : name_(std::move(name)), pin_(std::move(pin)) {}

  Result<TokenKey> look(const KeyPlace& place) override {
    auto found = find(place);
    if (!found) return std::move(found).error();
    TokenKey told;
    if (found->certificate)
      told.certificate.assign(reinterpret_cast<const char*>(found->certificate->pbCertEncoded),
                              found->certificate->cbCertEncoded);
    const Key key(std::move(found->key), shown(place));
    if (told.certificate.empty()) told.certificate = key.certificate();
    auto is_rsa = key.rsa();
    if (!is_rsa) return std::move(is_rsa).error();
    told.rsa = *is_rsa;
    auto half = key.public_key();
    if (!half) return std::move(half).error();
    told.public_key = std::move(*half);
    return told;
  }

  // The key is opened each time: what was unplugged or replaced is found again.
  Result<std::string> sign(const KeyPlace& place, std::string_view data) override {
    auto found = find(place);
    if (!found) return std::move(found).error();
    const Key key(std::move(found->key), shown(place));
    auto pin = pin_();
    if (!pin && pin.error().code != "vault.pin_missing") return std::move(pin).error();
    if (!pin) return key.sign(data);
    const std::string digest = digest_of(**pin);
    if (digest == refused_pin_digest_)
      return said("Signed with the key " + shown(place), static_cast<Status>(SCARD_W_WRONG_CHV));
    if (auto given = key.give_pin({(*pin)->data(), (*pin)->size()}); !given)
      return noted(given.error(), digest);
    auto signature = key.sign(data);
    if (!signature) return noted(signature.error(), digest);
    return signature;
  }

 private:
  std::string shown(const KeyPlace& place) const {
    return (place.id.empty() ? "'" + place.label + "'" : "of a certificate") + " of '" + name_ +
           "'";
  }

  static std::string digest_of(const SecretBytes& pin) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(reinterpret_cast<const unsigned char*>(pin.data()), pin.size(),
           reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
  }

  Error noted(const Error& error, const std::string& pin_digest) {
    if (error.code == "vault.pin_wrong") refused_pin_digest_ = pin_digest;
    return error;
  }

  Result<Found> find(const KeyPlace& place) {
    if (!place.id.empty()) {
      auto certificate = find_certificate(place.id);
      if (!certificate) return std::move(certificate).error();
      HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
      DWORD kind = 0;
      WINBOOL owned = FALSE;
      if (!CryptAcquireCertificatePrivateKey(
              certificate->get(), CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG,
              nullptr, &key, &kind, &owned))
        return said("Opened the key " + shown(place), static_cast<Status>(GetLastError()));
      return Found{std::move(*certificate), Object(key, owned != FALSE)};
    }
    NCRYPT_PROV_HANDLE provider = 0;
    if (const Status opened =
            NCryptOpenStorageProvider(&provider, os::windows::wide_of(name_).c_str(), 0);
        opened != 0)
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "vault.token_module",
                   .message = "Opened the key storage provider '" + name_ +
                              "': " + os::windows::words_of(static_cast<DWORD>(opened)) +
                              ". Install it, or correct [[keys.token]] provider (certutil "
                              "-csplist names those that are there)."};
    const Object owned(provider);
    const std::wstring label = os::windows::wide_of(place.label);
    NCRYPT_KEY_HANDLE key = 0;
    Status opened = NCryptOpenKey(provider, &key, label.c_str(), 0,
                                  NCRYPT_MACHINE_KEY_FLAG | NCRYPT_SILENT_FLAG);
    // Not the computer's; perhaps the account's own. Smart cards know no such difference.
    if (opened != 0 && opened != NTE_PERM)
      opened = NCryptOpenKey(provider, &key, label.c_str(), 0, NCRYPT_SILENT_FLAG);
    if (opened != 0) return said("Opened the key " + shown(place), opened);
    return Found{nullptr, Object(key)};
  }

  const std::string name_;
  const tokens::Pin pin_;
  // What was refused is not tried again: it locks itself after few.
  std::string refused_pin_digest_;
};

}  // namespace
}  // namespace cng

namespace tokens {

std::unique_ptr<Device> make_device(const TokenSettings& settings, Pin pin) {
  if (!settings.provider.empty())
    return std::make_unique<cng::Provider>(settings.provider, std::move(pin));
  return std::make_unique<pkcs11::Connection>(settings.module, settings.label, std::move(pin));
}

bool knows_providers() {
  return true;
}

}  // namespace tokens
}  // namespace semafoor::vault
