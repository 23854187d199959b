// SPDX-License-Identifier: Apache-2.0
//
// SSDNRequest: who asks, and services with their own content (SSDNRequest.xsd).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/result.h"

namespace semafoor::upstream::ssdn {

struct AuthorizedUser {
  // Eleven digits: a national number, or that of a program in the same form.
  std::string user_id;
  // At most 100 characters.
  std::string email;
  // CBE number of the OCMW.
  std::string organisation;
  // 17 and 1: the OCMWs in the networks of the KSZ.
  int sector = 17;
  int sub_sector = 1;
};

struct ServiceRequest {
  // OCMWCPASManageAccess, for example.
  std::string service_id;
  // Eight characters, a date.
  std::string version;
  // The service's own element; XML of xml::Writer.
  std::string content;
};

struct Request {
  AuthorizedUser user;
  // Ours; the reply repeats it.
  std::string reference;
  // Milliseconds since 1970 UTC.
  std::int64_t sent_ms = 0;
  std::vector<ServiceRequest> services;
};

// The document. "ssdn.bad_request" when a value does not fit the schema.
Result<std::string> write_request(const Request& request);

}  // namespace semafoor::upstream::ssdn
