// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/testing_request.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "gateway/pairing/x509.h"

namespace semafoor::pairing {
namespace {

using Memory = std::unique_ptr<BIO, With<BIO_free_all>>;

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string request_over(EVP_PKEY* key, EVP_PKEY* signer) {
  const Request request(X509_REQ_new());
  // What a machine says of itself counts for nothing.
  X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("gateway.semafoor.internal"),
                             -1, -1, 0);
  X509_REQ_set_pubkey(request.get(), key);
  X509_REQ_sign(request.get(), signer, EVP_sha256());
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_REQ(memory.get(), request.get());
  return text_in(memory.get());
}

}  // namespace

TestRequest make_test_request(const char* curve) {
  const Key key(EVP_EC_gen(curve));
  return {.key = pem_of(key.get()), .request = request_over(key.get(), key.get())};
}

std::string make_unproven_request() {
  return request_over(make_p256().get(), make_p256().get());
}

std::string make_rsa_request() {
  const Key key(EVP_RSA_gen(2048));
  return request_over(key.get(), key.get());
}

bool is_issued_by(const std::string& certificate, const std::string& authority) {
  const Certificate issuer = certificate_of(authority);
  const Certificate issued = certificate_of(certificate);
  return X509_check_issued(issuer.get(), issued.get()) == X509_V_OK &&
         X509_verify(issued.get(), X509_get0_pubkey(issuer.get())) == 1;
}

std::string text_of(const std::string& certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  X509_print(memory.get(), certificate_of(certificate).get());
  return text_in(memory.get());
}

}  // namespace semafoor::pairing
