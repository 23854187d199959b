// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/windows/cng_key.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "gateway/os/windows/handle.h"
#include "gateway/vault/tokens/public_key.h"

namespace semafoor::vault::cng {
namespace {

constexpr DWORD kLargestSignature = 1024;
constexpr DWORD kLargestProperty = 64 * 1024;

// As winerror.h has them, without their type.
constexpr Status status_of(unsigned long number) {
  return static_cast<Status>(number);
}

struct Meaning {
  Status status;
  ErrorKind kind;
  const char* code;
  const char* advice;
};

const std::array<Meaning, 10> kMeanings{{
    {NTE_BAD_KEYSET, ErrorKind::not_found, "vault.key_missing",
     "There is no such key. Correct [[keys.token]] keys."},
    {NTE_NOT_FOUND, ErrorKind::not_found, "vault.key_missing",
     "There is no such key. Correct [[keys.token]] keys."},
    {status_of(CRYPT_E_NO_KEY_PROPERTY), ErrorKind::not_found, "vault.key_missing",
     "The certificate has no private key here. Import it together with its key."},
    {NTE_PERM, ErrorKind::failed_precondition, "vault.key_unreadable",
     "The gateway's account may not use it. Let it read the private key (certlm.msc, All Tasks, "
     "Manage Private Keys)."},
    {NTE_SILENT_CONTEXT, ErrorKind::failed_precondition, "vault.key_unsuitable",
     "It asks a person at each use, and a service has no desktop. Import it without strong "
     "protection; a smart card's PIN is given with semafoorctl credentials pin."},
    {status_of(SCARD_W_WRONG_CHV), ErrorKind::unavailable, "vault.pin_wrong",
     "It refuses the PIN, which is not tried again, as it would lock itself. Give the right one "
     "(semafoorctl credentials pin)."},
    {status_of(SCARD_W_CHV_BLOCKED), ErrorKind::unavailable, "vault.pin_locked",
     "Its PIN is locked, after too many wrong ones. Unlock it with the program that came with "
     "it."},
    {status_of(SCARD_W_REMOVED_CARD), ErrorKind::unavailable, "vault.token_missing",
     "It is not plugged in. Plug it in; it is found again by itself."},
    {status_of(SCARD_E_NO_SMARTCARD), ErrorKind::unavailable, "vault.token_missing",
     "It is not plugged in. Plug it in; it is found again by itself."},
    {NTE_NOT_SUPPORTED, ErrorKind::failed_precondition, "vault.key_unsuitable",
     "Its provider cannot do that. Use an RSA key of 2048 bits, or one on P-256."},
}};

std::string sha256_of(std::string_view data) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

PBYTE raw(std::string& bytes) {
  return reinterpret_cast<PBYTE>(bytes.data());
}

}  // namespace

Error said(const std::string& tried, Status status) {
  const std::string words = os::windows::words_of(static_cast<DWORD>(status));
  const auto* known = std::find_if(kMeanings.begin(), kMeanings.end(),
                                   [&](const Meaning& one) { return one.status == status; });
  if (known != kMeanings.end())
    return {.kind = known->kind,
            .code = known->code,
            .message = tried + ": " + words + ". " + known->advice,
            .retryable = known->kind == ErrorKind::unavailable};
  return {.kind = ErrorKind::unavailable,
          .code = "vault.token_failed",
          .message = tried + ": " + words +
                     ". Look whether certutil -csp can use it; it is tried again by itself.",
          .retryable = true};
}

std::string Key::property(const wchar_t* name) const {
  DWORD size = 0;
  if (NCryptGetProperty(key_.get(), name, nullptr, 0, &size, NCRYPT_SILENT_FLAG) != 0 ||
      size > kLargestProperty)
    return {};
  std::string value(size, '\0');
  if (NCryptGetProperty(key_.get(), name, raw(value), size, &size, NCRYPT_SILENT_FLAG) != 0)
    return {};
  value.resize(std::min<std::size_t>(size, value.size()));
  return value;
}

Result<bool> Key::rsa() const {
  const std::string told = property(NCRYPT_ALGORITHM_GROUP_PROPERTY);
  std::wstring group(told.size() / sizeof(wchar_t), L'\0');
  std::memcpy(group.data(), told.data(), group.size() * sizeof(wchar_t));
  group.resize(std::min(group.find(L'\0'), group.size()));
  if (group == NCRYPT_RSA_ALGORITHM_GROUP) return true;
  if (group == NCRYPT_ECDSA_ALGORITHM_GROUP || group == NCRYPT_ECDH_ALGORITHM_GROUP) return false;
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unsuitable",
               .message = "Looked at the key " + name_ + ": it is of the kind '" +
                          os::windows::utf8_of(group) + "', neither RSA nor EC. Use one of these."};
}

