// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

#include "gateway/domain/result.h"
#include "gateway/upstream/oauth/api_session.h"
#include "gateway/upstream/registry/provider.h"

namespace semafoor::upstream {

// The registry of providers of the e-Box federation, under one organisation's token. Blocks; safe
// from several threads.
class RegistryClient {
 public:
  virtual ~RegistryClient() = default;
  // A registry without one usable provider is an error ("upstream.no_providers"): what was known
  // before is worth more.
  virtual Result<registry::Registry> providers(std::stop_token stop) = 0;
};

namespace registry {

// Federation contract 1.3. The base URL of the session ends before or with "/messageProviders".
std::shared_ptr<RegistryClient> make_client(std::unique_ptr<ApiSession> session,
                                            std::chrono::milliseconds timeout);

}  // namespace registry
}  // namespace semafoor::upstream
