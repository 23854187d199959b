// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_reply.h"

namespace semafoor::upstream::ebox21 {

// The parts of the contract are named upfile1 to upfile6.
inline constexpr std::size_t kMostReplyAttachments = 6;

// "upstream.bad_reply" when the reply breaks a bound of the contract or of the official FAQ: the
// provider would answer INVALID_INPUT.
Result<void> check_reply(const ReplyMessage& reply);

// A content read once from its beginning to its end.
struct Measured {
  std::uint64_t size = 0;
  // 32 bytes.
  std::string sha256;
};
Result<Measured> measure(const ContentSource& content);

// Name of the HTTP part of the attachment with this index.
std::string part_name(std::size_t index);

// MessageToPublish as JSON: nothing absent is written as null (the NSSO refuses that). `measured`
// is of the attachments, in their order; their digests are base64url.
std::string message_to_publish(const ReplyMessage& reply, const std::vector<Measured>& measured);

}  // namespace semafoor::upstream::ebox21
