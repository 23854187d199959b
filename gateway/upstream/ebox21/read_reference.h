// SPDX-License-Identifier: Apache-2.0
//
// Reference data of dialect 2.1, as values of ours; as tolerant as `read_message.h`. Source of
// every member: the contract's definitions MessageType, SenderApplication, SenderOrganization and
// Image.
#pragma once

#include <optional>
#include <string_view>

#include "gateway/upstream/ebox_reference.h"

namespace semafoor::upstream::ebox21 {

// nullopt when there is no identity.
std::optional<RemoteMessageType> read_message_type(std::string_view element);
std::optional<RemoteSenderApplication> read_sender_application(std::string_view element);
std::optional<RemoteSenderOrganisation> read_sender_organisation(std::string_view element);

}  // namespace semafoor::upstream::ebox21
