// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ssdn/request.h"

#include <algorithm>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/ssdn/names.h"
#include "gateway/upstream/xml/writer.h"

namespace semafoor::upstream::ssdn {
namespace {

constexpr std::size_t kLongestEmail = 100;

Error bad_request(const std::string& what) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "ssdn.bad_request",
               .message = "Writing an SSDN request: " + what};
}

bool all_digits(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// .+@.+ of t_EmailAddress.
bool is_email(const std::string& text) {
  const std::size_t at = text.find('@', 1);
  return text.size() <= kLongestEmail && at != std::string::npos && at + 1 < text.size();
}

Result<void> check(const Request& request) {
  const AuthorizedUser& user = request.user;
  if (user.user_id.size() != 11 || !all_digits(user.user_id)) {
    return bad_request(
        "the user has no number of eleven digits. Set that of the program or person");
  }
  if (!is_email(user.email)) {
    return bad_request("the user has no e-mail address of at most 100 characters. Set one");
  }
  if (!domain::is_valid_cbe(user.organisation)) {
    return bad_request("the number of the organisation is no CBE number of ten digits. Correct it");
  }
  if (request.reference.empty()) return bad_request("it has no reference of ours. Give it one");
  if (request.services.empty()) return bad_request("it asks for no service. Name one");
  for (const ServiceRequest& service : request.services) {
    if (service.service_id.empty() || service.version.size() != 8 || !all_digits(service.version) ||
        service.content.empty()) {
      return bad_request(
          "a service needs a name, a version of eight digits and content. Correct it");
    }
  }
  return {};
}

}  // namespace

Result<std::string> write_request(const Request& request) {
  if (Result<void> fits = check(request); !fits) return std::move(fits).error();
  xml::Writer writer;
  writer.open("ssdn:SSDNRequest")
      .declare("ssdn", kService)
      .open("ssdn:RequestContext")
      .open("ssdn:AuthorizedUser")
      .leaf("ssdn:UserID", request.user.user_id)
      .leaf("ssdn:Email", request.user.email)
      .leaf("ssdn:OrgUnit", request.user.organisation)
      .leaf("ssdn:MatrixID", std::to_string(request.user.sector))
      .leaf("ssdn:MatrixSubID", std::to_string(request.user.sub_sector))
      .close()
      .open("ssdn:Message")
      .leaf("ssdn:Reference", request.reference)
      .leaf("ssdn:TimeRequest", soap::compact_date_time(request.sent_ms))
      .close()
      .close();
  for (const ServiceRequest& service : request.services) {
    writer.open("ssdn:ServiceRequest")
        .leaf("ssdn:ServiceId", service.service_id)
        .leaf("ssdn:Version", service.version)
        .fragment(service.content)
        .close();
  }
  writer.close();
  return std::move(writer).finish();
}

}  // namespace semafoor::upstream::ssdn