Result<std::string> Key::public_key() const {
  const auto is_rsa = rsa();
  if (!is_rsa) return is_rsa.error();
  const wchar_t* const kind = *is_rsa ? BCRYPT_RSAPUBLIC_BLOB : BCRYPT_ECCPUBLIC_BLOB;
  std::string blob(kLargestSignature * 4, '\0');
  DWORD size = 0;
  const Status got = NCryptExportKey(key_.get(), 0, kind, nullptr, raw(blob),
                                     static_cast<DWORD>(blob.size()), &size, NCRYPT_SILENT_FLAG);
  if (got != 0) return said("Read the public half of the key " + name_, got);
  blob.resize(std::min<std::size_t>(size, blob.size()));
  std::string der;
  if (*is_rsa) {
    // Header, exponent, modulus: big-endian (BCRYPT_RSAKEY_BLOB).
    BCRYPT_RSAKEY_BLOB head{};
    if (blob.size() >= sizeof head) {
      std::memcpy(&head, blob.data(), sizeof head);
      const std::string_view rest = std::string_view(blob).substr(sizeof head);
      if (rest.size() >= std::size_t{head.cbPublicExp} + head.cbModulus)
        der = tokens::rsa_public_key(std::string(rest.substr(head.cbPublicExp, head.cbModulus)),
                                     std::string(rest.substr(0, head.cbPublicExp)));
    }
  } else {
    // Header, X, Y (BCRYPT_ECCKEY_BLOB); 4 is "uncompressed" (SEC 1 section 2.3.3).
    BCRYPT_ECCKEY_BLOB head{};
    if (blob.size() > sizeof head) der = tokens::ec_public_key('\x04' + blob.substr(sizeof head));
  }
  if (!der.empty()) return der;
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "vault.key_unsuitable",
               .message = "Looked at the key " + name_ +
                          ": its public half is neither of RSA nor on P-256. Use one of these."};
}

std::string Key::certificate() const {
  return property(NCRYPT_CERTIFICATE_PROPERTY);
}

Result<void> Key::give_pin(std::string_view pin) const {
  std::wstring text = os::windows::wide_of(pin);
  const Status given = NCryptSetProperty(
      key_.get(), NCRYPT_PIN_PROPERTY, reinterpret_cast<PBYTE>(text.data()),
      static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)), NCRYPT_SILENT_FLAG);
  SecureZeroMemory(text.data(), text.size() * sizeof(wchar_t));
  if (given != 0) return said("Gave the PIN for the key " + name_, given);
  return {};
}

Result<std::string> Key::sign(std::string_view data) const {
  const auto is_rsa = rsa();
  if (!is_rsa) return is_rsa.error();
  BCRYPT_PKCS1_PADDING_INFO pkcs1{BCRYPT_SHA256_ALGORITHM};
  std::string digest = sha256_of(data);
  std::string signature(kLargestSignature, '\0');
  DWORD size = 0;
  // Of EC r and s come side by side already.
  const Status done =
      NCryptSignHash(key_.get(), *is_rsa ? &pkcs1 : nullptr, raw(digest),
                     static_cast<DWORD>(digest.size()), raw(signature), kLargestSignature, &size,
                     NCRYPT_SILENT_FLAG | (*is_rsa ? BCRYPT_PAD_PKCS1 : 0));
  if (done != 0) return said("Signed with the key " + name_, done);
  signature.resize(std::min<std::size_t>(size, signature.size()));
  return signature;
}

}  // namespace semafoor::vault::cng
