// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/tidings.h"

#include <string>
#include <utility>

#include "gateway/intake/boxes.h"

namespace semafoor::app {

std::shared_ptr<upstream::ClockSkew> make_clock_skew(JsonLog& log) {
  return std::make_shared<upstream::ClockSkew>([&log](const upstream::ClockState& state) {
    const std::string skew = std::to_string(state.skew_seconds);
    if (state.wrong)
      log.note(rpc::Journal::Level::error, "clock.wrong",
               upstream::clock_advice(state.skew_seconds), {{"skew_seconds", skew}});
    else
      log.note(rpc::Journal::Level::info, "clock.right",
               "This machine's clock agrees with the authorization server's again.",
               {{"skew_seconds", skew}});
  });
}

v1::ClockStatus clock_status(const upstream::ClockState& state) {
  v1::ClockStatus status;
  status.set_measured(state.measured);
  status.set_skew_seconds(state.skew_seconds);
  status.set_wrong(state.wrong);
  if (state.wrong) status.set_problem(upstream::clock_advice(state.skew_seconds));
  return status;
}

void note_intake(JsonLog& log, const intake::Outcome& one) {
  using Level = rpc::Journal::Level;
  const std::string box(intake::box_name(one.box));
  if (one.refusal)
    return log.note(Level::warning, "intake.refused", one.refusal->message,
                    {{"organisation", one.org}, {"ebox", box}, {"code", one.refusal->code}});
  log.note(Level::info, one.duplicate ? "intake.duplicate" : "intake.taken",
           "A file of the watched folder was taken in.",
           {{"organisation", one.org}, {"ebox", box}, {"message_id", one.message_id}});
}

void note_removed(JsonLog& log, const std::string& org, std::int64_t messages) {
  log.note(rpc::Journal::Level::info, "retention.removed",
           "Messages were removed because their time was over.",
           {{"organisation", org}, {"messages", std::to_string(messages)}});
}

void note_reading(JsonLog& log, const v1::ListReading& reading) {
  const bool fine =
      reading.state() == v1::READING_STATE_READ || reading.state() == v1::READING_STATE_NO_ROWS;
  log.note(fine ? rpc::Journal::Level::info : rpc::Journal::Level::warning,
           fine ? "lists.read" : "lists.problems",
           fine ? "A document was read as a list."
                : "A list could not be read, or not all of it (semafoorctl lists bad).",
           {{"organisation", reading.organisation().value()},
            {"reading", reading.reading_id()},
            {"family", v1::MessageFamily_Name(reading.family())},
            {"rows", std::to_string(reading.rows())},
            {"bad_rows", std::to_string(reading.bad_rows())},
            {"problem", reading.problem_code()}});
}

void note_plaintext(JsonLog& log) {
  log.note(
      rpc::Journal::Level::error, "keys.plaintext",
      "Keys that sign may be files in clear: the settings say [keys] plaintext = true. Whoever "
      "gets hold of the key folder acts as the organisations. Import each one (semafoorctl "
      "credentials import), remove its file, and take the line away.");
}

void note_unsealed(JsonLog& log) {
  log.note(rpc::Journal::Level::error, "seal.none",
           "Nothing is sealed: the settings say [seal] source = \"none\". Whoever gets hold of the "
           "data folder, or of a backup, reads everything. Take the line away.");
}

void note_backup(JsonLog& log, const backup::Standing& one) {
  using Level = rpc::Journal::Level;
  if (one.operation.state() == v1::OPERATION_STATE_FAILED)
    return log.note(Level::error, "backup.failed", one.operation.problem(),
                    {{"folder", one.folder}});
  const bool whole = one.operation.state() == v1::OPERATION_STATE_SUCCEEDED;
  log.note(whole ? Level::info : Level::error, "backup.made",
           whole ? "A backup was made." : one.operation.problem(),
           {{"folder", one.folder},
            {"bytes", std::to_string(one.bytes)},
            {"attachments", std::to_string(one.attachments)},
            {"attachments_missing", std::to_string(one.attachments_missing)}});
}
audit::Refusal refused_session(const rpc::PeerIdentity& peer, const Error& error) {
  domain::Act act;
  act.caller = {.kind = domain::Caller::Kind::process,
                .account = peer.account,
                .program = peer.image,
                .pid = peer.pid};
  return {.act = std::move(act), .method = "attestation", .code = error.code, .organisation = {}};
}

}  // namespace semafoor::app
