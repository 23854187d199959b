// SPDX-License-Identifier: Apache-2.0
//
// One function per command. Each returns an exit code; what goes wrong is thrown (shim::Error,
// WrongUse) and told by main.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "host-shim/host/exit_codes.h"
#include "host-shim/host/output.h"
#include "host-shim/host/session.h"

namespace semafoor::reference_host {

// list_command.cc
struct ListRequest {
  // messages, signals, feedback, families, codes or types.
  std::string what;
  bool all = false;
  int page_size = 0;
  std::string changed_since;
  std::vector<std::string> families;
  std::string search;
  bool unseen = false;
  std::vector<std::string> states;
  std::vector<std::string> match_states;
  std::string signal;
};
ExitCode list(Session& session, Output& output, const ListRequest& request);
// All pages of a list, in one document; {"messages":[...],"totalCount":"2","cursor":"..."}.
Json fetch_list(Session& session, Output& output, const ListRequest& request);
ExitCode show(Session& session, Output& output, const std::string& what, const std::string& id);

// load_command.cc
ExitCode load(Session& session, Output& output);
ExitCode status(Session& session, Output& output);

// sync_command.cc
struct SyncRequest {
  bool wait = false;
  std::chrono::seconds limit{600};
};
ExitCode synchronise(Session& session, Output& output, const SyncRequest& request);

// watch_command.cc
struct WatchRequest {
  // Empty: all three.
  std::vector<std::string> plugins;
  uint64_t most = 0;
  std::optional<std::chrono::milliseconds> time;
  bool acknowledge = true;
};
ExitCode watch(Session& session, Output& output, const WatchRequest& request);

// signal_commands.cc
ExitCode resolve(Session& session, Output& output, bool retry_unmatched, bool has_dossiers);
struct Assignment {
  std::string signal;
  // Both empty: to nobody.
  std::string id;
  std::string name;
};
ExitCode assign(Session& session, Output& output, const Assignment& assignment);
ExitCode mark_investigated(Session& session, Output& output, const std::string& signal);

// feedback_commands.cc
ExitCode answer(Session& session, Output& output, const Json& drafts, bool only_check);
// What became of each answer, as text.
ExitCode tell_results(Output& output, const Json& results);

// proposal_commands.cc
struct ProposeRequest {
  std::vector<std::string> signals;
  std::string assignee;
  std::vector<std::string> types;
  // JSON: what is proposed, for a person to look at and for `review`; empty: none is written.
  std::string file;
};
ExitCode propose(Session& session, Output& output, const ProposeRequest& request);
struct ReviewRequest {
  std::string file;
  // The person says so.
  bool reviewed = false;
  std::string by;
  std::string by_name;
};
ExitCode review(Session& session, Output& output, const ReviewRequest& request);

// save_command.cc
struct SaveRequest {
  // Empty with `all`.
  std::string message;
  std::string attachment;
  bool all = false;
  std::string folder;
  std::string name;
  bool overwrite = false;
};
ExitCode save(Session& session, Output& output, const SaveRequest& request);
ExitCode mark_seen(Session& session, Output& output, const std::vector<std::string>& messages);

// call_command.cc: any method, request and answer as they are.
ExitCode call(Session& session, Output& output, const std::string& plugin,
              const std::string& method, const std::string& request);

}  // namespace semafoor::reference_host
