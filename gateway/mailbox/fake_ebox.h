// SPDX-License-Identifier: Apache-2.0
//
// For unit tests: an e-Box in memory, newest first, whose answers a test may replace.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/upstream/ebox_client.h"

namespace semafoor::mailbox {

class FakeEbox final : public upstream::EboxClient {
 public:
  using Message = upstream::RemoteMessage;

  explicit FakeEbox(std::string provider = "nsso") : provider_(std::move(provider)) {}

  std::function<Result<void>(int page)> on_list;
  std::function<Result<upstream::ReplyOutcome>(const upstream::ReplyMessage&)> on_reply;
  // Decides before the stored content is streamed.
  std::function<Result<void>(const std::string& attachment_id, std::stop_token)> on_content;

  // One message with a main document and, with `annex`, a second attachment. `receipt_ms` orders
  // them.
  Message& add(const std::string& id, std::int64_t receipt_ms,
               const std::string& type = "X-CORRECTION", bool annex = false) {
    const std::scoped_lock guard(mutex_);
    Message message;
    message.id = id;
    message.message_type_id = type;
    message.receipt_ms = receipt_ms;
    message.sender_organisation_id = "0308357753";
    message.subject.set_nl("Bericht " + id);
    message.attachments.push_back(attachment(id + "-main", true));
    if (annex) message.attachments.push_back(attachment(id + "-annex", false));
    message.json = R"({"messageId":")" + id + "\"}";
    return messages_.insert_or_assign(id, std::move(message)).first->second;
  }
  // A message whose main content is the text of its body.
  void add_text(const std::string& id, std::int64_t receipt_ms, const v1::LocalizedText& text) {
    Message& message = add(id, receipt_ms);
    const std::scoped_lock guard(mutex_);
    message.attachments.clear();
    message.body_main_content = true;
    bodies_[id] = text;
  }
  void forget_text(const std::string& id) {
    const std::scoped_lock guard(mutex_);
    bodies_.erase(id);
  }
  // The provider gives no totals.
  bool counts = true;
  void remove(const std::string& id) {
    const std::scoped_lock guard(mutex_);
    messages_.erase(id);
  }
  void set_content(const std::string& attachment_id, std::string bytes) {
    const std::scoped_lock guard(mutex_);
    contents_[attachment_id] = std::move(bytes);
  }
  static std::string content_of(const std::string& attachment_id) {
    return "content of " + attachment_id;
  }

  // What the lists asked for, and what was fetched, in order.
  std::vector<std::string> received_after() const {
    const std::scoped_lock guard(mutex_);
    return received_after_;
  }
  std::vector<std::string> fetched() const {
    const std::scoped_lock guard(mutex_);
    return fetched_;
  }

  const std::string& provider_id() const override { return provider_; }

  Result<upstream::RemotePage> list(const upstream::ListFilter& filter, std::stop_token) override {
    const int page = filter.page;
    const int page_size = filter.page_size;
    if (on_list) {
      if (auto refused = on_list(page); !refused) return refused.error();
    }
    const std::scoped_lock guard(mutex_);
    received_after_.push_back(filter.received_after);
    std::vector<const Message*> sorted;
    for (const auto& [id, message] : messages_) sorted.push_back(&message);
    std::sort(sorted.begin(), sorted.end(),
              [](const auto* a, const auto* b) { return a->receipt_ms > b->receipt_ms; });
    upstream::RemotePage result;
    result.total = static_cast<std::int64_t>(sorted.size());
    result.total_given = counts;
    result.rejected = page == 1 ? rejected : std::vector<std::string>();
    const auto first = static_cast<std::size_t>((page - 1) * page_size);
    for (auto i = first; i < sorted.size() && i < first + static_cast<std::size_t>(page_size);
         ++i) {
      result.messages.push_back(*sorted[i]);
    }
    if (!counts) result.total = static_cast<std::int64_t>(result.messages.size());
    return result;
  }

