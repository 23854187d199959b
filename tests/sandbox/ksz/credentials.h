// SPDX-License-Identifier: Apache-2.0
//
// By what the KSZ knows who asks: registered certificates, and technical accounts. All functions
// [any-thread].
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "tests/sandbox/http/message.h"

namespace semafoor::sandbox::ksz {

class Credentials {
 public:
  // Of a client; another one of the same client goes. A sentence when it cannot be used.
  std::optional<std::string> add_certificate(const std::string& client_id,
                                             const std::string& organisation,
                                             const std::string& pem);
  std::optional<std::string> add_account(const std::string& client_id,
                                         const std::string& organisation, const std::string& user,
                                         const std::string& password);
  bool remove(const std::string& client_id);
  // "certificate" (true) and "account" (its user) of the clients that have one, by client id.
  http::Json describe() const;

  // The organisation of a certificate (DER), or of an account.
  std::optional<std::string> of_certificate(const std::string& der) const;
  std::optional<std::string> of_account(const std::string& user, const std::string& password) const;
  // Whose account it claims to be, unverified: only to aim faults.
  std::optional<std::string> of_user(const std::string& user) const;

 private:
  struct CertificateHeld {
    std::string organisation, der;
  };
  struct Account {
    std::string organisation, user, password;
  };
  mutable std::mutex mutex_;
  // By client id.
  std::map<std::string, CertificateHeld> certificates_;
  std::map<std::string, Account> accounts_;
};

}  // namespace semafoor::sandbox::ksz
