// SPDX-License-Identifier: Apache-2.0
//
// The mailbox over HTTP: CloudEvents 1.0 batches, errors after RFC 9457 in the Belgif flavour.
#pragma once

#include <string>

#include "tests/sandbox/http/message.h"
#include "tests/sandbox/oauth/authority.h"
#include "tests/sandbox/podmi/mailbox.h"

namespace semafoor::sandbox::podmi {

inline constexpr std::string_view kPath = "/podmi/v1";

class Api {
 public:
  Api(Mailbox& mailbox, const oauth::Authority& authority)
      : mailbox_(mailbox), authority_(authority) {}

  // [any-thread]
  http::Reply serve(const http::Call& call);
  // application/problem+json; `type` without its "urn:problem-type:" prefix, empty: the Belgif type
  // of the status.
  static http::Reply problem(int status, const std::string& type = "",
                             const std::string& detail = "", int retry_after = -1);

 private:
  http::Reply batch(const http::Call& call, const std::string& organisation);
  http::Reply acknowledge(const http::Call& call, const std::string& organisation);
  http::Reply receive(const http::Call& call, const std::string& organisation);
  http::Reply status(const std::string& organisation, const std::string& id);

  Mailbox& mailbox_;
  const oauth::Authority& authority_;
};

}  // namespace semafoor::sandbox::podmi
