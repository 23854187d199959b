// SPDX-License-Identifier: Apache-2.0
//
// The gateway's own certificate authority: it certifies the gateway to paired machines, and them to
// the gateway, and nobody to anybody else.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/vault/seal/seal_key.h"
#include "gateway/vault/shelf.h"

namespace semafoor::pairing {

// The one name that paired machines expect; it is no name of the network's.
inline constexpr char kGatewayName[] = "gateway.semafoor.internal";

struct Issued {
  // As PEM.
  std::string certificate;
  // Hexadecimal, lower-case.
  std::string serial;
  // Seconds since 1970 UTC.
  std::int64_t not_before_s = 0;
  std::int64_t not_after_s = 0;
};

struct ServerIdentity {
  // As PEM; the chain, and the key that was made for it.
  std::string certificates;
  std::string key;
};

// Of a certificate (PEM): its serial number as above; empty when it cannot be read.
std::string serial_in(std::string_view certificate);

// Safe from several threads.
class Authority {
 public:
  using Now = std::function<std::int64_t()>;

  // Opens the one of this shelf, or makes it the first time; its key is sealed under `seal` (null:
  // kept in clear, for who asked for that). What is there and cannot be opened is never replaced.
  // Errors of the shelf and of vault::unwrap(); "pairing.authority" when OpenSSL fails.
  static Result<std::unique_ptr<Authority>> open(vault::Shelf& shelf, const vault::SealKey* seal,
                                                 Now now_s);
  ~Authority();

  // As PEM.
  const std::string& certificate() const { return certificate_; }
  // SHA-256 of its DER, hexadecimal.
  const std::string& fingerprint() const { return fingerprint_; }

  // Whether a certificate can be issued on a request (PKCS#10, PEM). "pairing.request_unreadable";
  // "pairing.request_unproven": not signed with its own key; "pairing.key_weak".
  static Result<void> check(std::string_view request);
  // A client's certificate for who is called `name`. From the request only the key is taken. Errors
  // of check().
  Result<Issued> issue(std::string_view request, const std::string& name,
                       std::int64_t lifetime_s) const;
  // A new key, certified as the gateway's for as long as the authority lives.
  Result<ServerIdentity> server_identity() const;

 private:
  struct Secret;
  Authority(std::unique_ptr<Secret> secret, Now now_s);

  const std::unique_ptr<Secret> secret_;
  const Now now_s_;
  std::string certificate_;
  std::string fingerprint_;
};

}  // namespace semafoor::pairing
