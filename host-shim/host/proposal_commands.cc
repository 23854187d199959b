// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <utility>

#include "host-shim/host/commands.h"
#include "host-shim/src/utf8_path.h"

namespace semafoor::reference_host {
namespace {

// The service takes no more at once.
constexpr size_t kLargestBatch = 500;
constexpr const char* kProposed = "PROPOSAL_OUTCOME_PROPOSED";

// As `review` takes it: what is to be sent, and beside it what the person looks at.
Json item_of(const Json& proposal, const std::string& language) {
  return {
      {"draft", {{"signalId", as_text(proposal, "signalId")}, {"code", as_text(proposal, "code")}}},
      {"signalVersion", proposal.value("signalVersion", Json("0"))},
      {"basisClientId", as_text(proposal.value("basis", Json::object()), "clientId")},
      {"why", localized(proposal.value("reason", Json()), language)}};
}

Json read_items(const std::string& path) {
  std::ifstream file(loader::path_of(path), std::ios::binary);
  if (!file) throw WrongUse("the proposals in " + path + " cannot be opened");
  Json document = Json::parse(file, nullptr, false);
  Json items = document.is_object() ? document.value("items", Json()) : Json();
  if (!items.is_array() || items.empty())
    throw WrongUse("the proposals in " + path +
                   " cannot be read: expected {\"items\":[...]} as propose --out writes it");
  for (Json& item : items)
    if (item.is_object()) item.erase("why");
  return items;
}

void keep(const Json& proposals, const std::string& path, const std::string& language) {
  Json items = Json::array();
  for (const Json& proposal : proposals)
    if (as_text(proposal, "outcome") == kProposed) items.push_back(item_of(proposal, language));
  std::ofstream file(loader::path_of(path), std::ios::binary | std::ios::trunc);
  file << Json{{"items", items}}.dump(2) << "\n";
  file.flush();
  if (!file) throw WrongUse("the proposals cannot be written to " + path);
}

Json ask_all(Session& session, Output& output, const ProposeRequest& request) {
  Json ask = Json::object();
  if (!request.signals.empty()) ask["signalIds"] = request.signals;
  if (!request.assignee.empty()) ask["assigneeId"] = request.assignee;
  if (!request.types.empty()) ask["signalTypes"] = request.types;
  ask["pageSize"] = kLargestBatch;
  Json all = Json::array();
  for (;;) {
    const Json page = session.call("feedback", "Proposals/ProposeAnswers", ask);
    const Json proposals = page.value("proposals", Json::array());
    for (const Json& one : proposals) all.push_back(one);
    output.progress("signals", static_cast<int64_t>(all.size()),
                    as_number(page.value("totalCount", Json(0))));
    const std::string next = as_text(page, "nextPageToken");
    if (next.empty()) break;
    ask["pageToken"] = next;
  }
  output.progress_done();
  return all;
}

}  // namespace

ExitCode propose(Session& session, Output& output, const ProposeRequest& request) {
  const Json proposals = ask_all(session, output, request);
  output.document({{"proposals", proposals}});
  size_t proposed = 0;
  for (const Json& one : proposals) {
    const bool is_proposed = as_text(one, "outcome") == kProposed;
    if (is_proposed) ++proposed;
    output.line(as_text(one, "signalId") + "  " +
                (is_proposed ? as_text(one, "code")
                             : short_name(as_text(one, "outcome"), "PROPOSAL_OUTCOME_")) +
                "  " + localized(one.value("reason", Json()), output.language()));
  }
  if (!request.file.empty()) keep(proposals, request.file, output.language());
  output.line(std::to_string(proposed) + " of " + std::to_string(proposals.size()) +
              " may be answered as before; nothing is stored or sent");
  return kDone;
}

ExitCode review(Session& session, Output& output, const ReviewRequest& request) {
  if (!request.reviewed)
    throw WrongUse("answers go out once a person has looked at each of them: add --reviewed");
  const Json items = read_items(request.file);
  Json results = Json::array();
  for (size_t from = 0; from < items.size(); from += kLargestBatch) {
    Json batch = Json::array();
    for (size_t i = from; i < std::min(items.size(), from + kLargestBatch); ++i)
      batch.push_back(items[i]);
    output.progress("answers", static_cast<int64_t>(from), static_cast<int64_t>(items.size()));
    Json document = session.call("feedback", "Proposals/SubmitReviewed",
                                 {{"items", batch},
                                  {"reviewedBy", {{"id", request.by}, {"name", request.by_name}}},
                                  {"reviewed", true}});
    for (Json& result : document["results"]) results.push_back(std::move(result));
  }
  output.progress_done();
  output.document({{"results", results}});
  return tell_results(output, results);
}

}  // namespace semafoor::reference_host
