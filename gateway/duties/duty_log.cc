// SPDX-License-Identifier: Apache-2.0
#include "gateway/duties/duty_log.h"

namespace semafoor::duties {
namespace {

Result<v1::DutyStatus> current(store::Transaction& tx, const store::Org& org,
                               const std::string& duty) {
  auto all = tx.duties(org);
  if (!all) return all.error();
  for (auto& status : *all) {
    if (status.name() == duty) return status;
  }
  v1::DutyStatus status;
  status.set_name(duty);
  status.mutable_organisation()->set_value(org);
  return status;
}

}  // namespace

Result<void> record_success(store::Transaction& tx, const store::Org& org, const std::string& duty,
                            std::int64_t now_ms) {
  auto status = current(tx, org, duty);
  if (!status) return status.error();
  status->mutable_last_attempt()->set_unix_ms(now_ms);
  status->mutable_last_success()->set_unix_ms(now_ms);
  status->clear_problem();
  status->clear_consecutive_failures();
  return tx.put_duty(*status);
}

Result<void> record_failure(store::Transaction& tx, const store::Org& org, const std::string& duty,
                            std::int64_t now_ms, const std::string& problem) {
  auto status = current(tx, org, duty);
  if (!status) return status.error();
  status->mutable_last_attempt()->set_unix_ms(now_ms);
  status->set_problem(problem);
  status->set_consecutive_failures(status->consecutive_failures() + 1);
  return tx.put_duty(*status);
}

Result<void> record_rest(store::Transaction& tx, const store::Org& org, const std::string& duty) {
  auto status = current(tx, org, duty);
  if (!status) return status.error();
  if (status->problem().empty() && status->consecutive_failures() == 0) return {};
  status->clear_problem();
  status->clear_consecutive_failures();
  return tx.put_duty(*status);
}

std::string problem_text(const Error& error) {
  constexpr std::size_t kMost = 400;
  std::string tail = " (" + error.code;
  if (error.upstream_status != 0) tail += ", HTTP " + std::to_string(error.upstream_status);
  tail += ")";
  std::string text = error.message;
  if (text.size() + tail.size() > kMost) {
    std::size_t cut = kMost - tail.size();
    // Not in the middle of a UTF-8 sequence.
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    text.resize(cut);
  }
  return text + tail;
}

Error stopped_error(const std::string& what) {
  return Error{.kind = ErrorKind::cancelled,
               .code = "duties.stopped",
               .message = what + ": the gateway is stopping. It goes on when the gateway is back.",
               .retryable = true};
}

bool is_cancelled(const Error& error) {
  return error.kind == ErrorKind::cancelled;
}

Error rest_error(const std::string& why) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "duties.rests",
               .message = why,
               .retryable = true};
}

bool is_rest(const Error& error) {
  return error.code == "duties.rests";
}

}  // namespace semafoor::duties
