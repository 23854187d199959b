// SPDX-License-Identifier: Apache-2.0
//
// The plugin "feedback": answers. Makes the client id of an answer once, before the first try, so
// that a repeated call is never a second answer.
#include "plugins/kit/plugin.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/feedback/code_cache.h"
#include "plugins/kit/uuid.h"
#include "semafoor/v1/channels.pb.h"
#include "semafoor/v1/local.pb.h"
#include "semafoor/v1/proposals.pb.h"

namespace semafoor::feedback {
namespace {

using kit::CallContext;
using kit::Done;
using kit::Failure;
using kit::Instance;
using kit::Nothing;

CodeCache& cache_of(Instance& instance) {
  return static_cast<CodeCache&>(*instance.state());
}

int today() {
  const std::chrono::year_month_day day(
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return static_cast<int>(day.year()) * 10'000 +
         static_cast<int>(static_cast<unsigned>(day.month())) * 100 +
         static_cast<int>(static_cast<unsigned>(day.day()));
}

Done make_client_ids(Instance& /*instance*/, google::protobuf::Message& message) {
  for (auto& item : *static_cast<v1::SubmitFeedbackRequest&>(message).mutable_items())
    if (item.client_id().empty()) item.set_client_id(kit::make_uuid());
  return Nothing{};
}

Done make_reviewed_ids(Instance& /*instance*/, google::protobuf::Message& message) {
  for (auto& item : *static_cast<v1::SubmitReviewedRequest&>(message).mutable_items())
    if (item.draft().client_id().empty()) item.mutable_draft()->set_client_id(kit::make_uuid());
  return Nothing{};
}

void put_client_ids(const std::vector<std::string>& ids, Failure& failure) {
  auto details = nlohmann::json::parse(failure.details_json, nullptr, false);
  if (!details.is_object()) details = nlohmann::json::object();
  details["client_ids"] = ids;
  failure.details_json = details.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

// The host must be able to repeat the call under the same ids, also when it let the plugin make
// them.
void tell_client_ids(Instance& /*instance*/, const google::protobuf::Message& message,
                     Failure& failure) {
  std::vector<std::string> ids;
  for (const auto& item : static_cast<const v1::SubmitFeedbackRequest&>(message).items())
    ids.push_back(item.client_id());
  put_client_ids(ids, failure);
}

void tell_reviewed_ids(Instance& /*instance*/, const google::protobuf::Message& message,
                       Failure& failure) {
  std::vector<std::string> ids;
  for (const auto& item : static_cast<const v1::SubmitReviewedRequest&>(message).items())
    ids.push_back(item.draft().client_id());
  put_client_ids(ids, failure);
}

Done validate(Instance& instance, const google::protobuf::Message& message,
              google::protobuf::Message& answer, const CallContext& context) {
  auto codes = cache_of(instance).get(instance, context);
  if (!codes) return std::move(codes.failure());
  auto& response = static_cast<v1::ValidateFeedbackResponse&>(answer);
  const auto& items = static_cast<const v1::ValidateFeedbackRequest&>(message).items();
  for (int i = 0; i < items.size(); ++i) {
    if (const auto problem = problem_of(items[i], **codes, today())) {
      auto* one = response.add_problems();
      one->set_index(i);
      *one->mutable_problem() = *problem;
    }
  }
  return Nothing{};
}

std::unique_ptr<kit::PluginState> make_state() {
  return std::make_unique<CodeCache>();
}

// The list changed while answers were being judged: what the host checks next is checked against
// the new one.
void watch_for_changes(Instance& instance, const v1::Event& event) {
  if (event.type() == "feedback.refused" || event.type() == "feedback.dead_letter")
    cache_of(instance).forget();
}

}  // namespace
}  // namespace semafoor::feedback

namespace semafoor::kit {

const Definition& definition() {
  static const auto* const plugin = [] {
    auto* made = new Definition{.id = "feedback",
                                .name = "Feedback",
                                .module = v1::MODULE_FEEDBACK,
                                .on_event = &feedback::watch_for_changes,
                                .make_state = &feedback::make_state};
    made->methods = methods_of(v1::ListFeedbackRequest::descriptor(), "Feedback");
    auto& submit = method_named(made->methods, "Feedback/SubmitFeedback");
    submit.before = &feedback::make_client_ids;
    submit.after_failure = &feedback::tell_client_ids;
    auto proposals = methods_of(v1::ProposeAnswersRequest::descriptor(), "Proposals");
    auto& reviewed = method_named(proposals, "Proposals/SubmitReviewed");
    reviewed.before = &feedback::make_reviewed_ids;
    reviewed.after_failure = &feedback::tell_reviewed_ids;
    made->methods.insert(made->methods.end(), proposals.begin(), proposals.end());
    auto modules = methods_of(v1::GetOperationRequest::descriptor(), "Modules");
    made->methods.push_back(method_named(modules, "Modules/GetOperation"));
    auto channels = methods_of(v1::GetChannelRequest::descriptor(), "Channels");
    made->methods.insert(made->methods.end(), channels.begin(), channels.end());
    auto local = methods_of(v1::ValidateFeedbackRequest::descriptor(), "LocalFeedback");
    method_named(local, "LocalFeedback/ValidateFeedback").local = &feedback::validate;
    made->methods.insert(made->methods.end(), local.begin(), local.end());
    return made;
  }();
  return *plugin;
}

}  // namespace semafoor::kit
