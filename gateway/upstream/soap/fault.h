// SPDX-License-Identifier: Apache-2.0
//
// soap:Fault with what the authorities put into it: SystemError of the social-security platform, or
// CBSSFaultType of CommonV3.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/upstream/soap/envelope.h"
#include "gateway/upstream/soap/reason.h"

namespace semafoor::upstream::soap {

struct Fault {
  // faultcode without its prefix: Client, Server, VersionMismatch, MustUnderstand. What follows a
  // dot ("Client.Authentication") is cut off.
  std::string code;
  std::string text;
  // Id of the SystemError, or ticketCBSS.
  std::string reference;
  std::vector<Reason> reasons;
};

// Unset when the Body has none.
std::optional<Fault> fault_of(const Envelope& envelope);

Error error_of(const Fault& fault);

// Whether a request with an effect may have had it nevertheless. A receiver that blames the request
// did not begin (SOAP 1.1, section 4.4.1); one that blames itself may have.
bool leaves_outcome_open(const Fault& fault);

}  // namespace semafoor::upstream::soap
