// SPDX-License-Identifier: Apache-2.0
//
// Message types of a provider that no family claims, with the provider's own names; kept beside the
// sync's cursor.
#pragma once

#include <string>
#include <vector>

#include "gateway/mailbox/families.h"
#include "gateway/mailbox/lane_names.h"
#include "gateway/upstream/ebox_client.h"

namespace semafoor::mailbox {

std::string write_other_types(const std::vector<upstream::RemoteMessageType>& types,
                              const Families& families);
// What cannot be read is left out: the list is a convenience.
std::vector<v1::Family> parse_other_types(const std::string& text);

}  // namespace semafoor::mailbox
