// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/upstream/ebox_client.h"
#include "gateway/upstream/oauth/api_session.h"

namespace semafoor::upstream::ebox3 {

// The e-Box in dialect 3. PROVISIONAL: made from what documentation tells, without the contract
// (reference ebox-api 2.5), and never proven against a provider. Used only when the settings enable
// it and the registry says that the provider speaks 3. What is not established answers
// "upstream.not_established" and sends nothing.
std::shared_ptr<EboxClient> make_client(std::unique_ptr<ApiSession> session,
                                        std::string provider_id, std::chrono::milliseconds timeout);

}  // namespace semafoor::upstream::ebox3
