// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/podmi/cloud_event.h"

#include "tests/sandbox/content/dates.h"

namespace semafoor::sandbox::podmi {
namespace {

using http::Json;

std::string type_of(const char* what) {
  return std::string(content::kSignalService) + what;
}

Json envelope(const std::string& id, const char* what, Json data) {
  return {{"specversion", "1.0"},
          {"id", id},
          {"source", content::kMailboxSource},
          {"type", type_of(what)},
          {"service", content::kSignalService},
          {"datacontenttype", "application/json"},
          {"data", std::move(data)}};
}

constexpr char kCreated[] = ".signals.notify.created";

Json write(const std::string& id, const SignalNotice& notice) {
  auto event = envelope(id, kCreated, to_data(notice.signal, notice.sequence, notice.repetition));
  event["subject"] = notice.signal.reference;
  event["time"] = content::iso_day(notice.signal.detected_on) + "T04:00:00Z";
  return event;
}

Json write(const std::string& id, const ResultNotice& notice) {
  auto event = envelope(id, ".feedback.create.result",
                        {{"schema", "X-feedback-result/1"},
                         {"evaluation", notice.verdict.evaluation},
                         {"authorityReference", notice.verdict.authority_reference},
                         {"errors", errors_to_json(notice.verdict.errors)}});
  event["relatedto"] = notice.feedback_id;
  event["relatedtosource"] = notice.feedback_source;
  return event;
}

Json write(const std::string& id, const Malformed& notice) {
  return envelope(id, kCreated,
                  {{"schema", "X-signal/1"}, {"sequence", notice.sequence}, {"ssin", 17}});
}

// Characters, not bytes: the bounds of the wire are written so.
std::size_t length_of(const std::string& utf8) {
  std::size_t count = 0;
  for (char c : utf8) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1U : 0U;
  return count;
}

void check_text(const Json& object, const char* name, bool required, std::size_t most,
                std::vector<Issue>& issues) {
  auto found = object.find(name);
  if (found == object.end()) {
    if (required) issues.push_back({name, "is missing"});
    return;
  }
  if (!found->is_string()) {
    issues.push_back({name, "must be a string"});
    return;
  }
  auto length = length_of(found->get_ref<const std::string&>());
  if (length > most || (required && length == 0)) {
    issues.push_back({name, "must have 1 to " + std::to_string(most) + " characters"});
  }
}

}  // namespace

Json to_cloud_event(const Event& event) {
  return std::visit([&](const auto& notice) { return write(event.id, notice); }, event.content);
}

Json errors_to_json(const std::vector<CodedError>& errors) {
  Json list = Json::array();
  for (const auto& error : errors) {
    list.push_back({{"code", error.code},
                    {"description", {{"nl", error.nl}, {"fr", error.fr}, {"de", error.de}}}});
  }
  return list;
}

std::vector<Issue> check_feedback(const Json& event, const std::string& organisation) {
  std::vector<Issue> issues;
  auto exactly = [&](const char* name, const std::string& wanted) {
    if (!event.contains(name) || event[name] != wanted) {
      issues.push_back({name, "must be " + wanted});
    }
  };
  exactly("specversion", "1.0");
  exactly("service", std::string(content::kSignalService));
  exactly("type", type_of(".feedback.create"));
  exactly("source", "urn:cbe:" + organisation);
  check_text(event, "id", true, 64, issues);
  if (!event.contains("data") || !event["data"].is_object()) {
    issues.push_back({"data", "must be an object"});
    return issues;
  }
  const auto& data = event["data"];
  if (!data.contains("schema") || data["schema"] != "X-feedback/1") {
    issues.push_back({"data.schema", "must be X-feedback/1"});
  }
  check_text(data, "clientReference", true, 15, issues);
  check_text(data, "signalReference", true, 20, issues);
  check_text(data, "feedbackCode", true, 32, issues);
  check_text(data, "remark", false, 256, issues);
  check_text(data, "decisionReference", false, 32, issues);
  check_text(data, "decisionDate", false, 10, issues);
  check_text(data, "agent", false, 36, issues);
  if (data.contains("decisionDate") && data["decisionDate"].is_string() &&
      !content::parse_day(data["decisionDate"].get<std::string>())) {
    issues.push_back({"decisionDate", "must be a date yyyy-mm-dd"});
  }
  return issues;
}

Feedback to_feedback(const Json& data) {
  auto rest = data;
  auto take = [&](const char* name) -> std::optional<std::string> {
    auto found = data.find(name);
    if (found == data.end()) return std::nullopt;
    rest.erase(name);
    return found->get<std::string>();
  };
  Feedback feedback;
  take("schema");
  feedback.client_reference = take("clientReference").value_or("");
  feedback.signal_reference = take("signalReference").value_or("");
  feedback.code = take("feedbackCode").value_or("");
  feedback.remark = take("remark");
  feedback.decision_reference = take("decisionReference");
  feedback.decision_date = take("decisionDate");
  feedback.agent = take("agent");
  if (!rest.empty()) feedback.others = rest.dump();
  return feedback;
}

}  // namespace semafoor::sandbox::podmi
