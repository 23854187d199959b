// SPDX-License-Identifier: Apache-2.0
//
// Reads the messages of a stream of bytes from the runtime and gives their bytes. Each such method
// answers with a `head` (field 1, a message), then with a `chunk` (field 2, bytes) at a time:
// Mailbox/ReadAttachment, Reports/ExportInspection. The gateway ends a stream well only when all of
// it was right; where the head says how much comes (`size_bytes`), it is seen here that it came.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "plugins/kit/gateway_call.h"
#include "semafoor_runtime.h"

namespace semafoor::kit {

class AttachmentStream {
 public:
  // Takes over `stream`. `type`: of its messages. `offset`: the first byte that was asked for.
  AttachmentStream(const sfr_api& runtime, sfr_stream* stream,
                   const google::protobuf::Descriptor& type, std::int64_t offset,
                   CallContext context);
  ~AttachmentStream();
  AttachmentStream(const AttachmentStream&) = delete;
  AttachmentStream& operator=(const AttachmentStream&) = delete;

  // Reads the first message, which says what comes. Once, before read().
  Done read_head();
  // That message's bytes, its type, and what its `head` is.
  const std::string& head_bytes() const { return head_bytes_; }
  const google::protobuf::Descriptor& type() const { return type_; }
  const google::protobuf::Message& head() const;
  // Copies what is there, at most `buffer.size()` bytes; 0 at the end, when nothing is missing.
  Result<std::size_t> read(std::span<std::uint8_t> buffer);

 private:
  Done fetch();
  Result<std::size_t> take(std::span<std::uint8_t> buffer);
  Done check_end() const;

  // Nothing when the head does not say it.
  std::optional<std::int64_t> announced() const;

  const sfr_api& runtime_;
  sfr_stream* const stream_;
  const google::protobuf::Descriptor& type_;
  const std::int64_t offset_;
  const CallContext context_;
  const sfr_reply* message_ = nullptr;
  // What is left of the chunk inside `message_`.
  std::span<const std::uint8_t> chunk_;
  std::string head_bytes_;
  std::unique_ptr<google::protobuf::Message> head_;
  std::int64_t bytes_read_ = 0;
  bool ended_ = false;
  std::optional<Failure> failure_;
};

}  // namespace semafoor::kit
