// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gateway/upstream/oauth/api_session.h"
#include "gateway/upstream/podmi_client.h"

namespace semafoor::upstream::podmi {

// The mailbox of `organisation` (CBE number), as CloudEvents after the Belgif guide.
std::shared_ptr<PodmiClient> make_client(std::unique_ptr<ApiSession> session,
                                         std::string organisation, FetchManner manner,
                                         std::chrono::milliseconds timeout);

}  // namespace semafoor::upstream::podmi