  Result<Message> get(const std::string& id, std::stop_token) override {
    const std::scoped_lock guard(mutex_);
    return messages_.at(id);
  }

  Result<void> content(const std::string&, const std::string& attachment_id, const Sink& sink,
                       std::stop_token stop) override {
    if (on_content) {
      if (auto refused = on_content(attachment_id, stop); !refused) return refused;
    }
    std::string bytes = content_of(attachment_id);
    {
      const std::scoped_lock guard(mutex_);
      fetched_.push_back(attachment_id);
      if (const auto found = contents_.find(attachment_id); found != contents_.end())
        bytes = found->second;
    }
    return sink(std::as_bytes(std::span(bytes)));
  }

  Result<std::vector<upstream::RemoteMessageType>> message_types(std::stop_token) override {
    upstream::RemoteMessageType type;
    type.id = "17";
    type.name.set_nl("Factuur");
    return std::vector{type};
  }
  Result<std::vector<upstream::RemoteSenderOrganisation>> sender_organisations(
      std::stop_token) override {
    upstream::RemoteSenderOrganisation sender;
    sender.id = "0308357753";
    sender.name.set_nl("POD MI");
    return std::vector{sender};
  }

  // What the rooms above do not use yet.
  Result<upstream::RemoteSummary> summary(std::stop_token) override { return unused(); }
  Result<std::vector<upstream::RemoteAttachment>> attachments(const std::string&,
                                                              std::stop_token) override {
    return unused();
  }
  Result<upstream::RemoteAttachment> attachment(const std::string&, const std::string&,
                                                std::stop_token) override {
    return unused();
  }
  Result<std::optional<v1::LocalizedText>> body(const std::string& id, std::stop_token) override {
    const std::scoped_lock guard(mutex_);
    fetched_.push_back(id + " body");
    const auto found = bodies_.find(id);
    return found == bodies_.end() ? std::optional<v1::LocalizedText>() : found->second;
  }
  Result<std::optional<upstream::RemotePayment>> payment(const std::string&,
                                                         std::stop_token) override {
    return unused();
  }
  Result<std::vector<upstream::RemoteSenderApplication>> sender_applications(
      std::stop_token) override {
    return unused();
  }
  Result<upstream::RemoteMessageType> message_type(const std::string&, std::stop_token) override {
    return unused();
  }
  Result<upstream::RemoteSenderApplication> sender_application(const std::string&,
                                                               std::stop_token) override {
    return unused();
  }
  Result<upstream::RemoteSenderOrganisation> sender_organisation(const std::string&,
                                                                 std::stop_token) override {
    return unused();
  }
  Result<std::string> image(upstream::ImageOwner, const std::string&, const std::string&,
                            std::stop_token) override {
    return unused();
  }
  Result<void> set_visible(std::span<const upstream::VisibilityChange>, std::stop_token) override {
    return unused();
  }
  Result<upstream::ReplyOutcome> reply(const upstream::ReplyMessage& reply,
                                       std::stop_token) override {
    if (on_reply) return on_reply(reply);
    return unused();
  }

  std::vector<std::string> rejected;

 private:
  static Error unused() {
    return Error{.kind = ErrorKind::unimplemented,
                 .code = "upstream.not_supported",
                 .message = "Asking the e-Box in memory: it does not have this operation."};
  }
  static upstream::RemoteAttachment attachment(const std::string& id, bool main) {
    upstream::RemoteAttachment result;
    result.id = id;
    result.file_name = id + ".pdf";
    result.media_type = "application/pdf";
    result.main_content = main;
    return result;
  }

  const std::string provider_;
  mutable std::mutex mutex_;
  std::map<std::string, Message> messages_;
  std::map<std::string, std::string> contents_;
  std::vector<std::string> received_after_;
  std::vector<std::string> fetched_;
  std::map<std::string, v1::LocalizedText> bodies_;
};

}  // namespace semafoor::mailbox
