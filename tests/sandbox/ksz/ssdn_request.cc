// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/ssdn_request.h"

#include <algorithm>
#include <cctype>

#include "tests/sandbox/ksz/fields.h"
#include "tests/sandbox/ksz/moment.h"
#include "tests/sandbox/ksz/names.h"

namespace semafoor::sandbox::ksz {
namespace {

constexpr std::size_t kLongest = 256;

void read_user(const Node& element, Fields& around, SsdnRequest& request) {
  if (!element) return;
  Fields user(element, kSsdn);
  auto id = user.text("UserID", 11);
  bool digits =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (id.size() != 11 || !digits) user.fail("UserID must have 11 digits");
  auto email = user.text("Email", 100);
  auto at = email.find('@', 1);
  if (at == std::string::npos || at + 1 == email.size()) user.fail("Email is no address");
  request.organisation = user.maybe("OrgUnit", kLongest).value_or("");
  request.matrix_id = user.text("MatrixID", 20);
  request.matrix_sub_id = user.maybe("MatrixSubID", 20).value_or("");
  if (auto wrong = user.end()) around.fail(*wrong);
}

void read_context(const Node& element, Fields& around, SsdnRequest& request) {
  if (!element) return;
  Fields context(element, kSsdn);
  read_user(context.element("AuthorizedUser"), context, request);
  if (auto message = context.maybe_element("Message")) {
    Fields fields(message, kSsdn);
    request.reference = fields.maybe("Reference", kLongest);
    request.time = fields.maybe("TimeRequest", kLongest);
    if (request.time && !is_compact_date_time(*request.time)) {
      fields.fail("TimeRequest must be yyyyMMddThhmmss");
      // An answer repeats it.
      request.time.reset();
    }
    if (auto wrong = fields.end()) context.fail(*wrong);
  }
  if (auto wrong = context.end()) around.fail(*wrong);
}

void read_service(const Node& element, Fields& around, SsdnRequest& request) {
  if (!element) return;
  auto parts = element.children();
  if (parts.size() != 3 || !parts[0].is(kSsdn, "ServiceId") || !parts[1].is(kSsdn, "Version")) {
    around.fail("ServiceRequest needs ServiceId, Version and one element");
    return;
  }
  request.services.push_back({parts[0].trimmed(), parts[1].trimmed(), parts[2]});
}

}  // namespace

SsdnRequest read_ssdn_request(const Node& payload) {
  SsdnRequest request;
  // The outer document was decoded; what the inner one declares is of no meaning.
  request.document = Document::read(payload.trimmed(), request.wrong, "UTF-8");
  if (!request.document) {
    request.wrong = "xmlString: " + request.wrong;
    return request;
  }
  auto root = request.document->root();
  if (!root.is(kSsdn, "SSDNRequest")) {
    request.wrong = "xmlString holds no SSDNRequest";
    return request;
  }
  Fields fields(root, kSsdn);
  read_context(fields.element("RequestContext"), fields, request);
  read_service(fields.element("ServiceRequest"), fields, request);
  while (auto more = fields.maybe_element("ServiceRequest")) read_service(more, fields, request);
  request.wrong = fields.end().value_or("");
  return request;
}

}  // namespace semafoor::sandbox::ksz
