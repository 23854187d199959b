// SPDX-License-Identifier: Apache-2.0
//
// A message whose main content is the text of its body is archived like any other: as an attachment
// of ours, so that read policy, expiry watch and delivery are the same.
#pragma once

#include <string>

#include "gateway/upstream/ebox_message.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::mailbox {

// In place of a provider's id, of which it can be none: no address can be made of it.
inline constexpr char kBodyId[] = "#body";

upstream::RemoteAttachment body_attachment();

// UTF-8. One language as it is; several one after the other, each under its code.
std::string written_body(const v1::LocalizedText& body);

}  // namespace semafoor::mailbox
