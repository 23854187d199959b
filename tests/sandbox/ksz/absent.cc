// SPDX-License-Identifier: Apache-2.0
//
// Where xmlsec is not built for (Windows): the paths are there, and say so.
#include "tests/sandbox/ksz/service.h"

namespace semafoor::sandbox::ksz {

class Service::Inside {};

Service::Service(podmi::Mailbox& /*mailbox*/, const Credentials& /*credentials*/, Clock /*clock*/) {
}
Service::~Service() = default;

http::Reply Service::serve(const http::Call& /*call*/) {
  http::Reply reply;
  reply.status = 501;
  reply.content_type = "text/plain";
  reply.body = "this sandbox was built without the services of the KSZ; use one on Linux\n";
  return reply;
}

http::Reply Service::error(const http::Call& call, const http::Fault& /*fault*/) {
  return serve(call);
}

std::optional<std::string> Service::claimed_organisation(const http::Call& /*call*/) const {
  return std::nullopt;
}

}  // namespace semafoor::sandbox::ksz
