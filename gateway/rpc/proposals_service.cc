// SPDX-License-Identifier: Apache-2.0
#include "gateway/proposals/proposals.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/proposals.grpc.pb.h"

namespace semafoor::rpc {
namespace {

constexpr int kMostItems = 500;

template <typename Request>
Result<int> tolerance_of(const Request& request) {
  if (!request.has_amount_tolerance()) return proposals::kUsualTolerance;
  if (request.amount_tolerance() < 0 || request.amount_tolerance() > proposals::kMostTolerance)
    return invalid("amountTolerance",
                   "An amount may differ by 0 to 1000 hundredths of a percent. Send one of those, "
                   "or none.");
  return request.amount_tolerance();
}

// What `request` asks, without its place in the listing.
Result<proposals::Question> question_of(const v1::ProposeAnswersRequest& request) {
  proposals::Question question;
  auto tolerance = tolerance_of(request);
  if (!tolerance.ok()) return tolerance.error();
  question.tolerance = *tolerance;
  auto limit = page_size(request.page_size(), 100, kMostItems);
  if (!limit.ok()) return limit.error();
  question.filter.limit = *limit;
  if (request.signal_ids_size() > kMostItems)
    return invalid("signalIds", "Ask for at most 500 signals in one call.");
  for (const std::string& id : request.signal_ids()) {
    if (auto fine = check_id(id, "signalIds"); !fine.ok()) return fine.error();
    question.ids.push_back(id);
  }
  for (const std::string& type : request.signal_types()) {
    if (auto fine = check_id(type, "signalTypes"); !fine.ok()) return fine.error();
    question.filter.signal_types.push_back(type);
  }
  if (auto fine = check_length(request.assignee_id(), 128, "assigneeId"); !fine.ok())
    return fine.error();
  if (auto fine = check_length(request.team(), 128, "team"); !fine.ok()) return fine.error();
  question.filter.assignee_id = request.assignee_id();
  question.filter.team = request.team();
  question.proposed_only = request.proposed_only();
  return question;
}

// The person: whom the request names, who is the one that the call names, if it does.
Result<void> check_reviewer(const Call& call, const v1::SubmitReviewedRequest& request) {
  const v1::Actor& by = request.reviewed_by();
  if (auto fine = check_actor(by, "reviewedBy"); !fine.ok()) return fine;
  if (!by.id().empty() && !call.act.actor_id.empty() && call.act.actor_id != by.id())
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "proposals.reviewer_differs",
                 .message =
                     "Submitting reviewed answers: the call is made by somebody else than "
                     "who reviewed them. Let each person submit what they reviewed.",
                 .field = "reviewedBy"};
  if (!request.reviewed())
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "proposals.not_reviewed",
                 .message =
                     "Submitting reviewed answers: the request does not say that they were "
                     "reviewed. Set \"reviewed\" once a person has looked at each of them.",
                 .field = "reviewed"};
  return {};
}

Result<proposals::Review> review_of(const Call& call, const v1::SubmitReviewedRequest& request) {
  if (request.items().empty() || request.items_size() > kMostItems)
    return invalid("items", "Send 1 to 500 answers in one call.");
  if (auto fine = check_reviewer(call, request); !fine.ok()) return fine.error();
  auto tolerance = tolerance_of(request);
  if (!tolerance.ok()) return tolerance.error();
  return proposals::Review{.items = {request.items().begin(), request.items().end()},
                           .reviewed_by = request.reviewed_by(),
                           .tolerance = *tolerance};
}

Error none_here() {
  return failure(ErrorKind::unimplemented, "proposals.off",
                 "A proposal was asked for; this gateway makes none.");
}

class ProposalsService final : public v1::Proposals::CallbackService {
 public:
  ProposalsService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ProposeAnswers(Context* context,
                                           const v1::ProposeAnswersRequest* request,
                                           v1::ProposeAnswersResponse* response) override {
    return gate_.on_pool(*context, Method::propose_answers, need(*request),
                         [this, request, response](const Call& call) -> Result<void> {
                           return propose(call, *request, *response);
                         });
  }

  // Ends in the store's commit callback, as SubmitFeedback.
  grpc::ServerUnaryReactor* SubmitReviewed(Context* context,
                                           const v1::SubmitReviewedRequest* request,
                                           v1::SubmitReviewedResponse* response) override {
    return gate_.later(*context, Method::submit_reviewed, need(*request),
                       [&](const Call& call, const Gate::Finish& finish) {
                         auto stored = gate_.guarded([&]() -> Result<void> {
                           return submit(call, *request, *response, finish);
                         });
                         if (!stored.ok()) finish(stored);
                       });
  }

 private:
  template <typename Request>
  static Need need(const Request& request) {
    return {.organisation = &request.organisation(), .module = v1::MODULE_FEEDBACK};
  }

  Result<void> propose(const Call& call, const v1::ProposeAnswersRequest& request,
                       v1::ProposeAnswersResponse& response) {
    if (rooms_.proposals == nullptr) return none_here();
    auto listed = list_page(
        request, response, question_of(request),
        [&](const auto& question) { return rooms_.proposals->propose(call.org(), question); },
        [](auto& to) { return to.add_proposals(); });
    if (!listed.ok() || response.proposals().empty()) return listed;
    audit::Reading reading{
        .org = call.org(),
        .entry = {.what = "proposal.list",
                  .act = call.act,
                  .subject_kind = "signal",
                  .detail = std::to_string(response.proposals_size()) + " looked at"}};
    for (const v1::Proposal& proposal : response.proposals())
      reading.signals.push_back(proposal.signal_id());
    return rooms_.recorder.record(std::move(reading));
  }

  Result<void> submit(const Call& call, const v1::SubmitReviewedRequest& request,
                      v1::SubmitReviewedResponse& response, const Gate::Finish& finish) {
    if (rooms_.proposals == nullptr) return none_here();
    auto review = review_of(call, request);
    if (!review.ok()) return review.error();
    rooms_.proposals->submit(call.org(), std::move(*review), call.act,
                             [&response, finish](Result<proposals::Reviewed> reviewed) {
                               if (!reviewed.ok()) return finish(reviewed.error());
                               for (v1::SubmitFeedbackResult& result : reviewed->submission.results)
                                 *response.add_results() = std::move(result);
                               response.set_review_id(reviewed->review_id);
                               finish({});
                             });
    return {};
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_proposals_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ProposalsService>(gate, rooms);
}

}  // namespace semafoor::rpc
