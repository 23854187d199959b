// SPDX-License-Identifier: Apache-2.0
//
// What the gateway sends to SOAP and SSDN services, as files for other programs to judge; and its
// own judgement of files that others signed.
//
//   soap_samples write KEY.pem CERTIFICATE.pem FOLDER
//   soap_samples verify CERTIFICATE.pem FILE
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "gateway/domain/uuid.h"
#include "gateway/upstream/podmi/xml_wire.h"
#include "gateway/upstream/soap/common.h"
#include "gateway/upstream/soap/signing.h"
#include "gateway/upstream/soap/verification.h"
#include "gateway/upstream/ssdn/connector.h"
#include "gateway/upstream/xml/reader.h"
#include "gateway/vault/evp_signer.h"

namespace {

using namespace semafoor;
using namespace semafoor::upstream;
namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result) fail(result.error().code + ": " + result.error().message);
  return std::move(*result);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path.string());
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) fail("cannot write " + path.string());
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Words that an XML writer may stumble over, of a length that a header may have.
constexpr const char* kWords[] = {"PCSA:SOCIAL_INQUIRY", "a & b < c > \"d\" 'e'",
                                  "\xc3\xa9\xc3\xa8 \xf0\x9f\x99\x82", "]]> <!-- -->"};

soap::RequestHeader header(const char* legal_context) {
  return {.ticket = domain::uuid_v4(),
          .sent_ms = now_ms(),
          .cbe_number = "0212214917",
          .legal_context = legal_context};
}

void common(xml::Writer& writer, const char* legal_context) {
  if (Result<void> written = soap::write_request_header(writer, header(legal_context)); !written) {
    fail(written.error().message);
  }
}

// The KSZ's own request (RetrieveTIGroupsV2).
std::string official(const char* legal_context) {
  xml::Writer writer;
  writer.open("intf:retrieveTIGroupsRequest")
      .declare("intf", "http://kszbcss.fgov.be/intf/RetrieveTIGroupsService/v2");
  common(writer, legal_context);
  writer.open("searchInformation")
      .leaf("ssin", "85073003328")
      .leaf("language", "nl")
      .leaf("history", "false")
      .close()
      .close();
  return must(std::move(writer).finish());
}

// The requests of this project's own wire (gateway/upstream/podmi/wire): the real ones are not
// public. `words` stand in every text of a person.
v1::FeedbackItem answer(const char* words) {
  v1::FeedbackItem item;
  item.set_client_id(domain::uuid_v4());
  item.set_client_reference("ABCDEFGHJKMNPQR");
  item.set_code("X-COUNTED");
  item.set_remark(words);
  item.set_decision_reference("B 2026/1");
  item.mutable_decision_date()->set_year(2026);
  item.mutable_decision_date()->set_month(11);
  item.mutable_decision_date()->set_day(9);
  item.mutable_submitted_by()->set_id("agent-7");
  return item;
}

using Members = std::function<void(xml::Writer&)>;

std::vector<std::pair<podmi::Operation, Members>> operations(const char* words) {
  return {{podmi::Operation::fetch_messages,
           [](xml::Writer& writer) { podmi::write_fetch(writer, "c-17", 500); }},
          {podmi::Operation::acknowledge_messages,
           [](xml::Writer& writer) { podmi::write_acknowledge(writer, "c-17"); }},
          {podmi::Operation::send_feedback,
           [words](xml::Writer& writer) {
             podmi::write_feedback(writer, answer(words), "KN0000000017", "0212214917");
           }},
          {podmi::Operation::find_feedback,
           [words](xml::Writer& writer) { podmi::write_find(writer, answer(words)); }}};
}

std::string project(podmi::Operation operation, const Members& members, const char* legal_context) {
  xml::Writer writer;
  writer.open("x:" + podmi::name_of(operation) + "Request").declare("x", podmi::kSoaWire);
  common(writer, legal_context);
  members(writer);
  writer.close();
  return must(std::move(writer).finish());
}

std::string content(podmi::Operation operation, const Members& members) {
  xml::Writer writer;
  writer.open("x:" + podmi::name_of(operation) + "Request").declare("x", podmi::kWire);
  members(writer);
  writer.close();
  return must(std::move(writer).finish());
}

std::string ssdn_document(const char* reference) {
  xml::Writer content;
  content.open("ma:ManageAccessRequest")
      .declare("ma", "http://www.ksz-bcss.fgov.be/XSD/SSDN/OCMW_CPAS/ManageAccess")
      .declare("common", "http://www.ksz-bcss.fgov.be/XSD/SSDN/Common")
      .leaf("ma:SSIN", "85073003328")
      .leaf("ma:Purpose", "1")
      .open("ma:Period")
      .leaf("common:StartDate", "2026-11-01")
      .close()
      .leaf("ma:Action", "LIST")
      .open("ma:ProofOfAuthentication")
      .open("ma:PersonData")
      .leaf("ma:LastName", "Voorbeeld & Zoon")
      .leaf("ma:BirthDate", "1985-07-30")
      .close()
      .close()
      .close();
  return must(ssdn::write_request({.user = {.user_id = "85073003328",
                                            .email = "dienst@ocmw.example",
                                            .organisation = "0212214917"},
                                   .reference = reference,
                                   .sent_ms = now_ms(),
                                   .services = {{.service_id = "OCMWCPASManageAccess",
                                                 .version = "20050930",
                                                 .content = must(std::move(content).finish())}}}));
}

int write(const fs::path& key, const fs::path& certificate, const fs::path& folder) {
  const soap::X509Identity identity{
      must(vault::make_evp_signer(vault::SecretBytes(read_file(key)), "test")),
      must(soap::Certificate::read(read_file(certificate)))};
  int at = 0;
  for (const char* words : kWords) {
    const std::string number = std::to_string(++at);
    const std::string ssdn_request = ssdn_document(words);
    std::vector<std::pair<std::string, std::string>> payloads = {
        {"official", official(words)}, {"tunnel", must(ssdn::tunnelled(ssdn_request))}};
    for (const auto& [operation, members] : operations(words)) {
      const std::string name = podmi::name_of(operation);
      payloads.emplace_back("project-" + name, project(operation, members, words));
      write_file(folder / ("content-" + name + "-" + number + ".xml"), content(operation, members));
    }
    write_file(folder / ("ssdn-" + number + ".xml"), ssdn_request);
    for (const auto& [name, payload] : payloads) {
      write_file(folder / (name + "-" + number + ".payload.xml"), payload);
      write_file(folder / (name + "-" + number + ".signed.xml"),
                 must(soap::signed_envelope(identity, payload, now_ms())));
    }
  }
  return 0;
}

int verify(const fs::path& certificate, const fs::path& file) {
  const xml::Document document = must(xml::read(read_file(file)));
  const soap::Envelope envelope = must(soap::read_envelope(document));
  const auto verified = soap::verify(
      envelope, {.trusted = {must(soap::Certificate::read(read_file(certificate)))}}, now_ms());
  std::printf("%s\n", verified ? "verified" : verified.error().code.c_str());
  return verified ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "write" && argc == 5) return write(argv[2], argv[3], argv[4]);
  if (what == "verify" && argc == 4) return verify(argv[2], argv[3]);
  std::fprintf(stderr,
               "usage: soap_samples write KEY CERTIFICATE FOLDER | verify CERTIFICATE FILE\n");
  return 2;
}
