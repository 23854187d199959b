// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/attachment_stream.h"

#include <grpc/slice.h>
#include <grpcpp/alarm.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <span>

#include "gateway/rpc/requests.h"
#include "gateway/store/piece_sums.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::rpc {
namespace {

// One chunk is one piece of the blob.
constexpr std::size_t kChunk = store::kPieceBytes;
// For content that the opening itself has fetched: how often it is looked for, how long at most,
// and how long before the caller's deadline that ends, so that the caller hears why.
constexpr std::chrono::milliseconds kBetweenLooks{100};
constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::milliseconds kToAnswer{500};
// Chunks prepared ahead: enough to keep reading and sending busy at once.
constexpr std::size_t kAhead = 8;

// A v1.ReadAttachmentResponse with `chunk`, encoded in place around bytes read straight into gRPC's
// own memory: the content is not copied again.
class Chunk {
 public:
  Chunk() : slice_(grpc_slice_malloc(kRoom + kChunk)) {}
  ~Chunk() { grpc_slice_unref(slice_); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  std::span<std::byte> content() {
    return {reinterpret_cast<std::byte*>(GRPC_SLICE_START_PTR(slice_)) + kRoom, kChunk};
  }
  // The message with content()[from, to).
  grpc::ByteBuffer message(std::size_t from, std::size_t to) {
    std::uint8_t* const start = GRPC_SLICE_START_PTR(slice_);
    const auto size = static_cast<std::uint32_t>(to - from);
    const std::size_t header = size < 0x80 ? 2 : size < 0x4000 ? 3 : 4;
    std::uint8_t* out = start + kRoom + from - header;
    const std::size_t begin = static_cast<std::size_t>(out - start);
    *out++ = (v1::ReadAttachmentResponse::kChunkFieldNumber << 3) | 2;
    std::uint32_t left = size;
    for (; left >= 0x80; left >>= 7) *out++ = static_cast<std::uint8_t>(left | 0x80);
    *out = static_cast<std::uint8_t>(left);
    const grpc::Slice part(grpc_slice_sub(slice_, begin, kRoom + to), grpc::Slice::STEAL_REF);
    return grpc::ByteBuffer(&part, 1);
  }

 private:
  // Tag and length of up to 64 KiB.
  static constexpr std::size_t kRoom = 4;
  grpc_slice slice_;
};

class AttachmentStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  AttachmentStream(Gate& gate, mailbox::Mailbox& mailbox, audit::Recorder& recorder,
                   Context& context)
      : gate_(gate),
        mailbox_(mailbox),
        recorder_(recorder),
        context_(context),
        last_look_(std::min(std::chrono::system_clock::now() + kLongestWait,
                            context.deadline() - kToAnswer)) {}

  void begin(const grpc::ByteBuffer& request) {
    grpc::ByteBuffer bytes(request);
    grpc::ProtoBufferReader reader(&bytes);
    Result<void> started;
    const bool understood = request_.ParseFromZeroCopyStream(&reader);
    // Admitted in any case, so that begin and end of calls are counted in pairs.
    auto call = gate_.admit(context_, Method::read_attachment,
                            {.organisation = &request_.organisation(), .module = v1::MODULE_EBOX});
    if (!understood)
      started = invalid("", "The request is not a ReadAttachmentRequest. Send that message.");
    else if (!call.ok())
      started = call.error();
    else if (auto id = check_id(request_.message_id(), "messageId"); !id.ok())
      started = id.error();
    else if (auto attachment = check_id(request_.attachment_id(), "attachmentId"); !attachment.ok())
      started = attachment.error();
    else if (request_.offset() < 0)
      started = invalid("offset", "The offset is negative. Send 0 or the first byte wanted.");
    if (call.ok()) act_ = call->act;
    if (started.ok() && !gate_.pool().try_post([this] { fill(); }))
      started = Error{.kind = ErrorKind::resource_exhausted,
                      .code = "gateway.too_much_work",
                      .message =
                          "The attachment was asked for while the gateway has as much work "
                          "as it takes on. Try again in a moment.",
                      .retryable = true,
                      .retry_after_ms = 1000};
    if (started.ok()) return;
    // Nothing else runs yet.
    finished_ = true;
    Finish(gate_.ended(context_, Method::read_attachment, started));
  }

