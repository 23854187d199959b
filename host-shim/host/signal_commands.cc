// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

ExitCode tell_signal(Output& output, const Json& document, const std::string& what) {
  output.document(document);
  const Json signal = document.value("signal", Json::object());
  output.line("signal " + as_text(signal, "signalId") + " " + what + ", state " +
              short_name(as_text(signal, "state"), "SIGNAL_STATE_"));
  return kDone;
}

}  // namespace

// The plugin asks this program's dossier file (semafoor.dossiers/1) and records the answers.
ExitCode resolve(Session& session, Output& output, bool retry_unmatched, bool has_dossiers) {
  if (!has_dossiers)
    throw WrongUse("to resolve persons to dossiers this program needs --dossiers FILE");
  const Json document = session.call("knipperlicht", "LocalSignals/ResolveDossiers",
                                     {{"retryUnmatched", retry_unmatched}});
  output.document(document);
  output.line(std::to_string(as_number(document.value("asked", Json(0)))) + " asked, " +
              std::to_string(as_number(document.value("matched", Json(0)))) + " matched, " +
              std::to_string(as_number(document.value("withoutDossier", Json(0)))) +
              " without a dossier here");
  return kDone;
}

ExitCode assign(Session& session, Output& output, const Assignment& assignment) {
  Json request{{"signalId", assignment.signal}};
  if (!assignment.id.empty() || !assignment.name.empty()) {
    request["assignee"] = {{"id", assignment.id},
                           {"name", assignment.name.empty() ? assignment.id : assignment.name}};
  }
  const std::string whom =
      assignment.id.empty() ? "belongs to nobody" : "is assigned to " + assignment.id;
  return tell_signal(output, session.call("knipperlicht", "Signals/AssignSignal", request), whom);
}

ExitCode mark_investigated(Session& session, Output& output, const std::string& signal) {
  return tell_signal(
      output, session.call("knipperlicht", "Signals/MarkInvestigated", {{"signalId", signal}}),
      "is investigated");
}

}  // namespace semafoor::reference_host
