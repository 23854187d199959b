// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

// The service takes no more at once.
constexpr size_t kLargestBatch = 500;

std::string problem_text(const Json& problem, const std::string& language) {
  const std::string text = localized(problem.value("text", Json()), language);
  const std::string field = as_text(problem, "field");
  return as_text(problem, "code") + ": " + (text.empty() ? as_text(problem, "message") : text) +
         (field.empty() ? "" : " (" + field + ")");
}

ExitCode check(Session& session, Output& output, const Json& drafts) {
  const Json document =
      session.call("feedback", "LocalFeedback/ValidateFeedback", {{"items", drafts}});
  output.document(document);
  const Json problems = document.value("problems", Json::array());
  for (const Json& problem : problems)
    output.line("answer " + std::to_string(as_number(problem.value("index", Json(0))) + 1) + ": " +
                problem_text(problem.value("problem", Json()), output.language()));
  if (problems.empty()) output.line(std::to_string(drafts.size()) + " answers, all good");
  return problems.empty() ? kDone : kPartly;
}

}  // namespace

ExitCode tell_results(Output& output, const Json& results) {
  size_t refused = 0;
  for (const Json& result : results) {
    const Json problem = result.value("problem", Json());
    if (problem.is_object()) {
      ++refused;
      output.line("refused " + as_text(result, "clientId") + ": " +
                  problem_text(problem, output.language()));
    } else {
      const Json feedback = result.value("feedback", Json::object());
      output.line((result.value("repeatedSubmission", false) ? "known   " : "stored  ") +
                  as_text(result, "clientId") + ": " + as_text(feedback, "code") + ", " +
                  short_name(as_text(feedback, "state"), "FEEDBACK_STATE_"));
    }
  }
  output.line(std::to_string(results.size() - refused) + " answers stored, " +
              std::to_string(refused) + " refused");
  return refused == 0 ? kDone : kPartly;
}

ExitCode answer(Session& session, Output& output, const Json& drafts, bool only_check) {
  if (only_check) return check(session, output, drafts);
  Json results = Json::array();
  for (size_t from = 0; from < drafts.size(); from += kLargestBatch) {
    Json batch = Json::array();
    for (size_t i = from; i < drafts.size() && batch.size() < kLargestBatch; ++i)
      batch.push_back(drafts[i]);
    output.progress("answers", static_cast<int64_t>(from), static_cast<int64_t>(drafts.size()));
    Json document = session.call("feedback", "Feedback/SubmitFeedback", {{"items", batch}});
    for (Json& result : document["results"]) results.push_back(std::move(result));
  }
  output.progress_done();
  output.document({{"results", results}});
  return tell_results(output, results);
}

}  // namespace semafoor::reference_host
