// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/soa.h"

#include <algorithm>

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/writer.h"

namespace semafoor::sandbox::ksz {
namespace {

// What BaseRequestType has of the customer.
struct Customer {
  std::optional<std::string> ticket, sent;
  std::string cbe_number;
  std::string legal_context;
};

Customer read_customer(Fields& fields) {
  Customer customer;
  if (auto block = fields.element("informationCustomer")) {
    Fields inside(block);
    customer.ticket = inside.maybe("ticket", 36);
    customer.sent = inside.maybe("timestampSent", 40);
    if (customer.sent && !read_date_time(*customer.sent)) {
      inside.fail("timestampSent must be an xs:dateTime with a zone");
    }
    if (auto who = inside.element("customerIdentification")) {
      // Sector and institution, the other choice, name no OCMW among those of its sector.
      Fields identification(who);
      customer.cbe_number = identification.text("cbeNumber", 10);
      if (auto wrong = identification.end()) inside.fail(*wrong);
    }
    if (auto wrong = inside.end()) fields.fail(*wrong);
  }
  // Of a request that the KSZ passed on; a customer has none.
  fields.maybe_element("informationCBSS");
  customer.legal_context = fields.text("legalContext", 64);
  return customer;
}

std::string write_customer(const Customer& customer) {
  Writer writer;
  writer.open("informationCustomer");
  if (customer.ticket) writer.leaf("ticket", *customer.ticket);
  if (customer.sent) writer.leaf("timestampSent", *customer.sent);
  writer.open("customerIdentification").leaf("cbeNumber", customer.cbe_number);
  return writer.take();
}

bool is_notification(Operation operation) {
  return operation == Operation::acknowledge || operation == Operation::send;
}

std::string status_value(Operation operation, const Outcome& outcome) {
  if (is_notification(operation)) return outcome.accepted ? "OK" : "NOK";
  if (!outcome.accepted) return "NO_RESULT";
  return outcome.found ? "DATA_FOUND" : "NO_DATA_FOUND";
}

SystemError schema_failure(const std::string& what) {
  return {.code = "SOA-03006", .message = "XSD compliance failure: " + what + "."};
}

}  // namespace

http::Reply Soa::supplier_away(std::int64_t now) {
  return authority_fault("Server", kSourceAway, "Supplier not available", "", now);
}

http::Reply Soa::serve(const http::Call& call, const Admitted& asked, std::int64_t now) {
  const auto& payload = asked.envelope.payload;
  auto operation = operation_of(payload, kPodmiSoa);
  if (!operation) {
    return system_fault({.code = "SOA-03005",
                         .message = "WSDL compliance failure: no operation {" + payload.space() +
                                    "}" + payload.name() + "."});
  }
  auto action = std::string(kPodmiSoa) + "/" + name_of(*operation);
  if (Gate::action(call) != action) {
    return system_fault(
        {.code = "SOA-03005", .message = "WSDL compliance failure: SOAPAction is not " + action});
  }
  Fields fields(payload);
  auto customer = read_customer(fields);
  auto request = read_request(*operation, fields);
  if (auto wrong = fields.end()) return system_fault(schema_failure(*wrong));
  if (customer.cbe_number != asked.organisation) {
    return system_fault({.code = "SOA-01002",
                         .message = "Service call not authorized: customerIdentification is not "
                                    "the organisation that is authenticated."});
  }

  auto outcome = exchange_.perform(asked.organisation, request);
  Writer writer;
  writer.open(std::string("x:") + name_of(*operation) + "Response", {{"xmlns:x", kPodmiSoa}})
      .raw(write_customer(customer))
      .open("informationCBSS")
      .leaf("ticketCBSS", content::fresh_uuid())
      .leaf("timestampReceive", date_time(now))
      .leaf("timestampReply", date_time(now))
      .close()
      .leaf("legalContext", customer.legal_context)
      .open("status")
      .leaf("value", status_value(*operation, outcome))
      .leaf("code", outcome.code);
  if (!outcome.description.empty()) writer.leaf("description", outcome.description);
  writer.close().raw(outcome.members);
  auto reply = envelope_reply(writer.take());
  reply.on_delivered = std::move(outcome.on_delivered);
  return reply;
}

}  // namespace semafoor::sandbox::ksz
