// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/testing.h"

#include <libxml/parser.h>
#include <openssl/evp.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keys.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmltree.h>

#include <cstdlib>
#include <fstream>

#include "tests/sandbox/content/signals.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/writer.h"
#include "tests/sandbox/ksz/xmlsec.h"
#include "tests/sandbox/oauth/certificate.h"
#include "tests/sandbox/oauth/keys.h"

namespace semafoor::sandbox::ksz {
namespace {

constexpr char kAccount[] = "ocmw-1";
constexpr char kPassword[] = "geheim: wachtwoord";

std::string base64(const std::string& bytes) {
  std::string text(bytes.size() / 3 * 4 + 5, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string signature_template(const Signing& signing) {
  Writer writer;
  writer.open("ds:Signature", {{"xmlns:ds", kDs}})
      .open("ds:SignedInfo")
      .leaf("ds:CanonicalizationMethod", "", {{"Algorithm", kExclusive}})
      .leaf("ds:SignatureMethod", "", {{"Algorithm", signing.signature_method}});
  for (const auto& id : signing.parts) {
    writer.open("ds:Reference", {{"URI", "#" + id}})
        .open("ds:Transforms")
        .leaf("ds:Transform", "", {{"Algorithm", signing.transform}})
        .close()
        .leaf("ds:DigestMethod", "", {{"Algorithm", signing.digest_method}})
        .leaf("ds:DigestValue", "")
        .close();
  }
  writer.close()
      .leaf("ds:SignatureValue", "")
      .open("ds:KeyInfo")
      .open("wsse:SecurityTokenReference")
      .leaf("wsse:Reference", "", {{"URI", "#X509-1"}, {"ValueType", kX509v3}});
  return writer.take();
}

void collect(const Node& node, const std::string& name, std::vector<std::string>& found) {
  if (node.name() == name) found.push_back(node.text());
  for (const auto& child : node.children()) collect(child, name, found);
}

// What lies between the first `from` and the last `to`; empty when they are not there.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  auto first = text.find(from), last = text.rfind(to);
  if (first == std::string::npos || last == std::string::npos) return "";
  return text.substr(first + from.size(), last - first - from.size());
}

void keep(const std::string& answer) {
  const char* folder = std::getenv("SEMAFOOR_KSZ_SAMPLES");
  if (folder == nullptr) return;
  static int number = 0;
  auto payload = between(answer, "<soapenv:Body>", "</soapenv:Body>");
  if (payload.empty()) return;
  std::string kind = "soa";
  if (payload.find("<con:xmlString") != std::string::npos) {
    std::string why;
    kind = "ssdn";
    payload = Document::read(answer, why)->root().text();
  } else if (payload.find("soapenv:Fault") != std::string::npos) {
    payload = between(payload, "<detail>", "</detail>");
    // Of the platform's errors no schema is public.
    if (payload.find("exchangeFault") == std::string::npos) return;
    kind = "fault";
  }
  if (payload.find("<ssin>17</ssin>") != std::string::npos) kind = "malformed-" + kind;
  std::ofstream(std::string(folder) + "/" + kind + "-" + std::to_string(++number) + ".xml")
      << payload;
}

}  // namespace

Identity make_identity(const std::string& name) {
  auto keys = oauth::make_rsa_key_pair();
  return {keys.private_pem, oauth::make_self_signed(keys.private_pem, name)};
}

const Identity& some_identity() {
  static const auto* kIdentity = new Identity(make_identity("some"));
  return *kIdentity;
}

const Identity& other_identity() {
  static const auto* kIdentity = new Identity(make_identity("other"));
  return *kIdentity;
}

Signing signing_at(std::int64_t created, std::int64_t life) {
  Signing signing;
  signing.created = date_time(created);
  signing.expires = date_time(created + life);
  return signing;
}

std::string plain_message(const std::string& payload) {
  Writer writer;
  writer.open("soapenv:Envelope", {{"xmlns:soapenv", kSoap}}).open("soapenv:Body").raw(payload);
  return writer.take();
}

std::string signed_message(const Identity& signer, const std::string& payload,
                           const Signing& signing) {
  const auto& shown = signing.token == nullptr ? signer : *signing.token;
  auto certificate = oauth::read_certificate(shown.certificate_pem);
  Writer writer;
  writer.open("soapenv:Envelope", {{"xmlns:soapenv", kSoap}})
      .open("soapenv:Header")
      .open("wsse:Security",
            {{"xmlns:wsse", kWsse}, {"xmlns:wsu", kWsu}, {"soapenv:mustUnderstand", "1"}})
      .leaf("wsse:BinarySecurityToken", base64(oauth::to_der(certificate.get())),
            {{"EncodingType", kBase64Binary}, {"ValueType", kX509v3}, {"wsu:Id", "X509-1"}})
      .open("wsu:Timestamp", {{"wsu:Id", "TS-1"}})
      .leaf("wsu:Created", signing.created)
      .leaf("wsu:Expires", signing.expires)
      .close()
      .raw(signature_template(signing))
      .close()
      .close()
      .open("soapenv:Body", {{"xmlns:wsu", kWsu}, {"wsu:Id", "Body-1"}})
      .raw(payload);
  EXPECT_TRUE(xmlsec_ready());
  std::string why;
  auto document = Document::read(writer.take(), why);
  EXPECT_TRUE(document) << why;
  const xmlChar* ids[] = {reinterpret_cast<const xmlChar*>("Id"), nullptr};
  xmlSecAddIDs(document->get(), document->root().get(), ids);
  auto* context = xmlSecDSigCtxCreate(nullptr);
  context->signKey =
      xmlSecCryptoAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(signer.private_pem.data()),
                                   static_cast<xmlSecSize>(signer.private_pem.size()),
                                   xmlSecKeyDataFormatPem, nullptr, nullptr, nullptr);
  auto* node = xmlSecFindNode(document->root().get(), reinterpret_cast<const xmlChar*>("Signature"),
                              reinterpret_cast<const xmlChar*>(kDs));
  EXPECT_EQ(xmlSecDSigCtxSign(context, node), 0);
  xmlSecDSigCtxDestroy(context);
  xmlChar* text = nullptr;
  int size = 0;
  xmlDocDumpMemory(document->get(), &text, &size);
  std::string result(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  xmlFree(text);
  return result;
}

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base64(user + ":" + password);
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from << " is not in " << text;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

KszTest::KszTest()
    : organisation_(content::make_organisations(1, 2, 12)[0]),
      other_(content::make_organisations(1, 2, 12)[1]),
      mailbox_(ledger_),
      service_(mailbox_, credentials_, [this] { return now_; }) {
  mailbox_.open(organisation_.cbe);
  mailbox_.open(other_.cbe);
  EXPECT_FALSE(
      credentials_.add_certificate("cl", organisation_.cbe, some_identity().certificate_pem));
  EXPECT_FALSE(credentials_.add_account("cl", organisation_.cbe, kAccount, kPassword));
  EXPECT_FALSE(credentials_.add_account("cl-2", other_.cbe, "ocmw-2", kPassword));
  const content::Day anchor(std::chrono::year(2026) / 11 / 20);
  auto signals = content::make_signals(1, organisation_, 8, anchor);
  std::vector<podmi::Repeat> repeats(8, podmi::Repeat::none);
  repeats[0] = podmi::Repeat::same_event;
  mailbox_.fill(signals, repeats);
  reference_ = signals[0].reference;
  ssin_ = signals[0].ssin;
}

http::Call KszTest::call(std::string_view path, const std::string& action, std::string body) {
  http::Call call;
  call.method = "POST";
  call.path = path;
  call.headers.emplace("content-type", "text/xml; charset=utf-8");
  call.headers.emplace("soapaction", '"' + action + '"');
  call.body = std::move(body);
  return call;
}

http::Reply KszTest::send(http::Call call) {
  auto reply = service_.serve(call);
  if (reply.on_delivered) reply.on_delivered();
  keep(reply.body);
  return reply;
}

http::Reply KszTest::fault(const http::Call& call, const http::Fault& fault) {
  auto reply = service_.error(call, fault);
  keep(reply.body);
  return reply;
}

http::Reply KszTest::as_account(http::Call call) {
  call.headers.emplace("authorization", basic(kAccount, kPassword));
  return send(std::move(call));
}

std::string KszTest::soa_request(const std::string& operation, const std::string& members) const {
  Writer writer;
  writer.open("x:" + operation + "Request", {{"xmlns:x", kPodmiSoa}})
      .open("informationCustomer")
      .leaf("ticket", "0f8fad5b-d9cb-469f-a165-70867728950e")
      .leaf("timestampSent", date_time(now_))
      .open("customerIdentification")
      .leaf("cbeNumber", organisation_.cbe)
      .close()
      .close()
      .leaf("legalContext", "X-PCSA:SIGNALS")
      .raw(members);
  return writer.take();
}

http::Call KszTest::soa_call(const std::string& operation, const std::string& body) const {
  return call(kSoaPath, std::string(kPodmiSoa) + "/" + operation, body);
}

http::Reply KszTest::soa(const std::string& operation, const std::string& members) {
  return as_account(soa_call(operation, plain_message(soa_request(operation, members))));
}

std::string KszTest::ssdn_request(const std::string& operation, const std::string& members) const {
  Writer writer;
  writer.open("s:SSDNRequest", {{"xmlns:s", kSsdn}})
      .open("s:RequestContext")
      .open("s:AuthorizedUser")
      .leaf("s:UserID", "90010100101")
      .leaf("s:Email", "ocmw@example.invalid")
      .leaf("s:OrgUnit", organisation_.cbe)
      .leaf("s:MatrixID", "17")
      .leaf("s:MatrixSubID", "1")
      .close()
      .open("s:Message")
      .leaf("s:Reference", "ours-1")
      .leaf("s:TimeRequest", compact_date_time(now_))
      .close()
      .close()
      .open("s:ServiceRequest")
      .leaf("s:ServiceId", "X-PodmiExchange")
      .leaf("s:Version", "20260101")
      .open("x:" + operation + "Request", {{"xmlns:x", kPodmi}})
      .raw(members);
  return writer.take();
}

http::Call KszTest::ssdn_call(const std::string& inner) {
  Writer writer;
  writer.leaf("con:xmlString", inner, {{"xmlns:con", kConnector}});
  return call(kSsdnPath, std::string(kConnector) + "/sendXML", plain_message(writer.take()));
}

http::Reply KszTest::ssdn(const std::string& operation, const std::string& members) {
  return as_account(ssdn_call(ssdn_request(operation, members)));
}

std::string KszTest::inner(const http::Reply& reply) {
  EXPECT_EQ(reply.status, 200) << reply.body;
  return first(reply.body, "xmlString");
}

std::string KszTest::feedback(const std::string& unique_id, const std::string& code,
                              const std::string& more) const {
  Writer writer;
  writer.open("feedback")
      .leaf("uniqueId", unique_id)
      .leaf("signalReference", reference_)
      .leaf("feedbackCode", code)
      .raw(more);
  return writer.take();
}

std::vector<std::string> KszTest::all(const std::string& xml, const std::string& name) {
  std::string why;
  std::vector<std::string> found;
  auto document = Document::read(xml, why);
  EXPECT_TRUE(document) << why << ": " << xml;
  if (document) collect(document->root(), name, found);
  return found;
}

std::string KszTest::first(const std::string& xml, const std::string& name) {
  auto found = all(xml, name);
  return found.empty() ? "(none)" : found.front();
}

}  // namespace semafoor::sandbox::ksz
