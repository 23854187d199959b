// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/oauth/api_session.h"

namespace semafoor::upstream::ebox21 {

// The e-Box in dialect 2.1 (e-Box Enterprise Message Registry, OpenAPI 2.1). `timeout` bounds every
// call but the content of an attachment, which only a stall ends.
std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        std::string provider_id, std::chrono::milliseconds timeout);

}  // namespace semafoor::upstream::ebox21
