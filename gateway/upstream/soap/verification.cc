// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/verification.h"

#include <map>
#include <optional>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/names.h"
#include "gateway/upstream/soap/signature.h"
#include "gateway/upstream/soap/signing.h"
#include "gateway/upstream/xml/canonical.h"

namespace semafoor::upstream::soap {
namespace {

constexpr char kXml[] = "http://www.w3.org/XML/1998/namespace";

// The three elements of the Security header, each there once.
struct Security {
  xml::Element token;
  xml::Element timestamp;
  xml::Element signature;
};

Result<Security> read_security(const Envelope& envelope) {
  std::size_t signatures = 0;
  for (const xml::Element& one : envelope.root.with_descendants()) {
    signatures += one.is(kDs, "Signature");
  }
  if (signatures == 0) return signature_problem("soap.not_signed", "it bears no signature");
  if (signatures > 1) {
    return signature_problem("soap.signature_several", "it bears several signatures");
  }
  if (!envelope.header) return signature_problem("soap.not_signed", "it has no Header");
  const auto headers = envelope.header->children(kWsse, "Security");
  if (headers.size() != 1) {
    return signature_problem("soap.not_signed", "it has not exactly one Security header");
  }
  std::optional<xml::Element> token;
  std::optional<xml::Element> timestamp;
  std::optional<xml::Element> signature;
  for (const xml::Element& one : headers[0].children()) {
    std::optional<xml::Element>* place = nullptr;
    if (one.is(kWsse, "BinarySecurityToken")) place = &token;
    if (one.is(kWsu, "Timestamp")) place = &timestamp;
    if (one.is(kDs, "Signature")) place = &signature;
    if (place == nullptr || place->has_value()) {
      return signature_problem("soap.signature_malformed",
                               "its Security header has more than one token, timestamp and "
                               "signature");
    }
    *place = one;
  }
  if (!signature) {
    return signature_problem("soap.not_signed", "its Security header bears no signature");
  }
  if (!timestamp) {
    return signature_problem("soap.timestamp_unsigned", "its Security header has no Timestamp");
  }
  if (!token) {
    return signature_problem("soap.token_unsigned", "its Security header has no token");
  }
  return Security{*token, *timestamp, *signature};
}

// Every attribute that some software takes for an Id, so that no two parties can resolve a
// reference to different elements.
class IdMap {
 public:
  explicit IdMap(const xml::Element& root) {
    for (const xml::Element& element : root.with_descendants()) {
      for (const xml::Element::Attribute& one : element.attributes()) {
        const bool wsu = one.namespace_uri == kWsu && one.local_name == "Id";
        const bool other =
            (one.namespace_uri == kXml && one.local_name == "id") ||
            (one.namespace_uri.empty() && (one.local_name == "Id" || one.local_name == "ID"));
        if (wsu || other) places_[one.value].push_back({element, wsu});
      }
    }
  }

  // No wsu:Id is there twice, in whatever guise.
  bool unambiguous() const {
    for (const auto& [id, places] : places_) {
      if (places.size() < 2) continue;
      for (const Place& one : places) {
        if (one.wsu) return false;
      }
    }
    return true;
  }

  std::optional<xml::Element> resolve(const std::string& id) const {
    const auto found = places_.find(id);
    if (found == places_.end() || found->second.size() != 1 || !found->second[0].wsu) {
      return std::nullopt;
    }
    return found->second[0].element;
  }

