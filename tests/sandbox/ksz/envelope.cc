// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/envelope.h"

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/writer.h"

namespace semafoor::sandbox::ksz {
namespace {

http::Reply soap_reply(int status, std::string_view body) {
  Writer writer;
  writer.open("soapenv:Envelope", {{"xmlns:soapenv", kSoap}}).open("soapenv:Body").raw(body);
  http::Reply reply;
  reply.status = status;
  reply.content_type = "text/xml; charset=utf-8";
  reply.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + writer.take();
  return reply;
}

http::Reply fault_reply(int status, const std::string& code, const std::string& text,
                        std::string_view detail) {
  Writer writer;
  writer.open("soapenv:Fault").leaf("faultcode", "soapenv:" + code).leaf("faultstring", text);
  if (!detail.empty()) writer.open("detail").raw(detail).close();
  return soap_reply(status, writer.take());
}

bool must_be_understood(const Node& block) {
  auto flag = block.attribute(kSoap, "mustUnderstand");
  return flag && *flag == "1" && !block.is(kWsse, "Security");
}

}  // namespace

SystemError not_authenticated() {
  return {.code = "SOA-01001", .message = "Service call not authenticated."};
}

http::Reply system_fault(const SystemError& error) {
  Writer detail;
  detail.open("SystemError", {{"xmlns", kSystemErrors}, {"Id", content::fresh_uuid()}})
      .leaf("Origin", error.fault == "Server" ? "Provider" : "Consumer")
      .leaf("Code", error.code)
      .leaf("Message", error.message, {{"xml:lang", "en"}})
      .leaf("Environment", "Simulation");
  return fault_reply(error.status, error.fault, error.code, detail.take());
}

http::Reply authority_fault(const std::string& fault, const std::string& code,
                            const std::string& diagnostic, const std::string& customer,
                            std::int64_t now) {
  Writer detail;
  detail.open("x:exchangeFault", {{"xmlns:x", kPodmiSoa}})
      .raw(customer)
      .open("informationCBSS")
      .leaf("ticketCBSS", content::fresh_uuid())
      .leaf("timestampReceive", date_time(now))
      .leaf("timestampReply", date_time(now))
      .close()
      .open("detail")
      .leaf("severity", "FATAL")
      .leaf("reasonCode", code)
      .leaf("diagnostic", diagnostic)
      .leaf("authorCode", "http://www.ksz-bcss.fgov.be");
  return fault_reply(500, fault, code, detail.take());
}

http::Reply plain_fault(int status, const std::string& text) {
  return fault_reply(status, status < 500 ? "Client" : "Server", text, "");
}

http::Reply envelope_reply(std::string_view payload) {
  return soap_reply(200, payload);
}

std::optional<Envelope> read_envelope(const http::Call& call, SystemError& error) {
  // The platform's words for each (helpcentre/soa/technical_error).
  if (call.body.size() > kMostBytes) {
    error = {
        .code = "SOA-03001", .message = "Malformed message: larger than 16 MiB.", .status = 413};
    return std::nullopt;
  }
  std::string why;
  auto document = Document::read(call.body, why);
  if (!document) {
    error = {.code = "SOA-03001", .message = "Malformed message: " + why + "."};
    return std::nullopt;
  }
  auto root = document->root();
  if (root.name() != "Envelope" || root.space() != kSoap) {
    error = {.code = "SOA-03002", .message = "Message must be SOAP 1.1."};
    if (root.name() == "Envelope") error.fault = "VersionMismatch";
    return std::nullopt;
  }
  auto parts = root.children();
  Node header;
  if (!parts.empty() && parts.front().is(kSoap, "Header")) {
    header = parts.front();
    parts.erase(parts.begin());
  }
  auto body = parts.size() == 1 && parts.front().is(kSoap, "Body") ? parts.front() : Node();
  auto payloads = body ? body.children() : std::vector<Node>();
  if (payloads.size() != 1) {
    error = {.code = "SOA-03003",
             .message = "Message must contain one SOAP Body, with one element."};
    return std::nullopt;
  }
  if (header) {
    for (const auto& block : header.children()) {
      if (!must_be_understood(block)) continue;
      error = {.fault = "MustUnderstand",
               .code = "SOA-03004",
               .message = "The header block " + block.name() + " is not understood."};
      return std::nullopt;
    }
  }
  return Envelope{std::move(*document), header, body, payloads.front()};
}

}  // namespace semafoor::sandbox::ksz
