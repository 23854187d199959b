// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/ctl/admin_client.h"
#include "gateway/ctl/answers.h"

namespace semafoor::ctl {

// A whole command that is one call: what comes back is shown as `page` writes it. Gives the exit
// code.
template <typename Stub, typename Request, typename Response>
int ask(const Common& common,
        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
        const Request& request, std::string (*page)(const Response&)) {
  Failure failure;
  const auto client = AdminClient::connect(common.socket, failure, common.reason);
  Response response;
  if (!client || !client->ask(method, request, response, failure)) return fail(common, failure);
  return done(common, response, page(response));
}

}  // namespace semafoor::ctl
