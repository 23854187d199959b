// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

using Clock = std::chrono::steady_clock;

bool is_running(const Json& operation) {
  const std::string state = as_text(operation, "state");
  return state.empty() || state == "OPERATION_STATE_UNSPECIFIED" ||
         state == "OPERATION_STATE_RUNNING";
}

// The operation belongs to the gateway and goes on without us: a gateway that is away for a moment
// is only waited for.
Json follow(Session& session, Output& output, const std::string& id, std::chrono::seconds limit) {
  const auto until = Clock::now() + limit;
  Json operation{{"operationId", id}};
  while (true) {
    try {
      operation = session.call("ebox", "Modules/GetOperation", {{"operationId", id}})
                      .value("operation", Json::object());
      if (!is_running(operation)) return operation;
      output.progress("synchronising: " + as_text(operation, "phase"),
                      as_number(operation.value("done", Json(0))),
                      as_number(operation.value("total", Json(0))));
    } catch (const shim::Error& error) {
      if (!error.retryable() || Clock::now() >= until) throw;
      output.progress("waiting for the gateway", 0, 0);
    }
    if (Clock::now() >= until) return operation;
    // Sooner when the plugin says that there is news.
    session.news().wait_for(std::chrono::milliseconds(250));
  }
}

}  // namespace

ExitCode synchronise(Session& session, Output& output, const SyncRequest& request) {
  const Json started = session.call("ebox", "Mailbox/Synchronise", Json::object());
  const std::string id = as_text(started, "operationId");
  if (!request.wait) {
    output.document(started);
    output.line("synchronisation " + id +
                (started.value("joined", false) ? " runs already" : " began"));
    return kDone;
  }
  const Json operation = follow(session, output, id, request.limit);
  output.progress_done();
  output.document(operation);
  const std::string state = short_name(as_text(operation, "state"), "OPERATION_STATE_");
  const std::string problem = as_text(operation, "problem");
  output.line("synchronisation " + state + ": " + as_text(operation, "done") + " of " +
              as_text(operation, "total") + (problem.empty() ? "" : "; " + problem));
  if (is_running(operation)) {
    output.line("it still runs after " + std::to_string(request.limit.count()) +
                " s and goes on without us");
    return kTryLater;
  }
  return state == "succeeded" ? kDone : state == "partial" ? kPartly : kFailed;
}

}  // namespace semafoor::reference_host
