// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/attachment_stream.h"

#include <algorithm>
#include <cstring>

#include "plugins/kit/spans.h"

namespace semafoor::kit {
namespace {

constexpr int kHeadField = 1;

Failure unreadable() {
  return {.status = SEMAFOOR_INTERNAL,
          .code = "answer.unreadable",
          .message =
              "Read a stream: the gateway sent a message that could not be read. Versions may "
              "not fit."};
}

// `chunk` is field 2, length-delimited. Parsing it by hand leaves the bytes where they are.
bool find_chunk(std::span<const std::uint8_t> message, std::span<const std::uint8_t>& chunk) {
  constexpr std::uint8_t kChunkTag = (2U << 3U) | 2U;
  if (message.empty()) {
    chunk = {};
    return true;
  }
  if (message[0] != kChunkTag) return false;
  std::uint64_t length = 0;
  std::size_t at = 1;
  for (unsigned shift = 0; at < message.size() && shift < 35; shift += 7) {
    const std::uint8_t byte = message[at++];
    length |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) != 0) continue;
    if (length != message.size() - at) return false;
    chunk = message.subspan(at);
    return true;
  }
  return false;
}

}  // namespace

AttachmentStream::AttachmentStream(const sfr_api& runtime, sfr_stream* stream,
                                   const google::protobuf::Descriptor& type, std::int64_t offset,
                                   CallContext context)
    : runtime_(runtime),
      stream_(stream),
      type_(type),
      offset_(offset),
      context_(std::move(context)) {}

AttachmentStream::~AttachmentStream() {
  if (message_ != nullptr) message_->release(message_);
  runtime_.stream_close(stream_);
}

Done AttachmentStream::fetch() {
  if (message_ != nullptr) message_->release(message_);
  message_ = nullptr;
  const sfr_error* error = nullptr;
  const semafoor_status status = runtime_.stream_read(stream_, &message_, &error);
  if (status != SEMAFOOR_OK) return failure_of(error, status, context_);
  return Nothing{};
}

Done AttachmentStream::read_head() {
  if (auto fetched = fetch(); !fetched) return fetched;
  if (message_ == nullptr) return unreadable();
  head_bytes_ = std::string(view_of(message_->body));
  head_.reset(google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type_)->New());
  if (!head_->ParseFromString(head_bytes_) ||
      !head_->GetReflection()->HasField(*head_, type_.FindFieldByNumber(kHeadField)))
    return unreadable();
  return Nothing{};
}

const google::protobuf::Message& AttachmentStream::head() const {
  return head_->GetReflection()->GetMessage(*head_, type_.FindFieldByNumber(kHeadField));
}

std::optional<std::int64_t> AttachmentStream::announced() const {
  const auto& said = head();
  const auto* size = said.GetDescriptor()->FindFieldByName("size_bytes");
  if (size == nullptr) return std::nullopt;
  return said.GetReflection()->GetInt64(said, size) - offset_;
}

Done AttachmentStream::check_end() const {
  const auto expected = announced();
  if (!expected || bytes_read_ == *expected) return Nothing{};
  return Failure{.status = SEMAFOOR_DATA_LOSS,
                 .code = "attachment.incomplete",
                 .message = "Read an attachment to its end: " + std::to_string(bytes_read_) +
                            " bytes came, and " + std::to_string(*expected) +
                            " were announced. Throw away what was read, then repeat.",
                 .retryable = true,
                 .correlation_id = context_.correlation_id};
}

Result<std::size_t> AttachmentStream::read(std::span<std::uint8_t> buffer) {
  if (failure_) return *failure_;
  auto size = take(buffer);
  // A stream that failed never ends well.
  if (!size) failure_ = size.failure();
  return size;
}

Result<std::size_t> AttachmentStream::take(std::span<std::uint8_t> buffer) {
  while (chunk_.empty() && !ended_) {
    if (auto fetched = fetch(); !fetched) return std::move(fetched.failure());
    if (message_ == nullptr) {
      ended_ = true;
      if (auto checked = check_end(); !checked) return std::move(checked.failure());
      break;
    }
    if (!find_chunk({message_->body.data, message_->body.size}, chunk_)) return unreadable();
  }
  const std::size_t size = std::min(buffer.size(), chunk_.size());
  if (size > 0) {
    std::memcpy(buffer.data(), chunk_.data(), size);
    chunk_ = chunk_.subspan(size);
    bytes_read_ += static_cast<std::int64_t>(size);
  }
  return size;
}

}  // namespace semafoor::kit
