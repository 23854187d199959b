// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/names.h"
#include "gateway/upstream/soap/testing/identity.h"
#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/reader.h"
#include "gateway/vault/evp_signer.h"

namespace semafoor::upstream::soap {
namespace {

using ::testing::HasSubstr;
using testing::kNow;

constexpr char kPayload[] =
    "<x:request xmlns:x=\"urn:x-semafoor:test\"><amount>100</amount></x:request>";

// Making keys takes longer than all the rest.
const X509Identity& ours() {
  static const X509Identity identity = testing::make_test_identity("ours");
  return identity;
}

std::string message() {
  return signed_envelope(ours(), kPayload, kNow).value();
}

std::string verdict(const std::string& text, std::int64_t now_ms = kNow,
                    const std::vector<Certificate>& trusted = {ours().certificate}) {
  const Result<xml::Document> document = xml::read(text);
  if (!document) return document.error().code;
  const Result<Envelope> envelope = read_envelope(*document);
  if (!envelope) return envelope.error().code;
  const Result<Verified> verified = verify(*envelope, {.trusted = trusted}, now_ms);
  return verified ? std::string("verified") : verified.error().code;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

// From `open` to the end of the first `close` after it.
std::string part(const std::string& text, std::string_view open, std::string_view close) {
  const std::size_t start = text.find(open);
  const std::size_t end = text.find(close, start);
  EXPECT_NE(end, std::string::npos) << open;
  return text.substr(start, end + close.size() - start);
}

std::string value_between(const std::string& text, std::string_view before,
                          std::string_view after) {
  const std::size_t start = text.find(before) + before.size();
  return text.substr(start, text.find(after, start) - start);
}

// Signs again what SignedInfo says after it was changed: what somebody can do who has the key, or
// who writes another profile.
std::string signed_again(const std::string& text) {
  const std::string info = part(text, "<ds:SignedInfo", "</ds:SignedInfo>");
  const auto document = xml::read(info);
  const std::string canonical = xml::exclusive_canonical(document->root()).value();
  const std::string old = value_between(text, "<ds:SignatureValue>", "</ds:SignatureValue>");
  return replaced(text, old, base64(ours().signer->sign(canonical).value()));
}

TEST(SoapSignature, VerifiesWhatWasSigned) {
  const std::string text = message();
  EXPECT_EQ(verdict(text), "verified");
  const auto document = xml::read(text);
  const auto envelope = read_envelope(*document);
  const auto verified = verify(*envelope, {.trusted = {ours().certificate}}, kNow);
  EXPECT_EQ(verified->certificate.der(), ours().certificate.der());
  EXPECT_EQ(verified->created_ms, kNow);
  EXPECT_EQ(verified->expires_ms, kNow + kLongestLifeMs);
  EXPECT_TRUE(envelope->payload->is("urn:x-semafoor:test", "request"));
}

TEST(SoapSignature, HoldsWhateverPrefixesAndSpaceAreAroundTheSignedParts) {
  std::string text = replaced(message(), "<soapenv:Header>", "\n <soapenv:Header >\n");
  text = replaced(text, "<soapenv:Envelope", "<soapenv:Envelope xmlns:other=\"urn:other\"");
  EXPECT_EQ(verdict(text), "verified");
}

TEST(SoapSignature, TrustsAnIssuer) {
  const testing::TestKey issuer = testing::make_test_key("issuer");
  const X509Identity below = testing::identity_of(testing::make_test_key("below", &issuer));
  const std::string text = signed_envelope(below, kPayload, kNow).value();
  EXPECT_EQ(verdict(text, kNow, {Certificate::read(issuer.certificate_pem).value()}), "verified");
  EXPECT_EQ(verdict(text), "soap.certificate_untrusted");
  EXPECT_EQ(verdict(text, kNow, {}), "soap.certificate_untrusted");
}

TEST(SoapSignature, RefusesTheKeyOfSomebodyElse) {
  // Their own message under their own certificate, and their signature under ours.
  const X509Identity theirs = testing::make_test_identity("ours");
  const std::string text = signed_envelope(theirs, kPayload, kNow).value();
  EXPECT_EQ(verdict(text), "soap.certificate_untrusted");
  const std::string mixed =
      replaced(text, base64(theirs.certificate.der()), base64(ours().certificate.der()));
  EXPECT_EQ(verdict(mixed), "soap.digest_wrong");
  const std::string canonical_token =
      xml::exclusive_canonical(*xml::read(mixed)
                                    ->root()
                                    .child(kSoap, "Header")
                                    ->child(kWsse, "Security")
                                    ->child(kWsse, "BinarySecurityToken"))
          .value();
  const std::string old = value_between(mixed, "<ds:DigestValue>", "</ds:DigestValue>");
  EXPECT_EQ(verdict(replaced(mixed, old, base64(sha256(canonical_token)))), "soap.signature_wrong");
}

TEST(SoapSignature, RefusesWhatWasAltered) {
  EXPECT_EQ(verdict(replaced(message(), "<amount>100", "<amount>900")), "soap.digest_wrong");
  EXPECT_EQ(verdict(replaced(message(), "<amount>100", "<amount> 100")), "soap.digest_wrong");
  EXPECT_EQ(
      verdict(replaced(message(), "12:05:00.000Z</wsu:Expires>", "12:04:59.000Z</wsu:Expires>")),
      "soap.digest_wrong");
  const std::string text = message();
  const std::string value = value_between(text, "<ds:SignatureValue>", "</ds:SignatureValue>");
  std::string other = value;
  other[10] = other[10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verdict(replaced(text, value, other)), "soap.signature_wrong");
  EXPECT_EQ(verdict(replaced(text, value, "")), "soap.signature_malformed");
  EXPECT_EQ(verdict(replaced(text, value, "!!!!")), "soap.signature_malformed");
}

TEST(SoapSignature, RefusesAMessageWithoutOne) {
  EXPECT_EQ(verdict(write_envelope({}, kPayload).value()), "soap.not_signed");
  const std::string text = message();
  EXPECT_EQ(verdict(replaced(text, part(text, "<ds:Signature ", "</ds:Signature>"), "")),
            "soap.not_signed");
}

TEST(SoapSignature, RefusesATimestampThatIsNotSigned) {
  std::string text = message();
  const std::string id = "#" + value_between(text, "<wsu:Timestamp wsu:Id=\"", "\"");
  text = replaced(text, part(text, "<ds:Reference URI=\"" + id, "</ds:Reference>"), "");
  EXPECT_EQ(verdict(signed_again(text)), "soap.timestamp_unsigned");
  // None at all.
  text = replaced(text, part(text, "<wsu:Timestamp", "</wsu:Timestamp>"), "");
  EXPECT_EQ(verdict(signed_again(text)), "soap.timestamp_unsigned");
}

TEST(SoapSignature, RefusesABodyOrATokenThatIsNotSigned) {
  for (const auto& [open, code] :
       {std::pair<const char*, const char*>("#Body-", "soap.body_unsigned"),
        {"#X509-", "soap.token_unsigned"}}) {
    std::string text = message();
    text = replaced(text, part(text, std::string("<ds:Reference URI=\"") + open, "</ds:Reference>"),
                    "");
    EXPECT_EQ(verdict(signed_again(text)), code);
  }
}

TEST(SoapSignature, RefusesATimestampOutOfItsTime) {
  const std::string text = message();
  constexpr std::int64_t kSecond = 1000;
  EXPECT_EQ(verdict(text, kNow + 359 * kSecond), "verified");
  EXPECT_EQ(verdict(text, kNow + 360 * kSecond), "soap.timestamp_expired");
  EXPECT_EQ(verdict(text, kNow - 60 * kSecond), "verified");
  EXPECT_EQ(verdict(text, kNow - 61 * kSecond), "soap.timestamp_expired");
}

TEST(SoapSignature, RefusesATimestampThatLivesTooLong) {
  std::string text = message();
  text = replaced(text, "12:05:00.000Z</wsu:Expires>", "12:05:00.001Z</wsu:Expires>");
  const std::string canonical = xml::exclusive_canonical(*xml::read(text)
                                                              ->root()
                                                              .child(kSoap, "Header")
                                                              ->child(kWsse, "Security")
                                                              ->child(kWsu, "Timestamp"))
                                    .value();
  const std::string reference = part(text, "<ds:Reference URI=\"#TS-", "</ds:Reference>");
  const std::string old = value_between(reference, "<ds:DigestValue>", "</ds:DigestValue>");
  text = signed_again(replaced(text, old, base64(sha256(canonical))));
  EXPECT_EQ(verdict(text), "soap.timestamp_malformed");
}

// The signed Body is moved to where nobody reads it, and another one takes its place.
TEST(SoapSignature, RefusesSignatureWrapping) {
  const std::string text = message();
  const std::string body = part(text, "<soapenv:Body", "</soapenv:Body>");
  const std::string id = value_between(body, "wsu:Id=\"", "\"");
  const std::string evil_payload = replaced(kPayload, "100", "900");
  const std::string same_id = "<soapenv:Body xmlns:wsu=\"" + std::string(kWsu) + "\" wsu:Id=\"" +
                              id + "\">" + evil_payload + "</soapenv:Body>";
  const std::string other_id = replaced(same_id, id, "Body-other");
  const std::string no_id = "<soapenv:Body>" + evil_payload + "</soapenv:Body>";
  const std::string wrapper = "<wrap>" + body + "</wrap></soapenv:Header>";

  for (const std::string& evil : {other_id, no_id}) {
    const std::string moved = replaced(text, body, evil);
    EXPECT_EQ(verdict(replaced(moved, "</soapenv:Header>", wrapper)), "soap.signature_wrapping");
    // Inside the Security header, and inside the evil Body itself.
    EXPECT_EQ(verdict(replaced(moved, "</wsse:Security>", body + "</wsse:Security>")),
              "soap.signature_malformed");
    EXPECT_EQ(verdict(replaced(moved, "</x:request>", body + "</x:request>")),
              "soap.signature_wrapping");
    EXPECT_EQ(verdict(replaced(moved, "</soapenv:Body>", "</soapenv:Body>" + body)),
              "soap.not_soap");
  }
  EXPECT_EQ(verdict(replaced(replaced(text, body, same_id), "</soapenv:Header>", wrapper)),
            "soap.id_duplicate");
  // Its reference leads nowhere.
  EXPECT_EQ(verdict(replaced(text, body, other_id)), "soap.signature_wrapping");
}

TEST(SoapSignature, RefusesAWrappedTimestampOrToken) {
  const std::string text = message();
  const std::string timestamp = part(text, "<wsu:Timestamp", "</wsu:Timestamp>");
  const std::string id = value_between(timestamp, "wsu:Id=\"", "\"");
  const std::string fresh = replaced(timestamp, id, "TS-other");
  EXPECT_EQ(verdict(replaced(replaced(text, timestamp, fresh), "</soapenv:Header>",
                             "<wrap xmlns:wsu=\"" + std::string(kWsu) + "\">" + timestamp +
                                 "</wrap></soapenv:Header>")),
            "soap.signature_wrapping");
  // KeyInfo leads to something else than the token that was signed.
  const std::string token_id = value_between(text, "<wsse:Reference URI=\"#", "\"");
  EXPECT_EQ(
      verdict(replaced(text, "<wsse:Reference URI=\"#" + token_id, "<wsse:Reference URI=\"#" + id)),
      "soap.signature_wrapping");
}

TEST(SoapSignature, RefusesDuplicateIdsInEveryGuise) {
  const std::string text = message();
  const std::string id = value_between(part(text, "<soapenv:Body", ">"), "wsu:Id=\"", "\"");
  for (const std::string guise : {"Id=\"", "ID=\"", "xml:id=\"", "wsu:Id=\""}) {
    EXPECT_EQ(verdict(replaced(text, "</soapenv:Header>",
                               "<x xmlns:wsu=\"" + std::string(kWsu) + "\" " + guise + id +
                                   "\"/></soapenv:Header>")),
              "soap.id_duplicate")
        << guise;
  }
  // Only in another guise: not what the reference means.
  EXPECT_EQ(verdict(replaced(text, "wsu:Id=\"" + id, "ID=\"" + id)), "soap.signature_wrapping");
}

TEST(SoapSignature, RefusesSha1AndEveryUnknownAlgorithm) {
  const std::string text = message();
  const std::pair<std::string_view, std::string_view> others[] = {
      {kSha256, "http://www.w3.org/2000/09/xmldsig#sha1"},
      {kRsaSha256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
      {kRsaSha256, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"},
      {xml::kExclusiveCanonical, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"},
      {xml::kExclusiveCanonical, "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"},
      {"<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">",
       "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\">"},
      {"<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">",
       "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\">"},
      {"<ds:Transforms>",
       "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>"},
      {"<ds:SignatureMethod Algorithm=\"", "<ds:SignatureMethod Other=\""},
  };
  for (const auto& [what, by] : others) {
    EXPECT_EQ(verdict(signed_again(replaced(text, what, by))), "soap.signature_algorithm") << by;
  }
}

TEST(SoapSignature, RefusesSeveralSignatures) {
  const std::string text = message();
  const std::string signature = part(text, "<ds:Signature ", "</ds:Signature>");
  EXPECT_EQ(verdict(replaced(text, "</wsse:Security>", signature + "</wsse:Security>")),
            "soap.signature_several");
  EXPECT_EQ(verdict(replaced(text, "</x:request>",
                             "<ds:Signature xmlns:ds=\"" + std::string(kDs) + "\"/></x:request>")),
            "soap.signature_several");
}

TEST(SoapSignature, RefusesEveryOtherShape) {
  const std::string text = message();
  const std::pair<std::string, std::string> others[] = {
      {"URI=\"#Body-", "URI=\"#xpointer(id('Body-"},
      {"URI=\"#Body-", "URI=\"http://elsewhere.example/Body-"},
      {"<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>k</ds:KeyName>"},
      {"</ds:KeyInfo>", "</ds:KeyInfo><ds:Object/>"},
      {"</ds:SignedInfo>", "<ds:Manifest/></ds:SignedInfo>"},
      {"X509v3\" wsu:Id", "X509PKIPathv1\" wsu:Id"},
      {"</wsse:Security>", "<other/></wsse:Security>"},
  };
  for (const auto& [what, by] : others) {
    const std::string seen = verdict(replaced(text, what, by));
    EXPECT_TRUE(seen == "soap.signature_malformed" || seen == "soap.digest_wrong") << by << seen;
  }
  const std::string security = part(text, "<wsse:Security", "</wsse:Security>");
  EXPECT_EQ(verdict(replaced(
                text, "</soapenv:Header>",
                "<wsse:Security xmlns:wsse=\"" + std::string(kWsse) + "\"/></soapenv:Header>")),
            "soap.not_signed");
  EXPECT_EQ(verdict(replaced(text, part(text, "<soapenv:Header", "</soapenv:Header>"), "")),
            "soap.not_signed");
}

TEST(SoapSigning, EachMessageHasIdsOfItsOwn) {
  EXPECT_NE(value_between(message(), "<wsu:Timestamp wsu:Id=\"", "\""),
            value_between(message(), "<wsu:Timestamp wsu:Id=\"", "\""));
}

TEST(SoapSigning, NeverLivesLongerThanFiveMinutes) {
  const std::string text = signed_envelope(ours(), kPayload, kNow, 3'600'000).value();
  EXPECT_THAT(text, HasSubstr("<wsu:Expires>2026-11-28T12:05:00.000Z"));
}

class EcSigner final : public vault::Signer {
 public:
  std::string_view algorithm() const override { return "ES256"; }
  Result<std::string> sign(std::string_view) override { return std::string(); }
  Result<vault::KeyFacts> describe() override { return vault::KeyFacts{}; }
  Result<void> test() override { return {}; }
};

class RefusingSigner final : public vault::Signer {
 public:
  std::string_view algorithm() const override { return "RS256"; }
  Result<std::string> sign(std::string_view) override { return locked(); }
  Result<vault::KeyFacts> describe() override { return locked(); }
  Result<void> test() override { return locked(); }

 private:
  static Error locked() {
    return {.kind = ErrorKind::unavailable, .code = "vault.locked", .message = "locked"};
  }
};

TEST(SoapSigning, RefusesKeysAndCertificatesThatDoNotServe) {
  const auto code = [](const X509Identity& identity, std::int64_t now_ms) {
    const auto text = signed_envelope(identity, kPayload, now_ms);
    return text ? std::string("signed") : text.error().code;
  };
  const X509Identity other = testing::make_test_identity("other");
  EXPECT_EQ(code({ours().signer, other.certificate}, kNow), "soap.certificate_mismatch");
  EXPECT_EQ(code({std::make_shared<EcSigner>(), other.certificate}, kNow), "soap.key_unsuitable");
  EXPECT_EQ(code({std::make_shared<RefusingSigner>(), other.certificate}, kNow), "vault.locked");
  EXPECT_EQ(code(other, kNow + 3'601'000), "soap.certificate_expired");
  EXPECT_EQ(code(other, kNow - 3'601'000), "soap.certificate_expired");
}

TEST(SoapSigning, RefusesAPayloadThatIsNoXml) {
  EXPECT_FALSE(signed_envelope(ours(), "<x>", kNow).ok());
  EXPECT_EQ(signed_envelope(ours(), "<a/><b/>", kNow).error().code, "soap.not_soap");
}

TEST(SoapCertificate, RefusesWhatIsNoneOrTooWeak) {
  const auto code = [](std::string_view bytes) {
    const auto read = Certificate::read(bytes);
    return read ? std::string("read") : read.error().code;
  };
  EXPECT_EQ(code(ours().certificate.der()), "read");
  EXPECT_EQ(code(""), "soap.certificate_unsuitable");
  EXPECT_EQ(code("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "soap.certificate_unsuitable");
  EXPECT_EQ(code(ours().certificate.der() + "x"), "soap.certificate_unsuitable");
  EXPECT_EQ(code(testing::make_test_key("short", nullptr, 1024).certificate_pem),
            "soap.certificate_unsuitable");
}

}  // namespace
}  // namespace semafoor::upstream::soap
