// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/answers_shown.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/feedback.grpc.pb.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostItems = 500;

// What `request` asks, without its page.
Result<store::FeedbackQuery> query_of(const v1::ListFeedbackRequest& request) {
  auto query = page_query<store::FeedbackQuery>(request);
  if (!query.ok()) return query;
  for (const int state : request.states()) {
    if (state == 0 || !v1::FeedbackState_IsValid(state))
      return invalid("states", "A value of \"states\" is not known.");
    query->states.push_back(static_cast<v1::FeedbackState>(state));
  }
  if (auto fine = check_length(request.signal_id(), 64, "signalId"); !fine.ok())
    return fine.error();
  query->signal_id = request.signal_id();
  return query;
}

// Nothing is sent to the authority without a person who answers for it.
Error actor_missing() {
  return {.kind = ErrorKind::invalid_argument,
          .code = "feedback.actor_missing",
          .message =
              "Storing answers: the call names nobody who gives them. Name the user in the "
              "call's options (actor_id), or in its metadata (semafoor-actor-id-bin).",
          .field = "actor"};
}

class FeedbackService final : public v1::Feedback::CallbackService {
 public:
  FeedbackService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ListFeedbackCodes(Context* context,
                                              const v1::ListFeedbackCodesRequest* request,
                                              v1::ListFeedbackCodesResponse* response) override {
    return gate_.now(
        *context, Method::list_feedback_codes, need(*request), [&](const Call&) -> Result<void> {
          auto day = day_of(request->has_valid_on(), request->valid_on(), "validOn");
          if (!day.ok()) return day.error();
          auto codes = rooms_.feedback.codes(*day);
          if (!codes.ok()) return codes.error();
          for (const v1::FeedbackCode& code : *day ? (*codes)->valid_on(**day) : (*codes)->all())
            *response->add_codes() = code;
          response->set_list_version((*codes)->version());
          return {};
        });
  }

  // Ends in the store's commit callback: no thread waits for the disk.
  grpc::ServerUnaryReactor* SubmitFeedback(Context* context,
                                           const v1::SubmitFeedbackRequest* request,
                                           v1::SubmitFeedbackResponse* response) override {
    return gate_.later(*context, Method::submit_feedback, need(*request),
                       [&](const Call& call, const Gate::Finish& finish) {
                         if (request->items().empty() || request->items_size() > kMostItems)
                           return finish(invalid("items", "Send 1 to 500 answers in one call."));
                         if (call.act.actor_id.empty()) return finish(actor_missing());
                         auto stored = gate_.guarded([&]() -> Result<void> {
                           rooms_.feedback.submit(
                               call.org(), {request->items().begin(), request->items().end()},
                               call.actor(), call.act,
                               [response, finish](Result<feedback::Submission> submission) {
                                 if (!submission.ok()) return finish(submission.error());
                                 for (v1::SubmitFeedbackResult& result : submission->results)
                                   *response->add_results() = std::move(result);
                                 finish({});
                               });
                           return {};
                         });
                         if (!stored.ok()) finish(stored);
                       });
  }

  grpc::ServerUnaryReactor* GetFeedback(Context* context, const v1::GetFeedbackRequest* request,
                                        v1::GetFeedbackResponse* response) override {
    return gate_.now(
        *context, Method::get_feedback, need(*request), [&](const Call& call) -> Result<void> {
          if (auto fine = check_id(request->client_id(), "clientId"); !fine.ok()) return fine;
          auto item = rooms_.feedback.get(call.org(), request->client_id());
          if (!item.ok()) return item.error();
          *response->mutable_feedback() = std::move(*item);
          return rooms_.recorder.record({.org = call.org(),
                                         .entry = {.what = "feedback.read",
                                                   .act = call.act,
                                                   .subject_kind = "feedback",
                                                   .subject_id = response->feedback().client_id()},
                                         .signals = {response->feedback().signal_id()}});
        });
  }

  grpc::ServerUnaryReactor* ListFeedback(Context* context, const v1::ListFeedbackRequest* request,
                                         v1::ListFeedbackResponse* response) override {
    return gate_.on_pool(*context, Method::list_feedback, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           return list(call, *request, *response);
                         });
  }

 private:
  template <typename Request>
  static Need need(const Request& request) {
    return {.organisation = &request.organisation(), .module = v1::MODULE_FEEDBACK};
  }

  Result<void> list(const Call& call, const v1::ListFeedbackRequest& request,
                    v1::ListFeedbackResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) { return rooms_.feedback.list(call.org(), query); },
        [](auto& to) { return to.add_feedback(); });
    if (!listed.ok()) return listed;
    return record_answers(rooms_.recorder, call, "feedback.list", response.feedback());
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_feedback_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<FeedbackService>(gate, rooms);
}

}  // namespace semafoor::rpc
