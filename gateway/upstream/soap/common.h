// SPDX-License-Identifier: Apache-2.0
//
// The blocks that every SOA service of the KSZ has in common (CommonV3.xsd, version 3.3-45). Its
// elements are unqualified: they are in no namespace, whatever the payload around them is in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/soap/reason.h"
#include "gateway/upstream/xml/document.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::soap {

// informationCustomer and legalContext of a request.
struct RequestHeader {
  // Ours, a UUID: of others the KSZ keeps the first 32 characters only. At most 36 characters.
  std::string ticket;
  // Milliseconds since 1970 UTC.
  std::int64_t sent_ms = 0;
  // Of the organisation, ten digits.
  std::string cbe_number;
  // PCSA:SOCIAL_INQUIRY, for example. At most 64 characters. Which one holds is agreed with the
  // KSZ.
  std::string legal_context;
};

// Writes the blocks as the first children of the element that is open in `writer`.
// "soap.bad_header" when a value does not fit the schema.
Result<void> write_request_header(xml::Writer& writer, const RequestHeader& header);

// What an answer has in common.
struct CommonAnswer {
  // Repeats the request's.
  std::string ticket;
  // ticketCBSS, which the KSZ's support asks for.
  std::string authority_ticket;
  // OK or NOK for notifications; DATA_FOUND, NO_DATA_FOUND or NO_RESULT for consultations. Empty:
  // the answer has no status.
  std::string status;
  std::string status_code;
  std::string status_text;
  // The status as a reason when it is a refusal, and the business anomalies.
  std::vector<Reason> reasons;
};

// Tolerant: what is not there stays empty. `payload` is the element in the Body.
CommonAnswer read_common_answer(const xml::Element& payload);

// Whether the answer accepts what `ticket` asked. An error for a refusal (NOK, NO_RESULT, an
// anomaly of severity FATAL), "soap.other_answer" when it answers another ticket, "soap.no_status"
// for a word that is none of these. NO_DATA_FOUND is no error.
Result<void> judged(const CommonAnswer& answer, const std::string& ticket);

// `information` of one element of CommonV3: pairs of fieldName and fieldValue.
std::vector<std::pair<std::string, std::string>> read_fields(const xml::Element& element);

}  // namespace semafoor::upstream::soap
