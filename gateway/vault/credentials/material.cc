// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/credentials/material.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/vault/evp_signer.h"
#include "gateway/vault/public_half.h"

namespace semafoor::vault {
namespace {

Error failure(const char* code, const std::string& what) {
  ERR_clear_error();
  return {.kind = ErrorKind::invalid_argument, .code = code, .message = what};
}

Owned<BIO> reading(std::string_view bytes) {
  return Owned<BIO>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  OPENSSL_cleanse(data, static_cast<std::size_t>(size));
  return text;
}

SecretBytes key_pem_of(EVP_PKEY* key) {
  const Owned<BIO> out(BIO_new(BIO_s_secmem()));
  if (!out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return SecretBytes("");
  return SecretBytes(taken(out.get()));
}

std::string certificate_pem_of(X509* certificate) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return {};
  return taken(out.get());
}

struct Passphrase {
  const SecretBytes& bytes;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int /*writing*/, void* user) {
  auto* const passphrase = static_cast<Passphrase*>(user);
  passphrase->asked = true;
  if (passphrase->bytes.size() == 0 || passphrase->bytes.size() > static_cast<std::size_t>(size))
    return -1;
  // By its length: OpenSSL wants no zero behind it.
  std::copy_n(passphrase->bytes.data(), passphrase->bytes.size(), buffer);
  return static_cast<int>(passphrase->bytes.size());
}

// A key, and all certificates that came with it.
struct Found {
  Owned<EVP_PKEY> key;
  std::vector<Owned<X509>> certificates;
};

Result<Found> of_pkcs12(PKCS12* file, const SecretBytes& passphrase) {
  const std::string secret(passphrase.data(), passphrase.size());
  const bool opens =
      PKCS12_verify_mac(file, secret.c_str(), static_cast<int>(secret.size())) == 1 ||
      (secret.empty() && PKCS12_verify_mac(file, nullptr, 0) == 1);
  if (!opens)
    return failure("vault.passphrase_wrong",
                   "Opened a PKCS#12 file: the passphrase does not open it. Give the one that it "
                   "was exported with; nothing was stored.");
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool parsed = PKCS12_parse(file, secret.c_str(), &key, &certificate, &others) == 1;
  Found found;
  found.key.reset(key);
  if (certificate != nullptr) found.certificates.emplace_back(certificate);
  const Owned<STACK_OF(X509)> rest(others);
  for (int i = 0; rest && i < sk_X509_num(rest.get()); ++i) {
    X509* const one = sk_X509_value(rest.get(), i);
    X509_up_ref(one);
    found.certificates.emplace_back(one);
  }
  if (!parsed || !found.key)
    return failure("vault.key_unsuitable",
                   "Opened a PKCS#12 file: it holds no private key that can be read (or is "
                   "encrypted with a cipher of long ago: openssl pkcs12 -legacy writes it anew). "
                   "Nothing was stored.");
  return found;
}

Result<Found> of_pem(std::string_view bytes, const SecretBytes& passphrase) {
  Found found;
  Passphrase given{passphrase};
  {
    const auto in = reading(bytes);
    found.key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, &given));
  }
  if (!found.key && given.asked)
    return failure("vault.passphrase_wrong",
                   "Opened a PEM private key: the passphrase does not open it. Give the one that "
                   "it is protected with; nothing was stored.");
  if (!found.key)
    return failure(
        "vault.material_unreadable",
        "Opened what was to be imported: it is neither PKCS#12 nor a PEM private key. "
        "Give the .p12 or .pfx file, or the .pem file with the key; nothing was stored.");
  const auto in = reading(bytes);
  while (X509* const one = PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr))
    found.certificates.emplace_back(one);
  return found;
}

}  // namespace

Result<Material> read_material(std::string_view bytes, const SecretBytes& passphrase,
                               std::string_view certificate) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const Owned<PKCS12> file(d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_clear_error();
  auto found = file ? of_pkcs12(file.get(), passphrase) : of_pem(bytes, passphrase);
  if (!found) return std::move(found).error();
  if (!certificate.empty()) {
    Owned<X509> one = certificate_of(certificate);
    if (!one)
      return failure("vault.certificate_unreadable",
                     "Opened the certificate: it is neither PEM nor DER. Nothing was stored.");
    found->certificates.clear();
    found->certificates.push_back(std::move(one));
  }
  Material material{.key_pem = key_pem_of(found->key.get()), .certificate_pem = {}};
  if (auto usable = make_evp_signer(material.key_pem, "to be imported"); !usable)
    return std::move(usable).error();
  for (const Owned<X509>& one : found->certificates)
    if (X509_check_private_key(one.get(), found->key.get()) == 1)
      material.certificate_pem = certificate_pem_of(one.get());
  ERR_clear_error();
  if (material.certificate_pem.empty() && !found->certificates.empty())
    return failure("vault.certificate_other_key",
                   "Compared the certificate with the key: it is over another key. Give the one "
                   "that was made for this key; nothing was stored.");
  return material;
}

Result<std::string> public_key_digest(const SecretBytes& key_pem) {
  const auto in = reading({key_pem.data(), key_pem.size()});
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  std::string digest = key ? digest_of(key.get()) : std::string();
  if (digest.empty()) return failure("vault.key_unsuitable", "Read a key: it cannot be read.");
  return digest;
}

}  // namespace semafoor::vault
