// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

// What each plugin is asked to see whether it works, and what of it is counted.
struct Probe {
  const char* plugin;
  const char* method;
  const char* counted;
  const char* filter;
};
constexpr std::array<Probe, 3> kProbes{{
    {"ebox", "Mailbox/ListMessages", "messages not seen", R"({"pageSize":1,"unseenOnly":true})"},
    {"knipperlicht", "Signals/ListSignals", "signals to look at",
     R"({"pageSize":1,"states":["SIGNAL_STATE_RECEIVED","SIGNAL_STATE_ASSIGNED",
         "SIGNAL_STATE_INVESTIGATED","SIGNAL_STATE_ANSWER_REFUSED"]})"},
    {"feedback", "Feedback/ListFeedback", "answers on their way",
     R"({"pageSize":1,"states":["FEEDBACK_STATE_QUEUED","FEEDBACK_STATE_SENDING",
         "FEEDBACK_STATE_SENT","FEEDBACK_STATE_OUTCOME_UNKNOWN"]})"},
}};

}  // namespace

// Says of every plugin whether it can be used; needs no gateway.
ExitCode load(Session& session, Output& output) {
  Json description = Json::parse(session.plugins().describe());
  const bool can_start = session.config().contains("organisation");
  ExitCode code = kDone;
  std::vector<std::vector<std::string>> rows;
  for (Json& plugin : description["plugins"]) {
    const std::string id = as_text(plugin, "id");
    std::string reason;
    try {
      session.plugins().load(id);
      plugin["state"] = "loaded";
      if (can_start) {
        session.plugin(id);
        plugin["state"] = "started";
      }
    } catch (const shim::Error& error) {
      plugin["state"] = "refused";
      plugin["error"] = error_document(error)["error"];
      reason = error.what();
      code = kFailed;
    }
    rows.push_back({id, as_text(plugin, "version"), as_text(plugin, "state"), reason});
  }
  output.document(description);
  output.table({"PLUGIN", "VERSION", "STATE", "REASON"}, rows);
  for (const Json& skipped : description["skipped"])
    output.line("skipped " + as_text(skipped, "path") + ": " + as_text(skipped, "reason"));
  if (rows.empty()) {
    output.line("no plugin was found");
    code = kFailed;
  }
  return code;
}

// Asks the gateway through each plugin: is it there, is the module enabled, how much is to do.
ExitCode status(Session& session, Output& output) {
  Json document{{"organisation", as_text(session.config(), "organisation")},
                {"plugins", Json::array()}};
  ExitCode code = kDone;
  std::vector<std::vector<std::string>> rows;
  for (const Probe& probe : kProbes) {
    Json entry{{"id", probe.plugin}};
    std::string said;
    try {
      const Json page = session.call(probe.plugin, probe.method, Json::parse(probe.filter));
      const int64_t count = as_number(page.value("totalCount", Json(0)));
      entry["state"] = "ready";
      entry["count"] = count;
      entry["counted"] = probe.counted;
      said = std::to_string(count) + " " + probe.counted;
    } catch (const shim::Error& error) {
      entry["state"] = error.status_name();
      entry["error"] = error_document(error)["error"];
      said = error.what();
      code = error.status() == SEMAFOOR_E_GATEWAY_ABSENT ? kTryLater : kFailed;
    }
    rows.push_back({probe.plugin, as_text(entry, "state"), said});
    document["plugins"].push_back(std::move(entry));
  }
  output.document(document);
  output.table({"PLUGIN", "STATE", ""}, rows);
  return code;
}

}  // namespace semafoor::reference_host