 private:
  struct Place {
    xml::Element element;
    bool wsu;
  };
  std::map<std::string, std::vector<Place>> places_;
};

Result<void> check_references(const Signature& signature, const Security& security,
                              const Envelope& envelope, const IdMap& ids) {
  bool body = false;
  bool timestamp = false;
  bool token = false;
  for (const Reference& reference : signature.references) {
    const std::optional<xml::Element> element = ids.resolve(reference.id);
    if (!element) {
      return signature_problem("soap.signature_wrapping",
                               "a reference does not lead to exactly one element");
    }
    const bool is_body = *element == envelope.body;
    const bool is_timestamp = *element == security.timestamp;
    const bool is_token = *element == security.token;
    if ((element->is(kSoap, "Body") && !is_body) ||
        (element->is(kWsu, "Timestamp") && !is_timestamp) ||
        (element->is(kWsse, "BinarySecurityToken") && !is_token)) {
      return signature_problem("soap.signature_wrapping",
                               "what was signed stands in another place than what is read");
    }
    body = body || is_body;
    timestamp = timestamp || is_timestamp;
    token = token || is_token;
  }
  if (!body) return signature_problem("soap.body_unsigned", "its Body is not signed");
  if (!timestamp) {
    return signature_problem("soap.timestamp_unsigned", "its Timestamp is not signed");
  }
  if (!token) return signature_problem("soap.token_unsigned", "its token is not signed");
  for (const Reference& reference : signature.references) {
    const Result<std::string> canonical =
        xml::exclusive_canonical(*ids.resolve(reference.id), reference.prefixes);
    if (!canonical) return canonical.error();
    if (sha256(*canonical) != reference.digest) {
      return signature_problem("soap.digest_wrong", "it was altered after it was signed");
    }
  }
  return {};
}

Result<Certificate> read_token(const Security& security, const Signature& signature,
                               const IdMap& ids, const VerifyPolicy& policy) {
  const std::optional<xml::Element> named = ids.resolve(signature.token_id);
  if (!named || !(*named == security.token)) {
    return signature_problem("soap.signature_wrapping",
                             "its KeyInfo does not lead to the token of the Security header");
  }
  if (security.token.attribute("", "ValueType") != kX509v3 ||
      security.token.attribute("", "EncodingType").value_or(kBase64Binary) != kBase64Binary) {
    return signature_problem("soap.signature_malformed", "its token is no X.509 certificate");
  }
  const auto der = base64_binary(security.token.text());
  if (!der) return signature_problem("soap.signature_malformed", "its token is not base64");
  // Taking a key out of its DER form costs more than verifying with it.
  for (const Certificate& known : policy.trusted) {
    if (known.der() == *der) return known;
  }
  return Certificate::read(*der);
}

Result<void> check_time(const xml::Element& timestamp, const VerifyPolicy& policy,
                        std::int64_t now_ms, Verified& verified) {
  const auto created = domain::parse_moment(timestamp.child_text(kWsu, "Created"));
  const auto expires = domain::parse_moment(timestamp.child_text(kWsu, "Expires"));
  if (timestamp.children().size() != 2 || !created || !expires || *expires < *created) {
    return signature_problem("soap.timestamp_malformed",
                             "its Timestamp has not one Created and one Expires after it");
  }
  if (*expires - *created > kLongestLifeMs) {
    return signature_problem("soap.timestamp_malformed",
                             "its Timestamp lives longer than five minutes");
  }
  if (now_ms >= *expires + policy.skew_ms) {
    return signature_problem("soap.timestamp_expired",
                             "its Timestamp expired at " + date_time(*expires) + ", and it is " +
                                 date_time(now_ms) + " here. Check both clocks");
  }
  if (*created > now_ms + policy.skew_ms) {
    return signature_problem("soap.timestamp_expired",
                             "its Timestamp is of " + date_time(*created) + ", and it is " +
                                 date_time(now_ms) + " here. Check both clocks");
  }
  verified.created_ms = *created;
  verified.expires_ms = *expires;
  return {};
}

}  // namespace

Result<Verified> verify(const Envelope& envelope, const VerifyPolicy& policy, std::int64_t now_ms) {
  const Result<Security> security = read_security(envelope);
  if (!security) return security.error();
  const Result<Signature> signature = read_signature(security->signature);
  if (!signature) return signature.error();
  const IdMap ids(envelope.root);
  if (!ids.unambiguous()) {
    return signature_problem("soap.id_duplicate", "an Id is there twice");
  }
  if (Result<void> covered = check_references(*signature, *security, envelope, ids); !covered) {
    return std::move(covered).error();
  }
  Result<Certificate> certificate = read_token(*security, *signature, ids, policy);
  if (!certificate) return std::move(certificate).error();
  const Result<std::string> signed_text =
      xml::exclusive_canonical(signature->signed_info, signature->prefixes);
  if (!signed_text) return signed_text.error();
  if (!certificate->verifies(*signed_text, signature->value)) {
    return signature_problem("soap.signature_wrong",
                             "the certificate does not verify its signature");
  }
  if (Result<void> trusted = certificate->check_trust(policy.trusted, now_ms); !trusted) {
    return std::move(trusted).error();
  }
  Verified verified{.certificate = std::move(*certificate)};
  if (Result<void> fresh = check_time(security->timestamp, policy, now_ms, verified); !fresh) {
    return std::move(fresh).error();
  }
  return verified;
}

}  // namespace semafoor::upstream::soap
