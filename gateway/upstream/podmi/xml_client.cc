// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/podmi/xml_client.h"

#include <algorithm>
#include <utility>

#include "gateway/upstream/soap/common.h"

namespace semafoor::upstream::podmi {
namespace {

constexpr int kLargestBatch = 500;
// "Unprocessable Content" (RFC 9110 section 15.5.21): the wires here have no statuses of their own.
constexpr int kContentRefused = 422;
// Of this project, as the whole wire.
constexpr std::string_view kConflict = "X-CONFLICT";

// A refusal of the answer itself. Who lacks a right, and a service that is away, did not judge it.
bool is_about_content(const Error& error) {
  return !error.retryable && error.kind != ErrorKind::unauthenticated &&
         error.kind != ErrorKind::permission_denied && error.kind != ErrorKind::unavailable;
}

class XmlClient final : public PodmiClient {
 public:
  XmlClient(std::unique_ptr<Carrier> carrier, std::string organisation, FetchManner manner)
      : carrier_(std::move(carrier)), organisation_(std::move(organisation)), manner_(manner) {}

  FetchManner manner() const override { return manner_; }

  Result<Fetched> fetch(const std::string& cursor, int limit, const Keep& keep,
                        std::stop_token stop) override {
    const bool removes = manner_ == FetchManner::removed;
    Carried carried = carrier_->call(
        Operation::fetch_messages,
        [&](xml::Writer& writer) {
          write_fetch(writer, removes ? std::string() : cursor,
                      std::clamp(limit, 1, kLargestBatch));
        },
        "Reading the mailbox of POD MI", std::move(stop), removes ? keep : Keep());
    if (!carried.failure) return Fetched{std::move(carried.body), std::nullopt};
    if (carried.refused && is_about_content(*carried.failure)) {
      carried.failure->upstream_status = kContentRefused;
    }
    if (!removes || carried.body.empty()) return *std::move(carried.failure);
    // A refusal hands nothing out, unless it does.
    if (carried.refused) {
      const auto response = carrier_->read_kept(carried.body, true);
      if (!response || read_messages(response->content).is_empty()) {
        return *std::move(carried.failure);
      }
    }
    return Fetched{std::move(carried.body), std::move(carried.failure)};
  }

  Result<MailboxBatch> read(const Fetched& fetched) override {
    const Result<Response> response =
        carrier_->read_kept(fetched.body, fetched.problem.has_value());
    if (!response) return response.error();
    return read_messages(response->content);
  }

  Result<void> acknowledge(const std::string& cursor, std::stop_token stop) override {
    if (manner_ != FetchManner::acknowledged) return {};
    const Carried carried = carrier_->call(
        Operation::acknowledge_messages,
        [&](xml::Writer& writer) { write_acknowledge(writer, cursor); },
        "Acknowledging in the mailbox of POD MI", std::move(stop));
    if (!carried.failure) return {};
    Error error = *carried.failure;
    if (carried.refused && is_about_content(error)) error.upstream_status = kContentRefused;
    return error;
  }

  Result<MailboxContent> parse(const MailboxItem& item) override {
    return read_message(item, organisation_);
  }

  Result<SendReceipt> send(const v1::FeedbackItem& item, const std::string& signal_reference,
                           std::stop_token stop) override {
    const Carried carried = carrier_->call(
        Operation::send_feedback,
        [&](xml::Writer& writer) { write_feedback(writer, item, signal_reference, organisation_); },
        "Sending an answer to POD MI", std::move(stop));
    if (carried.failure) {
      if (carried.effect != soap::Effect::none) return SendReceipt(SendOutcome::unknown);
      return judged(*carried.failure, carried.refused);
    }
    SendReceipt receipt(SendOutcome::received);
    // A judgement that cannot be read is asked for, or comes, later.
    auto outcome = read_outcome(carried.response->content, item);
    if (outcome) receipt.result = std::move(*outcome);
    return receipt;
  }

  Result<std::optional<MailboxContent::FeedbackResult>> lookup(const v1::FeedbackItem& item,
                                                               std::stop_token stop) override {
    const std::string purpose = "Asking POD MI about an answer";
    const Carried carried = carrier_->call(
        Operation::find_feedback, [&](xml::Writer& writer) { write_find(writer, item); }, purpose,
        std::move(stop));
    if (carried.failure) return *carried.failure;
    auto outcome = read_outcome(carried.response->content, item);
    const auto& content = carried.response->content;
    if (outcome && !*outcome && soap::read_common_answer(content).status == "DATA_FOUND") {
      outcome = Error{.kind = ErrorKind::internal, .message = "it says that there is one"};
    }
    if (!outcome) {
      Error error = std::move(outcome).error();
      error.code = "upstream.malformed";
      error.message = purpose + ": the answer cannot be used, because " + error.message +
                      ". It is asked again; tell the service desk of the authority.";
      error.retryable = true;
      return error;
    }
    return outcome;
  }

 private:
  static Error judged(Error error, bool refused) {
    if (!refused) {
      // Whoever refused it, it was not the interface that judges answers: worth another try.
      error.retryable = true;
      error.upstream_status = 0;
      return error;
    }
    if (!is_about_content(error)) return error;
    error.upstream_status = kContentRefused;
    if (error.message.find(kConflict) != std::string::npos) {
      error.kind = ErrorKind::already_exists;
      error.code = "feedback.conflict";
    }
    return error;
  }

  const std::unique_ptr<Carrier> carrier_;
  const std::string organisation_;
  const FetchManner manner_;
};

}  // namespace

std::shared_ptr<PodmiClient> make_xml_client(std::unique_ptr<Carrier> carrier,
                                             std::string organisation, FetchManner manner) {
  return std::make_shared<XmlClient>(std::move(carrier), std::move(organisation), manner);
}

}  // namespace semafoor::upstream::podmi
