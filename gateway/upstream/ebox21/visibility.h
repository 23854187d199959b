// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <stop_token>

#include "gateway/upstream/ebox21/calls.h"
#include "gateway/upstream/ebox_client.h"

namespace semafoor::upstream::ebox21 {

// PATCH /ebox/messages (RFC 7396); the promise is that of EboxClient::set_visible.
Result<void> change_visibility(Calls& calls, std::span<const VisibilityChange> changes,
                               std::stop_token stop);

}  // namespace semafoor::upstream::ebox21
