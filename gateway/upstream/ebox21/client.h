// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/upstream/ebox21/reference_cache.h"
#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/oauth/api_session.h"

namespace semafoor::upstream::ebox21 {

struct ClientSettings {
  std::string provider_id;
  // CBE number: reference data that the provider does not call public are kept for it alone.
  std::string organisation;
  // Bounds every call but the content of an attachment and a reply, which only a stall ends.
  std::chrono::milliseconds timeout{30'000};
};

// The e-Box in dialect 2.1 (e-Box Enterprise Message Registry, OpenAPI 2.1). `cache` is of this
// provider, and of all its organisations.
std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        ClientSettings settings,
                                        std::shared_ptr<ReferenceCache> cache);

}  // namespace semafoor::upstream::ebox21
