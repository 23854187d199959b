// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace semafoor::rpc {

// Every method there is, for metrics and the log.
enum class Method : std::size_t {
  list_messages,
  get_message,
  read_attachment,
  mark_seen,
  list_families,
  synchronise,
  list_signals,
  get_signal,
  match_signals,
  assign_signal,
  mark_investigated,
  list_signal_types,
  list_feedback_codes,
  submit_feedback,
  get_feedback,
  list_feedback,
  handshake,
  pull_events,
  stream_events,
  acknowledge_events,
  watch,
  get_operation,
  get_status,
  list_organisations,
  put_organisation,
  set_module,
  synchronise_organisation,
  list_outbox,
  replay_feedback,
  discard_feedback,
  start_backup,
  get_backup,
};

inline constexpr std::array<const char*, 32> kMethodNames{
    "Mailbox/ListMessages",       "Mailbox/GetMessage",        "Mailbox/ReadAttachment",
    "Mailbox/MarkSeen",           "Mailbox/ListFamilies",      "Mailbox/Synchronise",
    "Signals/ListSignals",        "Signals/GetSignal",         "Signals/MatchSignals",
    "Signals/AssignSignal",       "Signals/MarkInvestigated",  "Signals/ListSignalTypes",
    "Feedback/ListFeedbackCodes", "Feedback/SubmitFeedback",   "Feedback/GetFeedback",
    "Feedback/ListFeedback",      "Modules/Handshake",         "Modules/PullEvents",
    "Modules/StreamEvents",       "Modules/AcknowledgeEvents", "Modules/Watch",
    "Modules/GetOperation",       "Admin/GetStatus",           "Admin/ListOrganisations",
    "Admin/PutOrganisation",      "Admin/SetModule",           "Admin/SynchroniseOrganisation",
    "Admin/ListOutbox",           "Admin/ReplayFeedback",      "Admin/DiscardFeedback",
    "Admin/StartBackup",          "Admin/GetBackup",
};

constexpr std::size_t index_of(Method method) {
  return static_cast<std::size_t>(method);
}
constexpr const char* name_of(Method method) {
  return kMethodNames[index_of(method)];
}

}  // namespace semafoor::rpc