  void OnWriteDone(bool ok) override {
    bool more = false;
    Step step = Step::none;
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok) cancelled_ = true;
      if (!cancelled_ && !produced_ && !filling_ && ready_.size() <= kAhead / 2)
        more = filling_ = true;
      step = next();
    }
    take(step);
    if (more) gate_.pool().post([this] { fill(); });
  }
  void OnCancel() override {
    Step step = Step::none;
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      step = next();
    }
    take(step);
  }
  void OnDone() override { delete this; }

 private:
  // On the pool; one at a time. gRPC does not wait for it as it does for reactions: the object
  // lives until `filling_` is false, and is not touched after that.
  void fill() {
    while (true) {
      Step step = Step::none;
      bool leave = false;
      {
        const std::lock_guard lock(mutex_);
        leave = cancelled_ || produced_ || ready_.size() >= kAhead;
        if (leave) {
          filling_ = false;
          step = next();
        }
      }
      if (leave) return take(step);
      grpc::ByteBuffer message;
      auto result = gate_.guarded([&] { return produce(message); });
      if (comes_soon(result)) return look_again();
      {
        const std::lock_guard lock(mutex_);
        if (!result.ok()) outcome_ = std::move(result);
        if (!outcome_.ok() || complete_) produced_ = true;
        if (message.Valid()) ready_.push_back(std::move(message));
        step = next();
      }
      take(step);
    }
  }

  // What was opened is being fetched, and the caller can wait that long.
  bool comes_soon(const Result<void>& result) const {
    if (result.ok() || !result.error().retry_after_ms ||
        result.error().code != "attachment.not_stored")
      return false;
    const auto again = std::chrono::system_clock::now() +
                       std::chrono::milliseconds(*result.error().retry_after_ms);
    return again < last_look_;
  }
  // No thread waits meanwhile; `filling_` stays true, and so the object lives.
  void look_again() {
    // A new one each time: the function of the last one may still be returning.
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(std::chrono::system_clock::now() + kBetweenLooks,
                [this](bool) { gate_.pool().post([this] { fill(); }); });
  }

  // The next message, if any. Sets complete_ after the last byte. Each piece was found right by the
  // store before it leaves.
  Result<void> produce(grpc::ByteBuffer& message) {
    if (!open_.reader) return open(message);
    constexpr auto kBytes = static_cast<std::int64_t>(kChunk);
    Chunk chunk;
    auto got = open_.reader->read_piece(position_ / kBytes, chunk.content());
    if (!got.ok()) return got.error();
    if (*got == 0) return store::damaged_blob();
    message = chunk.message(static_cast<std::size_t>(position_ % kBytes), *got);
    position_ += static_cast<std::int64_t>(*got) - position_ % kBytes;
    complete_ = position_ == open_.reader->size();
    return {};
  }

  Result<void> open(grpc::ByteBuffer& message) {
    auto opened = mailbox_.open_attachment(request_.organisation().value(), request_.message_id(),
                                           request_.attachment_id());
    if (!opened.ok()) return opened.error();
    open_ = std::move(*opened);
    if (open_.reader->size() != open_.attachment.size_bytes()) return store::damaged_blob();
    if (request_.offset() > open_.reader->size())
      return Error{.kind = ErrorKind::out_of_range,
                   .code = "attachment.offset_too_large",
                   .message =
                       "Bytes were asked for that lie behind the end of the attachment. "
                       "Begin at 0, or at most at its size.",
                   .field = "offset"};
    auto recorded = recorder_.record(
        {.org = request_.organisation().value(),
         .entry = {.what = "attachment.read",
                   .act = act_,
                   .subject_kind = "attachment",
                   .subject_id = request_.message_id() + "/" + request_.attachment_id()}});
    if (!recorded.ok()) return recorded;
    v1::ReadAttachmentResponse head;
    *head.mutable_head() = open_.attachment;
    const grpc::Slice slice(head.SerializeAsString());
    message = grpc::ByteBuffer(&slice, 1);
    position_ = request_.offset();
    complete_ = position_ == open_.reader->size();
    return {};
  }

  enum class Step { none, write, finish };

  // The one next thing there is to do; whoever is given it does it. Under the lock.
  Step next() {
    if (finished_ || writing_) return Step::none;
    if (!cancelled_ && !ready_.empty()) {
      current_.Swap(&ready_.front());
      ready_.pop_front();
      writing_ = true;
      return Step::write;
    }
    if (filling_ || !(cancelled_ || produced_)) return Step::none;
    finished_ = true;
    cut_short_ = cancelled_;
    return Step::finish;
  }

  // Outside the lock: gRPC may answer within.
  void take(Step step) {
    if (step == Step::write) {
      StartWrite(&current_);
    } else if (step == Step::finish) {
      Result<void> outcome = outcome_;
      if (cut_short_ && outcome.ok())
        outcome = failure(ErrorKind::cancelled, "call.cancelled",
                          "The caller ended the stream before it was complete.");
      Finish(gate_.ended(context_, Method::read_attachment, outcome));
    }
  }

  Gate& gate_;
  mailbox::Mailbox& mailbox_;
  audit::Recorder& recorder_;
  Context& context_;
  const std::chrono::system_clock::time_point last_look_;
  v1::ReadAttachmentRequest request_;
  domain::Act act_;
  std::unique_ptr<grpc::Alarm> alarm_;

  // Of the pool's job.
  mailbox::OpenAttachment open_;
  std::int64_t position_ = 0;
  bool complete_ = false;

  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> ready_;
  grpc::ByteBuffer current_;
  Result<void> outcome_;
  bool filling_ = true;
  bool writing_ = false;
  bool produced_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  // Of whoever was given Step::finish; a call may be cancelled while it is being finished.
  bool cut_short_ = false;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* read_attachment(Gate& gate, mailbox::Mailbox& mailbox,
                                                            audit::Recorder& recorder,
                                                            Context& context,
                                                            const grpc::ByteBuffer& request) {
  auto* stream = new AttachmentStream(gate, mailbox, recorder, context);
  stream->begin(request);
  return stream;
}

}  // namespace semafoor::rpc
