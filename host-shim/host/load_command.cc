// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

std::vector<std::string> ids_of(const Json& description) {
  std::vector<std::string> ids;
  for (const Json& plugin : description["plugins"]) ids.push_back(as_text(plugin, "id"));
  return ids;
}

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

// Asks the gateway through each plugin: is it there, is the module enabled, which versions.
ExitCode status(Session& session, Output& output) {
  const Json description = Json::parse(session.plugins().describe());
  Json document{{"organisation", as_text(session.config(), "organisation")},
                {"plugins", Json::array()}};
  ExitCode code = kDone;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& id : ids_of(description)) {
    Json entry{{"id", id}};
    std::string said;
    try {
      const Json handshake = session.call(id, "Modules/Handshake", Json::object());
      entry["state"] = "ready";
      entry["handshake"] = handshake;
      said = "gateway " + as_text(handshake, "gatewayVersion") + ", " +
             localized(handshake.value("organisationName", Json()), output.language());
    } catch (const shim::Error& error) {
      entry["state"] = error.status_name();
      entry["error"] = error_document(error)["error"];
      said = error.what();
      code = error.status() == SEMAFOOR_E_GATEWAY_ABSENT ? kTryLater : kFailed;
    }
    rows.push_back({id, as_text(entry, "state"), said});
    document["plugins"].push_back(std::move(entry));
  }
  output.document(document);
  output.table({"PLUGIN", "STATE", ""}, rows);
  return code;
}

}  // namespace semafoor::reference_host
