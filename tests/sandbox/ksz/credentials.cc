// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/credentials.h"

#include <openssl/evp.h>

#include "tests/sandbox/oauth/certificate.h"

namespace semafoor::sandbox::ksz {

std::optional<std::string> Credentials::add_certificate(const std::string& client_id,
                                                        const std::string& organisation,
                                                        const std::string& pem) {
  auto certificate = oauth::read_certificate(pem);
  if (!certificate) return "certificatePem is no certificate in PEM";
  auto* key = X509_get0_pubkey(certificate.get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key) < 2048) {
    return "the certificate is not over an RSA key of at least 2048 bits";
  }
  std::lock_guard lock(mutex_);
  certificates_[client_id] = {organisation, oauth::to_der(certificate.get())};
  return std::nullopt;
}

std::optional<std::string> Credentials::add_account(const std::string& client_id,
                                                    const std::string& organisation,
                                                    const std::string& user,
                                                    const std::string& password) {
  // RFC 7617 section 2: the first colon ends the user.
  if (user.empty() || password.empty() || user.find(':') != std::string::npos) {
    return "an account needs a user without a colon, and a password";
  }
  std::lock_guard lock(mutex_);
  for (const auto& [id, account] : accounts_) {
    if (id != client_id && account.user == user) return "another client has an account " + user;
  }
  accounts_[client_id] = {organisation, user, password};
  return std::nullopt;
}

bool Credentials::remove(const std::string& client_id) {
  std::lock_guard lock(mutex_);
  return certificates_.erase(client_id) + accounts_.erase(client_id) > 0;
}

http::Json Credentials::describe() const {
  std::lock_guard lock(mutex_);
  auto result = http::Json::object();
  for (const auto& [id, one] : certificates_) {
    result[id]["organisation"] = one.organisation;
    result[id]["certificate"] = true;
  }
  for (const auto& [id, one] : accounts_) {
    result[id]["organisation"] = one.organisation;
    result[id]["account"] = one.user;
  }
  return result;
}

std::optional<std::string> Credentials::of_certificate(const std::string& der) const {
  std::lock_guard lock(mutex_);
  for (const auto& [id, one] : certificates_) {
    if (one.der == der) return one.organisation;
  }
  return std::nullopt;
}

std::optional<std::string> Credentials::of_account(const std::string& user,
                                                   const std::string& password) const {
  std::lock_guard lock(mutex_);
  for (const auto& [id, one] : accounts_) {
    if (one.user == user && one.password == password) return one.organisation;
  }
  return std::nullopt;
}

std::optional<std::string> Credentials::of_user(const std::string& user) const {
  std::lock_guard lock(mutex_);
  for (const auto& [id, one] : accounts_) {
    if (one.user == user) return one.organisation;
  }
  return std::nullopt;
}

}  // namespace semafoor::sandbox::ksz
