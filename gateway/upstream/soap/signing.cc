// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/signing.h"

#include <algorithm>
#include <utility>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/envelope.h"
#include "gateway/upstream/soap/names.h"
#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/reader.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::soap {
namespace {

Error failed(ErrorKind kind, const char* code, const std::string& what) {
  return Error{.kind = kind, .code = code, .message = "Signing a SOAP message: " + what};
}

// Ids of one message. Random, so that none can meet one of the payload.
struct Ids {
  std::string token = "X509-" + domain::uuid_v4();
  std::string timestamp = "TS-" + domain::uuid_v4();
  std::string body = "Body-" + domain::uuid_v4();
};

struct Timestamp {
  std::string created;
  std::string expires;
};

// The message with `signature` (empty for the one that is digested).
Result<std::string> compose(const Ids& ids, const Timestamp& timestamp, const std::string& token,
                            std::string_view payload, std::string_view signature) {
  xml::Writer header;
  header.open("wsse:Security")
      .declare("wsse", kWsse)
      .declare("wsu", kWsu)
      .attribute("soapenv:mustUnderstand", "1")
      .open("wsse:BinarySecurityToken")
      .attribute("EncodingType", kBase64Binary)
      .attribute("ValueType", kX509v3)
      .attribute("wsu:Id", ids.token)
      .text(token)
      .close()
      .open("wsu:Timestamp")
      .attribute("wsu:Id", ids.timestamp)
      .leaf("wsu:Created", timestamp.created)
      .leaf("wsu:Expires", timestamp.expires)
      .close()
      .fragment(signature)
      .close();
  Result<std::string> blocks = std::move(header).finish();
  if (!blocks) return blocks;
  return write_envelope(*blocks, payload, ids.body);
}

void write_algorithm(xml::Writer& writer, std::string_view element, std::string_view algorithm) {
  writer.open(element).attribute("Algorithm", algorithm).close();
}

Result<void> write_reference(xml::Writer& writer, const std::string& id,
                             const xml::Element& element) {
  Result<std::string> canonical = xml::exclusive_canonical(element);
  if (!canonical) return canonical.error();
  writer.open("ds:Reference").attribute("URI", "#" + id).open("ds:Transforms");
  write_algorithm(writer, "ds:Transform", xml::kExclusiveCanonical);
  writer.close();
  write_algorithm(writer, "ds:DigestMethod", kSha256);
  writer.leaf("ds:DigestValue", base64(sha256(*canonical))).close();
  return {};
}

Result<std::string> write_signed_info(const Ids& ids, const xml::Document& message) {
  Result<Envelope> envelope = read_envelope(message);
  if (!envelope) return std::move(envelope).error();
  const xml::Element security = *envelope->header->child(kWsse, "Security");
  xml::Writer writer;
  writer.open("ds:SignedInfo").declare("ds", kDs);
  write_algorithm(writer, "ds:CanonicalizationMethod", xml::kExclusiveCanonical);
  write_algorithm(writer, "ds:SignatureMethod", kRsaSha256);
  const std::pair<const std::string&, xml::Element> parts[] = {
      {ids.token, *security.child(kWsse, "BinarySecurityToken")},
      {ids.timestamp, *security.child(kWsu, "Timestamp")},
      {ids.body, envelope->body}};
  for (const auto& [id, element] : parts) {
    if (Result<void> written = write_reference(writer, id, element); !written) {
      return std::move(written).error();
    }
  }
  writer.close();
  return std::move(writer).finish();
}

Result<std::string> write_signature(const std::string& signed_info, const std::string& value,
                                    const std::string& token_id) {
  xml::Writer writer;
  writer.open("ds:Signature")
      .declare("ds", kDs)
      .fragment(signed_info)
      .leaf("ds:SignatureValue", base64(value))
      .open("ds:KeyInfo")
      .open("wsse:SecurityTokenReference")
      .open("wsse:Reference")
      .attribute("URI", "#" + token_id)
      .attribute("ValueType", kX509v3)
      .close()
      .close()
      .close()
      .close();
  return std::move(writer).finish();
}

}  // namespace

Result<std::string> signed_envelope(const X509Identity& identity, std::string_view payload,
                                    std::int64_t now_ms, std::int64_t life_ms) {
  if (identity.signer->algorithm() != "RS256") {
    return failed(ErrorKind::failed_precondition, "soap.key_unsuitable",
                  "the key is not RSA, and the policy of the social security asks for RSA-SHA256. "
                  "Use an RSA key with its certificate");
  }
  if (!identity.certificate.is_in_force(now_ms)) {
    return failed(ErrorKind::failed_precondition, "soap.certificate_expired",
                  "the certificate is not in force now. Renew it, and register the new one with "
                  "the upstream; or set the clock right");
  }
  const Ids ids;
  const Timestamp timestamp{
      date_time(now_ms),
      date_time(now_ms + std::clamp<std::int64_t>(life_ms, 1000, kLongestLifeMs))};
  const std::string token = base64(identity.certificate.der());

  Result<std::string> unsigned_text = compose(ids, timestamp, token, payload, {});
  if (!unsigned_text) return unsigned_text;
  const Result<xml::Document> message = xml::read(*unsigned_text);
  if (!message) return message.error();
  Result<std::string> signed_info = write_signed_info(ids, *message);
  if (!signed_info) return signed_info;
  // Its exclusive form is the same inside the message: nothing of what is around counts.
  const Result<xml::Document> alone = xml::read(*signed_info);
  if (!alone) return alone.error();
  Result<std::string> canonical = xml::exclusive_canonical(alone->root());
  if (!canonical) return canonical;

  Result<std::string> value = identity.signer->sign(*canonical);
  if (!value) return value;
  if (!identity.certificate.verifies(*canonical, *value)) {
    return failed(ErrorKind::failed_precondition, "soap.certificate_mismatch",
                  "the certificate does not verify what the key signed. They do not belong "
                  "together: put the certificate of this key beside it");
  }
  Result<std::string> signature = write_signature(*signed_info, *value, ids.token);
  if (!signature) return signature;
  return compose(ids, timestamp, token, payload, *signature);
}

}  // namespace semafoor::upstream::soap
