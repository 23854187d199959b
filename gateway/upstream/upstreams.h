// SPDX-License-Identifier: Apache-2.0
//
// Makes the clients of one organisation.
#pragma once

#include <memory>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/podmi_client.h"
#include "gateway/vault/signer.h"

namespace semafoor::upstream {

struct UpstreamOptions {
  // OAuth 2.0 token endpoint; the audience of the assertion is `audience`, or the endpoint when
  // empty.
  std::string token_endpoint;
  std::string audience;
  // Base URL of the message registry, ending before "/ebox".
  std::string ebox_base_url;
  // Name that goes into message identity; stable for ever.
  std::string ebox_provider_id = "nsso";
  std::string podmi_base_url;
  std::string ebox_scope;
  std::string podmi_scope;
  // PEM bundle; empty: the system's.
  std::string ca_file;
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t request_timeout_ms = 30'000;
  // A transfer slower than 1 KiB/s for this long is given up.
  std::int64_t stall_timeout_ms = 30'000;
  std::string user_agent;
};

struct Credentials {
  // CBE number.
  std::string organisation;
  std::string client_id;
  std::string key_name;
};

class Upstreams {
 public:
  virtual ~Upstreams() = default;
  // The clients keep their connections and tokens; they live as long as the caller holds them.
  virtual Result<std::shared_ptr<EboxClient>> ebox(const Credentials& credentials) = 0;
  virtual Result<std::shared_ptr<PodmiClient>> podmi(const Credentials& credentials) = 0;
};

std::unique_ptr<Upstreams> make_upstreams(UpstreamOptions options,
                                          std::shared_ptr<vault::KeyRing> keys);

}  // namespace semafoor::upstream
