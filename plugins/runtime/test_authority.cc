// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/test_authority.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace semafoor::runtime::testing {
namespace {

constexpr char kName[] = "gateway.semafoor.internal";
using Extensions = std::vector<std::pair<int, const char*>>;

template <typename Write>
std::string text_of(Write write) {
  BIO* const memory = BIO_new(BIO_s_mem());
  write(memory);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

std::string pem_of(X509* certificate) {
  return text_of([&](BIO* memory) { PEM_write_bio_X509(memory, certificate); });
}

// By itself where `issuer` is null.
X509* certify(EVP_PKEY* key, const char* name, const Extensions& extensions, X509* issuer,
              EVP_PKEY* signer) {
  static long serial = 1;
  X509* const made = X509_new();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(issuer == nullptr ? made : issuer));
  X509_set_pubkey(made, key);
  for (const auto& [id, value] : extensions) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(made, extension, -1);
    X509_EXTENSION_free(extension);
  }
  if (X509_sign(made, signer, EVP_sha256()) == 0) throw std::runtime_error("no test certificate");
  return made;
}

}  // namespace

struct TestAuthority::Parts {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = certify(key, "Test gateway",
                              {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                               {NID_key_usage, "critical,keyCertSign"}},
                              nullptr, key);
  Parts() = default;
  ~Parts() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
};

TestAuthority::TestAuthority()
    : parts_(std::make_unique<Parts>()), certificate_(pem_of(parts_->certificate)) {}

TestAuthority::~TestAuthority() = default;

TestIdentity TestAuthority::gateway() const {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  const std::string names = std::string("DNS:") + kName;
  X509* const made = certify(key, kName,
                             {{NID_basic_constraints, "critical,CA:FALSE"},
                              {NID_ext_key_usage, "serverAuth"},
                              {NID_subject_alt_name, names.c_str()}},
                             parts_->certificate, parts_->key);
  TestIdentity identity{.key = text_of([&](BIO* memory) {
                          PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr,
                                                   nullptr);
                        }),
                        .certificate = pem_of(made) + certificate_};
  X509_free(made);
  EVP_PKEY_free(key);
  return identity;
}

std::string TestAuthority::machine(const std::string& request) const {
  BIO* const memory = BIO_new_mem_buf(request.data(), static_cast<int>(request.size()));
  X509_REQ* const read = PEM_read_bio_X509_REQ(memory, nullptr, nullptr, nullptr);
  BIO_free(memory);
  EVP_PKEY* const key = X509_REQ_get0_pubkey(read);
  if (key == nullptr || X509_REQ_verify(read, key) != 1) throw std::runtime_error("no request");
  X509* const made = certify(
      key, "kiosk",
      {{NID_basic_constraints, "critical,CA:FALSE"}, {NID_ext_key_usage, "critical,clientAuth"}},
      parts_->certificate, parts_->key);
  std::string text = pem_of(made);
  X509_free(made);
  X509_REQ_free(read);
  return text;
}

}  // namespace semafoor::runtime::testing
