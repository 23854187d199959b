// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/upload_stream.h"

#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "gateway/intake/boxes.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr std::size_t kLargestChunk = 64 * 1024;

// proto3 has no "not said" for a number of a date: an empty one is.
std::optional<v1::Date> date_of(bool present, const v1::Date& date) {
  if (!present || date.ByteSizeLong() == 0) return std::nullopt;
  return date;
}

intake::Description description_of(const v1::UploadHead& head) {
  intake::Description description;
  description.file_name = head.file_name();
  description.subject = head.subject();
  description.sender_name = head.sender_name();
  description.sender_organisation = head.sender_organisation().value();
  description.received_on = date_of(head.has_received_on(), head.received_on());
  description.expires_on = date_of(head.has_expires_on(), head.expires_on());
  description.family = head.family();
  description.message_type_id = head.message_type_id();
  description.downloaded_by = head.downloaded_by();
  return description;
}

// One reading at a time, and between two of them one job on the pool: nothing runs twice at once,
// and nothing is locked.
class UploadStream final : public grpc::ServerReadReactor<v1::UploadMessageRequest> {
 public:
  UploadStream(Gate& gate, intake::Filing& filing, Context& context,
               v1::UploadMessageResponse& response)
      : gate_(gate), filing_(filing), context_(context), response_(response) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!admitted_) {
      admitted_ = true;
      const Need need{.organisation = &request_.head().organisation(), .module = v1::MODULE_EBOX};
      auto call = gate_.admit(context_, Method::upload_message, need);
      if (!call.ok()) return end(call.error());
      call_ = std::move(*call);
    }
    auto next = [this, ok] {
      auto result = gate_.guarded([&] { return ok ? take() : finish(); });
      if (!result.ok() || !ok) return end(result);
      StartRead(&request_);
    };
    if (head_)
      gate_.pool().post(std::move(next));
    else if (!gate_.pool().try_post(std::move(next)))
      end(Error{.kind = ErrorKind::resource_exhausted,
                .code = "gateway.too_much_work",
                .message = "A file was uploaded while the gateway has as much work as it takes on. "
                           "Try again in a moment.",
                .retryable = true,
                .retry_after_ms = 1000});
  }
  void OnDone() override { delete this; }

 private:
  Result<void> take() {
    if (!head_) return take_head();
    if (request_.part_case() != v1::UploadMessageRequest::kChunk)
      return invalid("head",
                     "An upload went on with something that is no chunk. Send the "
                     "head once, and then the bytes.");
    const std::string& chunk = request_.chunk();
    if (chunk.size() > kLargestChunk)
      return invalid("chunk",
                     "A chunk of an upload is larger than 64 KiB. Send smaller "
                     "ones.");
    if (chunk.empty()) return {};
    if (auto fine =
            filing_.check_size(bytes_->current().size + static_cast<std::int64_t>(chunk.size()));
        !fine.ok())
      return fine;
    return bytes_->append(std::as_bytes(std::span(chunk)));
  }

  Result<void> take_head() {
    if (request_.part_case() != v1::UploadMessageRequest::kHead)
      return invalid("head", "An upload began without its head. Send that first.");
    head_ = request_.head();
    // Before the bytes travel.
    auto description = description_of(*head_);
    if (auto fine = intake::check(description); !fine.ok()) return fine;
    if (intake::box_name(head_->ebox_type()).empty())
      return invalid("eboxType", "An upload does not say of which e-Box its file is. Name one.");
    if (auto fine = filing_.check_size(head_->size_bytes()); !fine.ok()) return fine;
    auto bytes = filing_.begin(call_.org());
    if (!bytes.ok()) return bytes.error();
    bytes_ = std::move(*bytes);
    return {};
  }

  Result<void> finish() {
    // A caller that went away has not ended its side: what came may be half.
    if (context_.IsCancelled())
      return Error{.kind = ErrorKind::cancelled,
                   .code = "call.cancelled",
                   .message = "The caller ended the upload before it was complete."};
    if (!bytes_) return invalid("head", "An upload ended before its head. Send that first.");
    // The end of a connection looks like the end of the bytes.
    if (head_->size_bytes() != bytes_->current().size)
      return Error{.kind = ErrorKind::data_loss,
                   .code = "intake.incomplete",
                   .message =
                       "An upload ended with another number of bytes than was announced. "
                       "Send it again.",
                   .retryable = true};
    v1::Provenance provenance;
    provenance.set_channel(v1::INTAKE_CHANNEL_UPLOAD);
    provenance.set_ebox_type(head_->ebox_type());
    provenance.set_account(call_.session->peer.account);
    auto filed = filing_.file(call_.org(), *bytes_, description_of(*head_), provenance, call_.act);
    if (!filed.ok()) return filed.error();
    response_.set_message_id(filed->message_id);
    response_.set_duplicate(filed->duplicate);
    gate_.journal().note(Journal::Level::info,
                         filed->duplicate ? "intake.duplicate" : "intake.taken",
                         "An administrator uploaded a file of an e-Box.",
                         {{"organisation", call_.org()},
                          {"message_id", filed->message_id},
                          {"account", call_.session->peer.account}});
    return {};
  }

  void end(const Result<void>& result) {
    // What came of a broken upload goes.
    bytes_.reset();
    Finish(gate_.ended(context_, Method::upload_message, result));
  }

  Gate& gate_;
  intake::Filing& filing_;
  Context& context_;
  v1::UploadMessageResponse& response_;
  v1::UploadMessageRequest request_;
  Call call_;
  bool admitted_ = false;
  std::optional<v1::UploadHead> head_;
  std::unique_ptr<store::BlobWriter> bytes_;
};

}  // namespace

grpc::ServerReadReactor<v1::UploadMessageRequest>* upload_message(
    Gate& gate, intake::Filing& filing, Context& context, v1::UploadMessageResponse& response) {
  return new UploadStream(gate, filing, context, response);
}

}  // namespace semafoor::rpc
