// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/render.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <sstream>
#include <utility>

#include "gateway/ctl/credential_page.h"
#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

constexpr std::array<std::pair<v1::Module, const char*>, 3> kModules{{
    {v1::MODULE_EBOX, "ebox"},
    {v1::MODULE_KNIPPERLICHT, "knipperlicht"},
    {v1::MODULE_FEEDBACK, "feedback"},
}};

constexpr std::array<std::pair<v1::FeedbackState, const char*>, 9> kAnswerStates{{
    {v1::FEEDBACK_STATE_QUEUED, "queued"},
    {v1::FEEDBACK_STATE_SENDING, "sending"},
    {v1::FEEDBACK_STATE_SENT, "sent"},
    {v1::FEEDBACK_STATE_OUTCOME_UNKNOWN, "unknown"},
    {v1::FEEDBACK_STATE_DEAD_LETTER, "dead"},
    {v1::FEEDBACK_STATE_DISCARDED, "discarded"},
    {v1::FEEDBACK_STATE_UNJUDGED, "unjudged"},
    {v1::FEEDBACK_STATE_FOR_LIST, "for-list"},
    {v1::FEEDBACK_STATE_RETURNED, "returned"},
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

bool starts_with_any(const std::string& text, std::initializer_list<const char*> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&text](const char* one) { return text.starts_with(one); });
}

void add_provider(std::ostringstream& page, const v1::EboxProvider& provider) {
  page << "  e-Box provider " << provider.provider_id();
  if (!provider.api_version().empty()) page << " (" << provider.api_version() << ")";
  if (provider.standing() != v1::EBOX_PROVIDER_STANDING_ACTIVE) {
    page << ": not called: " << provider.note();
  } else if (provider.problem().empty()) {
    page << ": last success " << age(provider.last_success());
  } else if (provider.problem().find("(mailbox.") != std::string::npos) {
    // It answered, though not all of it can be used.
    page << ": FAILING: " << provider.problem();
  } else if (provider.has_last_success()) {
    page << ": NOT REACHED since " << moment(provider.last_success()) << " ("
         << age(provider.last_success()) << "): " << provider.problem();
  } else {
    page << ": NEVER REACHED: " << provider.problem();
  }
  page << "\n";
}

