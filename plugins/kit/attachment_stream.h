// SPDX-License-Identifier: Apache-2.0
//
// Reads ReadAttachmentResponse messages from the runtime and gives their bytes. The gateway ends a
// stream well only after the digest of what it sent was right; here it is seen that all of it came.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "plugins/kit/gateway_call.h"
#include "semafoor/v1/mailbox.pb.h"
#include "semafoor_runtime.h"

namespace semafoor::kit {

class AttachmentStream {
 public:
  // Takes over `stream`. `offset`: the first byte that the request asked for.
  AttachmentStream(const sfr_api& runtime, sfr_stream* stream, std::int64_t offset,
                   CallContext context);
  ~AttachmentStream();
  AttachmentStream(const AttachmentStream&) = delete;
  AttachmentStream& operator=(const AttachmentStream&) = delete;

  // Reads the first message, which says what comes. Once, before read().
  Done read_head();
  // That message's bytes, and the attachment in it.
  const std::string& head_bytes() const { return head_bytes_; }
  const v1::Attachment& attachment() const { return head_.head(); }
  // Copies what is there, at most `buffer.size()` bytes; 0 at the end, when nothing is missing.
  Result<std::size_t> read(std::span<std::uint8_t> buffer);

 private:
  Done fetch();
  Result<std::size_t> take(std::span<std::uint8_t> buffer);
  Done check_end() const;

  const sfr_api& runtime_;
  sfr_stream* const stream_;
  const std::int64_t offset_;
  const CallContext context_;
  const sfr_reply* message_ = nullptr;
  // What is left of the chunk inside `message_`.
  std::span<const std::uint8_t> chunk_;
  std::string head_bytes_;
  v1::ReadAttachmentResponse head_;
  std::int64_t bytes_read_ = 0;
  bool ended_ = false;
  std::optional<Failure> failure_;
};

}  // namespace semafoor::kit
