// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/certificates.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>
#include <vector>

namespace semafoor::runtime {
namespace {

template <auto Free>
struct With {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Memory = std::unique_ptr<BIO, With<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, With<X509_free>>;
using Request = std::unique_ptr<X509_REQ, With<X509_REQ_free>>;
using Store = std::unique_ptr<X509_STORE, With<X509_STORE_free>>;
using Check = std::unique_ptr<X509_STORE_CTX, With<X509_STORE_CTX_free>>;

// What failed here is told by our own errors: nobody reads OpenSSL's queue, gRPC's least of all.
struct QueueCleared {
  QueueCleared() = default;
  ~QueueCleared() { ERR_clear_error(); }
  QueueCleared(const QueueCleared&) = delete;
  QueueCleared& operator=(const QueueCleared&) = delete;
};

// There is nobody to ask for a passphrase.
int no_passphrase(char* /*room*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return 0;
}

Memory reading(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

Key key_of(const std::string& pem) {
  return Key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_passphrase, nullptr));
}

std::vector<Certificate> chain_of(const std::string& pem) {
  std::vector<Certificate> chain;
  const Memory memory = reading(pem);
  while (Certificate one{PEM_read_bio_X509(memory.get(), nullptr, no_passphrase, nullptr)})
    chain.push_back(std::move(one));
  return chain;
}

Certificate certificate_of(const std::string& pem) {
  auto chain = chain_of(pem);
  return chain.empty() ? nullptr : std::move(chain.front());
}

std::string hexadecimal(const unsigned char* bytes, unsigned size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0xfU];
  }
  return text;
}

Verdict verdict_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Verdict::out_of_time;
    default:
      return Verdict::foreign;
  }
}

// Whether `chain` leads to `authority` and nowhere else. `name` may be null.
Verdict judge(const std::string& chain, const std::string& authority, int purpose,
              const char* name) {
  const QueueCleared cleared;
  const auto shown = chain_of(chain);
  const Certificate trusted = certificate_of(authority);
  const Store store(X509_STORE_new());
  const Check check(X509_STORE_CTX_new());
  if (shown.empty() || !trusted || !store || !check ||
      X509_STORE_add_cert(store.get(), trusted.get()) != 1)
    return Verdict::foreign;
  // Not owned: the certificates are the chain's.
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> others(
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  for (const auto& one : shown) sk_X509_push(others.get(), one.get());
  if (X509_STORE_CTX_init(check.get(), store.get(), shown.front().get(), others.get()) != 1 ||
      X509_STORE_CTX_set_purpose(check.get(), purpose) != 1)
    return Verdict::foreign;
  X509_VERIFY_PARAM* const rule = X509_STORE_CTX_get0_param(check.get());
  if (name != nullptr && X509_VERIFY_PARAM_set1_host(rule, name, 0) != 1) return Verdict::foreign;
  return X509_verify_cert(check.get()) == 1 ? Verdict::good
                                            : verdict_of(X509_STORE_CTX_get_error(check.get()));
}

}  // namespace

void start_openssl() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
}

std::string make_key() {
  const QueueCleared cleared;
  const Key key(EVP_EC_gen("P-256"));
  const Memory memory(BIO_new(BIO_s_mem()));
  return key && memory &&
                 PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                          nullptr) == 1
             ? text_in(memory.get())
             : "";
}

std::string make_request(const std::string& key) {
  const QueueCleared cleared;
  const Key signer = key_of(key);
  const Request request(X509_REQ_new());
  const Memory memory(BIO_new(BIO_s_mem()));
  return signer && request && memory && X509_REQ_set_version(request.get(), 0) == 1 &&
                 X509_REQ_set_pubkey(request.get(), signer.get()) == 1 &&
                 X509_REQ_sign(request.get(), signer.get(), EVP_sha256()) != 0 &&
                 PEM_write_bio_X509_REQ(memory.get(), request.get()) == 1
             ? text_in(memory.get())
             : "";
}

std::string last_certificate(const std::string& chain) {
  const QueueCleared cleared;
  const auto shown = chain_of(chain);
  const Memory memory(BIO_new(BIO_s_mem()));
  return !shown.empty() && memory && PEM_write_bio_X509(memory.get(), shown.back().get()) == 1
             ? text_in(memory.get())
             : "";
}

std::string fingerprint_of(const std::string& certificate) {
  const QueueCleared cleared;
  const Certificate read = certificate_of(certificate);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!read || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
  return hexadecimal(digest.data(), size);
}

std::string digest_of(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    return {};
  return hexadecimal(digest.data(), size);
}

std::int64_t end_of(const std::string& certificate) {
  const QueueCleared cleared;
  const Certificate read = certificate_of(certificate);
  const std::unique_ptr<ASN1_TIME, With<ASN1_STRING_free>> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!read || !epoch ||
      ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(read.get())) != 1)
    return 0;
  return std::int64_t{days} * 86'400 + seconds;
}

bool is_pair(const std::string& key, const std::string& certificate) {
  const QueueCleared cleared;
  const Key own = key_of(key);
  const Certificate read = certificate_of(certificate);
  return own && read && X509_check_private_key(read.get(), own.get()) == 1;
}

Verdict judge_gateway(const std::string& chain, const std::string& authority) {
  return judge(chain, authority, X509_PURPOSE_SSL_SERVER, kGatewayName);
}

Verdict judge_machine(const std::string& certificate, const std::string& authority) {
  return judge(certificate, authority, X509_PURPOSE_SSL_CLIENT, nullptr);
}

}  // namespace semafoor::runtime
