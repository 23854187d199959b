// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/render.h"

#include <google/protobuf/util/json_util.h>

#include <array>
#include <chrono>
#include <sstream>
#include <utility>

namespace semafoor::ctl {
namespace {

constexpr std::array<std::pair<v1::Module, const char*>, 3> kModules{{
    {v1::MODULE_EBOX, "ebox"},
    {v1::MODULE_KNIPPERLICHT, "knipperlicht"},
    {v1::MODULE_FEEDBACK, "feedback"},
}};

constexpr std::array<std::pair<v1::FeedbackState, const char*>, 6> kAnswerStates{{
    {v1::FEEDBACK_STATE_QUEUED, "queued"},
    {v1::FEEDBACK_STATE_SENDING, "sending"},
    {v1::FEEDBACK_STATE_SENT, "sent"},
    {v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, "unknown"},
    {v1::FEEDBACK_STATE_DEAD_LETTER, "dead"},
    {v1::FEEDBACK_STATE_DISCARDED, "discarded"},
}};

std::string age(const v1::Instant& moment) {
  if (moment.unix_ms() == 0) return "never";
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const auto seconds = (now - moment.unix_ms()) / 1000;
  if (seconds < 120) return std::to_string(seconds) + " s ago";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min ago";
  return std::to_string(seconds / 3600) + " h ago";
}

void add_duty(std::ostringstream& page, const v1::DutyStatus& duty) {
  page << "  " << duty.name() << ": last success " << age(duty.last_success());
  if (!duty.problem().empty())
    page << "; FAILING " << duty.consecutive_failures() << " times: " << duty.problem();
  page << "\n";
}

void add_organisation(std::ostringstream& page, const v1::OrganisationStatus& one) {
  page << "\n" << organisation_line(one.organisation()) << "\n";
  page << "  messages " << one.messages() << "; attachments " << one.attachments_stored()
       << " stored, " << one.attachments_pending() << " pending, " << one.attachments_failed()
       << " failed\n";
  page << "  signals " << one.signals_total() << ", open " << one.signals_open()
       << "; duplicates suppressed " << one.duplicates_suppressed() << "\n";
  page << "  feedback " << one.feedback_queued() << " queued, " << one.feedback_sent() << " sent, "
       << one.feedback_unknown() << " outcome unknown, " << one.feedback_accepted() << " accepted, "
       << one.feedback_refused() << " refused, " << one.feedback_dead() << " dead letters\n";
  for (const auto& duty : one.duties()) add_duty(page, duty);
}

void add_disk(std::ostream& page, const v1::DiskStatus& disk) {
  page << "disk " << disk.available_bytes() / (1024 * 1024) << " of "
       << disk.capacity_bytes() / (1024 * 1024) << " MiB free";
  if (disk.room() == v1::DISK_ROOM_LOW) page << "; LOW: attachments come one at a time";
  if (disk.room() == v1::DISK_ROOM_SCARCE)
    page << "; SCARCE: nothing is fetched until there is room, answers are still taken";
  if (disk.room() == v1::DISK_ROOM_NONE) page << "; FULL: answers are refused until there is room";
  if (!disk.problem().empty()) page << "; " << disk.problem();
  page << "\n";
}

}  // namespace

std::string to_json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "{}";
  return text;
}

std::string module_name(v1::Module module) {
  for (const auto& [value, name] : kModules)
    if (value == module) return name;
  return "module " + std::to_string(module);
}

v1::Module module_of(const std::string& name) {
  for (const auto& [value, known] : kModules)
    if (name == known) return value;
  return v1::MODULE_UNSPECIFIED;
}

std::string organisation_line(const v1::Organisation& organisation) {
  std::string line = organisation.organisation().value();
  const auto& name = organisation.name();
  for (const std::string* text : {&name.nl(), &name.fr(), &name.de(), &name.en()}) {
    if (!text->empty()) {
      line += "  " + *text;
      break;
    }
  }
  line += "  modules:";
  if (organisation.enabled_modules().empty()) line += " none";
  for (const int module : organisation.enabled_modules())
    line += " " + module_name(static_cast<v1::Module>(module));
  return line;
}

std::string status_page(const v1::GetStatusResponse& status) {
  std::ostringstream page;
  page << "gateway " << status.gateway_version() << ", " << (status.ready() ? "ready" : "NOT READY")
       << ", started " << age(status.started_at()) << "; " << status.sessions()
       << " sessions; store " << status.store_bytes() / (1024 * 1024) << " MiB\n";
  add_disk(page, status.disk());
  if (status.organisations().empty())
    page << "\nNo organisation yet. Add one: semafoorctl organisations add CBE --client-id ID "
            "--key NAME\n";
  for (const auto& one : status.organisations()) add_organisation(page, one);
  return page.str();
}

v1::FeedbackState answer_state_of(const std::string& name) {
  for (const auto& [value, known] : kAnswerStates)
    if (name == known) return value;
  return v1::FEEDBACK_STATE_UNSPECIFIED;
}

std::string outbox_line(const v1::FeedbackItem& item) {
  std::string state = v1::FeedbackState_Name(item.state());
  for (const auto& [value, name] : kAnswerStates)
    if (value == item.state()) state = name;
  std::string line = item.client_id() + "  " + state + "  code " + item.code() + "  " +
                     std::to_string(item.attempts()) + " tries  given " + age(item.submitted_at());
  if (!item.last_problem().empty()) line += "\n    " + item.last_problem();
  for (const auto& decision : item.decisions()) {
    line += "\n    " + decision.action() + " by " + decision.decided_by() + " " +
            age(decision.time()) + ": " + decision.reason();
  }
  return line;
}

std::string outbox_page(const v1::ListOutboxResponse& outbox) {
  if (outbox.feedback().empty()) return "No answer is waiting.\n";
  std::string page;
  for (const auto& item : outbox.feedback()) page += outbox_line(item) + "\n";
  return page;
}

}  // namespace semafoor::ctl
