// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/upstream/http/http_client.h"
#include "gateway/upstream/upstreams.h"

namespace semafoor::upstream::podmi {

// What all clients of the gateway share.
struct Shared {
  std::shared_ptr<HttpClient> http;
  std::shared_ptr<vault::KeyRing> keys;
  std::shared_ptr<ClockSkew> skew;
};

// The mailbox of an organisation over SOA or SSDN, as `options` say. "upstream.bad_url",
// "organisation.no_credentials", "soap.bad_header". What is wrong with a key, a certificate or a
// password is the error of each call, until it is right.
Result<std::shared_ptr<PodmiClient>> make_soap_mailbox(const UpstreamOptions& options,
                                                       const Credentials& credentials,
                                                       Shared shared);

}  // namespace semafoor::upstream::podmi
