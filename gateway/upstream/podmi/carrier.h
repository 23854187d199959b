// SPDX-License-Identifier: Apache-2.0
//
// What carries one operation of xml_wire.h to the authority: a SOA service, or SSDN.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/podmi/xml_wire.h"
#include "gateway/upstream/soap/client.h"
#include "gateway/upstream/ssdn/request.h"

namespace semafoor::upstream::podmi {

// The response element of an operation, with the document that it is a view of.
struct Response {
  xml::Document document;
  xml::Element content;
};

struct Carried {
  soap::Effect effect = soap::Effect::none;
  // Exactly one of the two.
  std::optional<Response> response;
  std::optional<Error> failure;
  // The service itself says no, and nobody on the way to it.
  bool refused = false;
  // As in soap::Exchange.
  std::string body;
};

// Writes the members of a request.
using Members = std::function<void(xml::Writer&)>;

// Safe from several threads.
class Carrier {
 public:
  virtual ~Carrier() = default;
  // Blocks. `purpose`: first words of an error.
  virtual Carried call(Operation operation, const Members& members, const std::string& purpose,
                       std::stop_token stop, const soap::Keep& keep = {}) = 0;
  // The response in a body that was kept. Of one that `broke_off`: with those messages that are
  // whole.
  virtual Result<Response> read_kept(const std::string& body, bool broke_off) = 0;
};

struct CarrierSettings {
  // Whose mailbox it is: CBE number.
  std::string organisation;
  // CommonV3's, agreed with the KSZ; for SOA.
  std::string legal_context;
  // For SSDN.
  ssdn::AuthorizedUser user;
  // Milliseconds since 1970 UTC.
  std::function<std::int64_t()> now_ms;
};

// A client for one call: keys, certificates and passwords are looked up each time, so that a
// replaced one takes effect without a restart.
using SoapClients = std::function<Result<std::unique_ptr<soap::Client>>()>;

std::unique_ptr<Carrier> make_soa_carrier(SoapClients clients, CarrierSettings settings);
std::unique_ptr<Carrier> make_ssdn_carrier(SoapClients clients, CarrierSettings settings);

}  // namespace semafoor::upstream::podmi