std::string long_name(const std::string& name, const std::string& prefix) {
  std::string text = prefix;
  for (const char c : name)
    text += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

constexpr char kFamilyPrefix[] = "MESSAGE_FAMILY_";
constexpr char kPolicyPrefix[] = "READ_POLICY_";
constexpr char kBoxPrefix[] = "EBOX_TYPE_";

std::string red(const std::string& text, bool colours) {
  return colours ? "\x1b[31m" + text + "\x1b[0m" : text;
}

void add_expiry(std::ostringstream& page, const v1::ExpiryStatus& expiry, bool colours) {
  if (expiry.expired() > 0)
    page << "  "
         << red("LOST: " + std::to_string(expiry.expired()) +
                    " messages were deleted by the provider before they were stored",
                colours)
         << "\n";
  if (expiry.expiring() == 0) return;
  page << "  "
       << red("EXPIRING: " + std::to_string(expiry.expiring()) +
                  " messages will be deleted by the provider and are not stored, " +
                  std::to_string(expiry.expiring_soon()) + " within 3 days",
              colours)
       << "\n";
  for (const auto& one : expiry.messages()) {
    std::string line = one.message_id() + "  " + family_name(one.family()) + "  in " +
                       std::to_string(one.days_left()) + " days";
    if (one.held_by_policy()) line += "; held back by the read policy \"never\"";
    if (!one.problem().empty()) line += "; " + one.problem();
    page << "    " << red(line, colours && one.days_left() <= 3) << "\n";
  }
}

void add_organisation(std::ostringstream& page, const v1::OrganisationStatus& one, bool colours) {
  page << "\n" << organisation_line(one.organisation()) << "\n";
  page << "  messages " << one.messages() << "; attachments " << one.attachments_stored()
       << " stored, " << one.attachments_pending() << " pending, " << one.attachments_failed()
       << " failed\n";
  page << "  signals " << one.signals_total() << ", open " << one.signals_open()
       << "; duplicates suppressed " << one.duplicates_suppressed() << "\n";
  page << "  feedback " << one.feedback_queued() << " queued, " << one.feedback_sent() << " sent, "
       << one.feedback_unknown() << " outcome unknown, " << one.feedback_accepted() << " accepted, "
       << one.feedback_refused() << " refused, " << one.feedback_dead() << " dead letters";
  if (one.feedback_unjudged() > 0) page << ", " << one.feedback_unjudged() << " not judged";
  page << "\n";
  add_expiry(page, one.expiry(), colours);
  if (one.has_ebox_registry_read_at())
    page << "  registry of e-Box providers read " << age(one.ebox_registry_read_at()) << "\n";
  for (const auto& provider : one.ebox_providers()) add_provider(page, provider);
  // Of each provider's duties its own line tells, unless there is more to tell.
  for (const auto& duty : one.duties())
    if (!starts_with_any(duty.name(), {"ebox.sync.", "ebox.attachments."}) ||
        (duty.name().starts_with("ebox.attachments.") && !duty.problem().empty()))
      add_duty(page, duty);
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

void add_clock(std::ostream& page, const v1::ClockStatus& clock) {
  if (!clock.measured()) return;
  page << "clock " << std::abs(clock.skew_seconds()) << " s "
       << (clock.skew_seconds() < 0 ? "behind" : "ahead of") << " the authorization server's";
  if (!clock.problem().empty()) page << "; WRONG: " << clock.problem();
  page << "\n";
}

}  // namespace

std::string moment(const v1::Instant& instant) {
  const auto seconds = static_cast<std::time_t>(instant.unix_ms() / 1000);
  const std::tm* const utc = std::gmtime(&seconds);
  char text[32];
  if (utc == nullptr || std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", utc) == 0) return {};
  return text;
}

std::string month_text(const v1::Date& date) {
  return domain::write_date(date).substr(0, 7);
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

std::string short_name(const std::string& name, std::size_t prefix) {
  std::string text = name.size() > prefix ? name.substr(prefix) : name;
  for (char& c : text) c = c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

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
  if (organisation.has_representative())
    line += "  e-Box by service provider " + organisation.representative().client_id();
  if (organisation.has_technical_account())
    line += "  technical account " + organisation.technical_account().user();
  line += "  modules:";
  if (organisation.enabled_modules().empty()) line += " none";
  for (const int module : organisation.enabled_modules())
    line += " " + module_name(static_cast<v1::Module>(module));
  return line;
}

std::string status_page(const v1::GetStatusResponse& status, bool colours) {
  std::ostringstream page;
  page << "gateway " << status.gateway_version() << ", " << (status.ready() ? "ready" : "NOT READY")
       << ", started " << age(status.started_at()) << "; " << status.sessions()
       << " sessions; store " << status.store_bytes() / (1024 * 1024) << " MiB\n";
  add_disk(page, status.disk());
  add_clock(page, status.clock());
  page << alarm_lines(status.alarms(), colours);
  if (status.organisations().empty())
    page << "\nNo organisation yet. Add one: semafoorctl organisations add CBE --client-id ID "
            "--key NAME\n";
  for (const auto& one : status.organisations()) add_organisation(page, one, colours);
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

std::string family_name(v1::MessageFamily family) {
  if (family == v1::MESSAGE_FAMILY_UNSPECIFIED) return "default";
  if (!v1::MessageFamily_IsValid(family)) return "family " + std::to_string(family);
  return short_name(v1::MessageFamily_Name(family), sizeof kFamilyPrefix - 1);
}

v1::MessageFamily family_of(const std::string& name) {
  v1::MessageFamily family = v1::MESSAGE_FAMILY_UNSPECIFIED;
  return v1::MessageFamily_Parse(long_name(name, kFamilyPrefix), &family)
             ? family
             : v1::MESSAGE_FAMILY_UNSPECIFIED;
}

std::string policy_name(v1::ReadPolicy policy) {
  if (!v1::ReadPolicy_IsValid(policy)) return "policy " + std::to_string(policy);
  return short_name(v1::ReadPolicy_Name(policy), sizeof kPolicyPrefix - 1);
}

v1::ReadPolicy policy_of(const std::string& name) {
  v1::ReadPolicy policy = v1::READ_POLICY_UNSPECIFIED;
  return v1::ReadPolicy_Parse(long_name(name, kPolicyPrefix), &policy)
             ? policy
             : v1::READ_POLICY_UNSPECIFIED;
}

v1::EboxType ebox_type_of(const std::string& name) {
  v1::EboxType type = v1::EBOX_TYPE_UNSPECIFIED;
  return v1::EboxType_Parse(long_name(name, kBoxPrefix), &type) ? type : v1::EBOX_TYPE_UNSPECIFIED;
}

std::string policy_page(const google::protobuf::RepeatedPtrField<v1::ReadPolicyInForce>& policies) {
  constexpr std::size_t kColumn = 42;
  std::string page;
  for (const auto& one : policies) {
    page += padded(family_name(one.family()), kColumn) + policy_name(one.policy()) +
            (one.of_organisation() ? "  (of this organisation)" : "") + "\n";
  }
  return page;
}

}  // namespace semafoor::ctl
