// SPDX-License-Identifier: Apache-2.0
#include "gateway/pairing/authority.h"

#include <openssl/x509v3.h>

#include <array>
#include <string>
#include <utility>

#include "gateway/pairing/x509.h"
#include "gateway/vault/seal/kept.h"

namespace semafoor::pairing {
namespace {

constexpr char kItem[] = "pairing-authority";
constexpr char kPurpose[] = "pairing authority";
constexpr std::size_t kMostRequestBytes = 8192;
// Clocks are set back, and machines differ.
constexpr std::int64_t kBefore = 3600;
// Whoever trusts it is paired anew after that.
constexpr std::int64_t kAuthorityLife = 20LL * 366 * 86'400;

Error broken(const char* what) {
  return {ErrorKind::internal, "pairing.authority",
          std::string("The gateway's own certificate authority was to ") + what +
              "; OpenSSL failed. See whether the machine is out of memory."};
}

bool is_strong(EVP_PKEY* key) {
  std::array<char, 32> group{};
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
      EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1)
    return false;
  const std::string name(group.data());
  return name == "prime256v1" || name == "secp384r1" || name == "secp521r1";
}

}  // namespace

std::string serial_in(std::string_view certificate) {
  const Certificate read = certificate_of(certificate);
  return read ? serial_of(read.get()) : std::string();
}

struct Authority::Secret {
  Key key;
  Certificate certificate;
};

Authority::Authority(std::unique_ptr<Secret> secret, Now now_s)
    : secret_(std::move(secret)),
      now_s_(std::move(now_s)),
      certificate_(pem_of(secret_->certificate.get())),
      fingerprint_(fingerprint_of(secret_->certificate.get())) {}

Authority::~Authority() = default;

Result<std::unique_ptr<Authority>> Authority::open(vault::Shelf& shelf, const vault::SealKey* seal,
                                                   Now now_s) {
  auto secret = std::make_unique<Secret>();
  auto stored = shelf.load(kItem);
  if (!stored.ok()) return stored.error();
  if (*stored) {
    const std::string shown = shelf.shown(kItem);
    auto text = vault::opened(seal, kPurpose, **stored, shown);
    if (!text.ok()) return text.error();
    const std::string_view pem(text->data(), text->size());
    secret->key = key_of(pem);
    secret->certificate = certificate_of(pem);
    if (!secret->key || !secret->certificate ||
        X509_check_private_key(secret->certificate.get(), secret->key.get()) != 1)
      return Error{ErrorKind::failed_precondition, "vault.corrupt",
                   "Opened " + shown +
                       ": it is damaged. Put it back from a copy; without it every machine must be "
                       "paired anew. Nothing was changed."};
  } else {
    secret->key = make_p256();
    const std::int64_t now = now_s();
    if (secret->key)
      secret->certificate =
          certify(secret->key.get(),
                  {.common_name = "Semafoor gateway",
                   .not_before_s = now - kBefore,
                   .not_after_s = now + kAuthorityLife,
                   .extensions = {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                  {NID_key_usage, "critical,keyCertSign"},
                                  {NID_subject_key_identifier, "hash"}}},
                  nullptr, secret->key.get());
    if (!secret->certificate) return broken("be made");
    const vault::SecretBytes text(pem_of(secret->key.get()) + pem_of(secret->certificate.get()));
    const std::string_view plain(text.data(), text.size());
    if (auto saved = shelf.save(kItem, vault::kept(seal, kPurpose, plain)); !saved.ok())
      return saved.error();
  }
  return std::unique_ptr<Authority>(new Authority(std::move(secret), std::move(now_s)));
}

Result<void> Authority::check(std::string_view request) {
  const Request read = request.size() <= kMostRequestBytes ? request_of(request) : nullptr;
  EVP_PKEY* const key = read ? X509_REQ_get0_pubkey(read.get()) : nullptr;
  if (key == nullptr)
    return Error{ErrorKind::invalid_argument, "pairing.request_unreadable",
                 "A certificate was asked for with something that is no request. Send PKCS#10 as "
                 "PEM, of at most 8 KiB."};
  if (!is_strong(key))
    return Error{ErrorKind::invalid_argument, "pairing.key_weak",
                 "A certificate was asked for over a key that is too weak or of another kind. Make "
                 "one on P-256, P-384 or P-521."};
  if (X509_REQ_verify(read.get(), key) != 1)
    return Error{ErrorKind::invalid_argument, "pairing.request_unproven",
                 "A certificate was asked for over a key that did not sign the request. Sign it "
                 "with that key."};
  return {};
}

Result<Issued> Authority::issue(std::string_view request, const std::string& name,
                                std::int64_t lifetime_s) const {
  if (auto fine = check(request); !fine.ok()) return fine.error();
  const Request read = request_of(request);
  Issued issued;
  issued.not_before_s = now_s_();
  issued.not_after_s = issued.not_before_s + lifetime_s;
  const Certificate made = certify(X509_REQ_get0_pubkey(read.get()),
                                   {.common_name = name,
                                    .not_before_s = issued.not_before_s - kBefore,
                                    .not_after_s = issued.not_after_s,
                                    .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                                   {NID_key_usage, "critical,digitalSignature"},
                                                   {NID_ext_key_usage, "critical,clientAuth"},
                                                   {NID_authority_key_identifier, "keyid:always"}}},
                                   secret_->certificate.get(), secret_->key.get());
  if (!made) return broken("sign a machine's certificate");
  issued.certificate = pem_of(made.get());
  issued.serial = serial_of(made.get());
  return issued;
}

Result<ServerIdentity> Authority::server_identity() const {
  const Key key = make_p256();
  const std::string name = std::string("DNS:") + kGatewayName;
  const std::int64_t now = now_s_();
  const Certificate made =
      key ? certify(key.get(),
                    {.common_name = kGatewayName,
                     .not_before_s = now - kBefore,
                     .not_after_s = now + kAuthorityLife,
                     .extensions = {{NID_basic_constraints, "critical,CA:FALSE"},
                                    {NID_key_usage, "critical,digitalSignature"},
                                    {NID_ext_key_usage, "serverAuth"},
                                    {NID_authority_key_identifier, "keyid:always"},
                                    {NID_subject_alt_name, name.c_str()}}},
                    secret_->certificate.get(), secret_->key.get())
          : nullptr;
  if (!made) return broken("certify the gateway");
  return ServerIdentity{.certificates = pem_of(made.get()) + certificate_,
                        .key = pem_of(key.get())};
}

}  // namespace semafoor::pairing
