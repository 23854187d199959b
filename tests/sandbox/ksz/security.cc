// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/security.h"

#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <set>

#include "tests/sandbox/ksz/base64.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/signature.h"
#include "tests/sandbox/oauth/certificate.h"

namespace semafoor::sandbox::ksz {
namespace {

Node security_of(const Envelope& envelope) {
  return envelope.header ? envelope.header.only(kWsse, "Security") : Node();
}

// Every attribute that some reader might take for an id. True: a value is there twice.
bool collect_ids(const Node& node, std::set<std::string>& seen) {
  for (const auto* attribute = node.get()->properties; attribute != nullptr;
       attribute = attribute->next) {
    std::string name(reinterpret_cast<const char*>(attribute->name));
    if (name != "Id" && name != "ID" && name != "id") continue;
    std::string space(
        attribute->ns == nullptr ? "" : reinterpret_cast<const char*>(attribute->ns->href));
    if (!seen.insert(node.attribute(space, name).value_or("")).second) return true;
  }
  for (const auto& child : node.children()) {
    if (collect_ids(child, seen)) return true;
  }
  return false;
}

std::optional<std::string> judge_timestamp(const Node& timestamp, std::int64_t now) {
  auto created_at = timestamp.only(kWsu, "Created"), expires_at = timestamp.only(kWsu, "Expires");
  if (!created_at || !expires_at || timestamp.children().size() != 2) {
    return "the Timestamp needs one Created and one Expires";
  }
  auto created = read_date_time(created_at.trimmed());
  auto expires = read_date_time(expires_at.trimmed());
  if (!created || !expires) return "the Timestamp has a moment that is no xs:dateTime with a zone";
  if (*expires <= *created) return "the Timestamp expires before it is created";
  if (*expires - *created > kLongestLifeSeconds) return "the Timestamp lives longer than 5 minutes";
  if (*created > now + kLongestLifeSeconds) return "the Timestamp is of more than 5 minutes ahead";
  if (*created < now - kLongestLifeSeconds) return "the Timestamp is more than 5 minutes old";
  if (*expires <= now) return "the Timestamp has expired";
  return std::nullopt;
}

std::string der_of(const Node& token) {
  return base64_decode(token.text()).value_or("");
}

oauth::Certificate certificate_of(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return oauth::Certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

bool in_force(X509* certificate, std::int64_t now) {
  auto moment = static_cast<std::time_t>(now);
  return X509_cmp_time(X509_get0_notBefore(certificate), &moment) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate), &moment) > 0;
}

}  // namespace

bool has_security(const Envelope& envelope) {
  return envelope.header && !envelope.header.children(kWsse, "Security").empty();
}

std::optional<std::string> claimed_organisation(const Envelope& envelope,
                                                const Credentials& credentials) {
  auto security = security_of(envelope);
  auto token = security ? security.only(kWsse, "BinarySecurityToken") : Node();
  return token ? credentials.of_certificate(der_of(token)) : std::nullopt;
}

std::optional<std::string> verified_organisation(const Envelope& envelope,
                                                 const Credentials& credentials, std::int64_t now,
                                                 std::string& why) {
  auto refused = [&](const std::string& reason) {
    why = reason;
    return std::nullopt;
  };
  auto security = security_of(envelope);
  auto token = security ? security.only(kWsse, "BinarySecurityToken") : Node();
  auto timestamp = security ? security.only(kWsu, "Timestamp") : Node();
  auto signature = security ? security.only(kDs, "Signature") : Node();
  if (!token || !timestamp || !signature) {
    return refused("the Security header needs one token, one Timestamp and one Signature");
  }
  std::set<std::string> ids;
  if (collect_ids(envelope.document.root(), ids)) return refused("an id is there twice");
  if (token.attribute("", "ValueType") != kX509v3 ||
      token.attribute("", "EncodingType").value_or(kBase64Binary) != kBase64Binary) {
    return refused("the token is no X509v3 in Base64Binary");
  }
  auto der = der_of(token);
  auto organisation = credentials.of_certificate(der);
  auto certificate = certificate_of(der);
  if (!organisation || !certificate) return refused("the certificate is not registered");
  if (!in_force(certificate.get(), now)) return refused("the certificate is not in force");
  if (auto wrong = judge_timestamp(timestamp, now)) return refused(*wrong);
  const std::array<Node, 3> parts{token, timestamp, envelope.body};
  if (auto wrong = judge_signature(envelope.document, signature, parts, der)) {
    return refused(*wrong);
  }
  return organisation;
}

}  // namespace semafoor::sandbox::ksz
