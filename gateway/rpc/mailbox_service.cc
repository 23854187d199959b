// SPDX-License-Identifier: Apache-2.0
#include "gateway/domain/text.h"
#include "gateway/rpc/attachment_stream.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/mailbox.grpc.pb.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostMarked = 500;

// Every method by callback; the attachment's bytes pass without being parsed or copied.
using MailboxBase = v1::Mailbox::WithCallbackMethod_ListMessages<
    v1::Mailbox::WithCallbackMethod_GetMessage<v1::Mailbox::WithRawCallbackMethod_ReadAttachment<
        v1::Mailbox::WithCallbackMethod_MarkSeen<v1::Mailbox::WithCallbackMethod_ListFamilies<
            v1::Mailbox::WithCallbackMethod_Synchronise<v1::Mailbox::Service>>>>>>;

// What `request` asks, without its page.
Result<store::MessageQuery> query_of(const v1::ListMessagesRequest& request) {
  store::MessageQuery query;
  auto limit = page_size(request.page_size(), 50, 200);
  if (!limit.ok()) return limit.error();
  query.limit = *limit;
  auto since = read_cursor(request.changed_since(), "changedSince");
  if (!since.ok()) return since.error();
  query.changed_since = *since;
  for (const int family : request.families()) {
    if (!v1::MessageFamily_IsValid(family) || family == v1::MESSAGE_FAMILY_UNSPECIFIED)
      return invalid("families", "A message family is not known. Use those of ListFamilies.");
    query.families.push_back(static_cast<v1::MessageFamily>(family));
  }
  if (auto fine = check_length(request.search(), 200, "search"); !fine.ok()) return fine.error();
  query.words = domain::words_of(request.search());
  auto from = day_of(request.received().has_from(), request.received().from(), "received.from");
  if (!from.ok()) return from.error();
  auto to = day_of(request.received().has_to(), request.received().to(), "received.to");
  if (!to.ok()) return to.error();
  if (*from) query.received_from_ms = belgian_midnight_ms(**from);
  if (*to) query.received_before_ms = belgian_midnight_ms(next_day(**to));
  query.unseen_only = request.unseen_only();
  return query;
}

class MailboxService final : public MailboxBase {
 public:
  MailboxService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ListMessages(Context* context, const v1::ListMessagesRequest* request,
                                         v1::ListMessagesResponse* response) override {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.on_pool(*context, Method::list_messages, need,
                         [this, request, response](const Call& call) -> Result<void> {
                           return list(call, *request, *response);
                         });
  }

  grpc::ServerUnaryReactor* GetMessage(Context* context, const v1::GetMessageRequest* request,
                                       v1::GetMessageResponse* response) override {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.now(*context, Method::get_message, need, [&](const Call& call) -> Result<void> {
      if (auto fine = check_id(request->message_id(), "messageId"); !fine.ok()) return fine;
      auto message = rooms_.mailbox.get(call.org(), request->message_id());
      if (!message.ok()) return message.error();
      *response->mutable_message() = std::move(*message);
      return rooms_.recorder.record({.org = call.org(),
                                     .entry = {.what = "message.read",
                                               .act = call.act,
                                               .subject_kind = "message",
                                               .subject_id = request->message_id()}});
    });
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* ReadAttachment(
      Context* context, const grpc::ByteBuffer* request) override {
    return read_attachment(gate_, rooms_.mailbox, rooms_.recorder, *context, *request);
  }

  grpc::ServerUnaryReactor* MarkSeen(Context* context, const v1::MarkSeenRequest* request,
                                     v1::MarkSeenResponse* response) override {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.on_pool(
        *context, Method::mark_seen, need,
        [this, request, response](const Call& call) -> Result<void> {
          if (request->message_ids().empty() || request->message_ids_size() > kMostMarked)
            return invalid("messageIds", "Name 1 to 500 messages in one call.");
          std::vector<std::string> ids(request->message_ids().begin(),
                                       request->message_ids().end());
          for (const std::string& id : ids)
            if (auto fine = check_id(id, "messageIds"); !fine.ok()) return fine;
          auto seen = rooms_.mailbox.mark_seen(call.org(), ids, call.actor(), call.act);
          if (!seen.ok()) return seen.error();
          for (v1::Message& message : *seen) *response->add_messages() = std::move(message);
          return {};
        });
  }

  grpc::ServerUnaryReactor* ListFamilies(Context* context, const v1::ListFamiliesRequest* request,
                                         v1::ListFamiliesResponse* response) override {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.on_pool(*context, Method::list_families, need,
                         [this, response](const Call& call) -> Result<void> {
                           auto families = rooms_.mailbox.families(call.org());
                           if (!families.ok()) return families.error();
                           for (v1::Family& family : *families)
                             *response->add_families() = std::move(family);
                           return {};
                         });
  }

  grpc::ServerUnaryReactor* Synchronise(Context* context, const v1::SynchroniseRequest* request,
                                        v1::SynchroniseResponse* response) override {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.on_pool(*context, Method::synchronise, need,
                         [this, response](const Call& call) -> Result<void> {
                           auto started = rooms_.mailbox_sync.synchronise(call.org(), call.act);
                           if (!started.ok()) return started.error();
                           response->set_operation_id(started->operation_id);
                           response->set_joined(started->joined);
                           return {};
                         });
  }

 private:
  Result<void> list(const Call& call, const v1::ListMessagesRequest& request,
                    v1::ListMessagesResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) { return rooms_.mailbox.list(call.org(), query); },
        [](auto& to) { return to.add_messages(); });
    if (!listed.ok() || response.messages().empty()) return listed;
    return rooms_.recorder.record(
        {.org = call.org(),
         .entry = {.what = "message.list",
                   .act = call.act,
                   .subject_kind = "message",
                   .detail = std::to_string(response.messages_size()) + " shown"}});
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_mailbox_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<MailboxService>(gate, rooms);
}

}  // namespace semafoor::rpc
