// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/tls_identity.h"

#include <openssl/obj_mac.h>

#include "gateway/pairing/x509.h"

namespace semafoor::rpc {

Result<TlsIdentity> make_tls_identity(std::chrono::hours lifetime) {
  constexpr std::int64_t kHour = 3600;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  const std::string name = std::string("DNS:") + kLocalName;
  const pairing::Key key = pairing::make_p256();
  const pairing::Certificate certificate =
      key ? pairing::certify(key.get(),
                             {.common_name = kLocalName,
                              .not_before_s = now - kHour,
                              .not_after_s = now + std::chrono::seconds(lifetime).count(),
                              .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                             {NID_key_usage, "critical,digitalSignature"},
                                             {NID_ext_key_usage, "serverAuth"},
                                             {NID_subject_alt_name, name.c_str()}}},
                             nullptr, key.get())
          : nullptr;
  TlsIdentity identity;
  if (certificate)
    identity = {.certificate_pem = pairing::pem_of(certificate.get()),
                .key_pem = pairing::pem_of(key.get())};
  if (identity.certificate_pem.empty() || identity.key_pem.empty())
    return Error{ErrorKind::internal, "tls.identity",
                 "A key and a certificate for callers on this machine were to be made; the "
                 "cryptographic library could not. Check the system's memory and randomness."};
  return identity;
}

}  // namespace semafoor::rpc
