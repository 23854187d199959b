// SPDX-License-Identifier: Apache-2.0
//
// SOAP 1.1 over HTTP: envelopes read, answers and faults written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ksz/document.h"

namespace semafoor::sandbox::ksz {

// faultcode is Client or Server (SOAP 1.1 section 4.4.1), or MustUnderstand, VersionMismatch.
struct SystemError {
  std::string fault = "Client";
  // SOA-01001, and its English text.
  std::string code;
  std::string message;
  int status = 500;
};
// As the platform says it (socialsecurity.be, helpcentre/soa/security).
http::Reply system_fault(const SystemError& error);
// What does not get past the door: who asks is not known.
SystemError not_authenticated();

// CBSSFaultType in an element of ours; `customer` is informationCustomer as XML, or empty.
http::Reply authority_fault(const std::string& fault, const std::string& code,
                            const std::string& diagnostic, const std::string& customer,
                            std::int64_t now);
// A fault without a detail, with this HTTP status.
http::Reply plain_fault(int status, const std::string& text);

http::Reply envelope_reply(std::string_view payload);

struct Envelope {
  Document document;
  // None when there is no Header.
  Node header;
  Node body;
  Node payload;
};
// The fault to answer with is in `error` when it is none, or when it has a header block that must
// be understood and is not WS-Security.
std::optional<Envelope> read_envelope(const http::Call& call, SystemError& error);

}  // namespace semafoor::sandbox::ksz
