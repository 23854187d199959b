// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/metrics_page.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace semafoor::app {
namespace {

constexpr std::array<const char*, rpc::CallMetrics::kCodes> kCodeNames{
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

class Page {
 public:
  void family(const char* name, const char* kind, const char* help) {
    name_ = name;
    text_ << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << kind << '\n';
  }
  template <typename Value>
  void value(Value value, const std::string& labels = {}) {
    text_ << name_;
    if (!labels.empty()) text_ << '{' << labels << '}';
    text_ << ' ' << value << '\n';
  }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  const char* name_ = "";
};

std::string label(const char* name, const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return std::string(name) + "=\"" + escaped + '"';
}

struct Organisation {
  std::string number;
  std::string label;
  store::Counters counters;
  std::vector<v1::DutyStatus> duties;
  std::vector<store::TaskCount> tasks;
};

Result<std::vector<Organisation>> read_organisations(store::Store& store) {
  std::vector<Organisation> all;
  auto read = store.read([&](store::Reader& reader) -> Result<void> {
    auto organisations = reader.organisations();
    if (!organisations.ok()) return organisations.error();
    for (const v1::Organisation& one : *organisations) {
      const std::string& org = one.organisation().value();
      auto counters = reader.counters(org);
      if (!counters.ok()) return counters.error();
      auto duties = reader.duties(org);
      if (!duties.ok()) return duties.error();
      auto tasks = reader.task_counts(org);
      if (!tasks.ok()) return tasks.error();
      all.push_back(
          {org, label("organisation", org), *counters, std::move(*duties), std::move(*tasks)});
    }
    return {};
  });
  if (!read.ok()) return read.error();
  return all;
}

void add_process(Page& page, const ProcessFacts& facts) {
  page.family("semafoor_info", "gauge", "The gateway's version.");
  page.value(1, label("version", facts.version));
  page.family("semafoor_ready", "gauge", "1 when the gateway serves.");
  page.value(facts.ready ? 1 : 0);
  page.family("semafoor_uptime_seconds", "gauge", "Since the process started.");
  page.value((facts.now_ms - facts.started_at_ms) / 1000);
  page.family("semafoor_sessions", "gauge", "Host processes that hold a token.");
  page.value(facts.sessions);
  page.family("semafoor_store_commits_total", "counter",
              "Commits that changed events or tasks since the start.");
  page.value(facts.commits);
  page.family("semafoor_disk_available_bytes", "gauge", "On the disk of the data folder.");
  page.value(facts.disk.available_bytes());
  page.family(
      "semafoor_disk_room", "gauge",
      "What that disk admits: 1 ample, 2 low, 3 scarce (nothing is fetched), 4 none (answers "
      "are refused).");
  page.value(facts.disk.room());
  if (!facts.clock.measured()) return;
  page.family("semafoor_clock_skew_seconds", "gauge",
              "This machine's clock less the authorization server's, of its last answer.");
  page.value(facts.clock.skew_seconds());
}

void add_calls(Page& page, const ProcessFacts& facts, const rpc::CallMetrics& calls) {
  page.family("semafoor_calls_in_flight", "gauge", "Calls under way, waiting ones included.");
  page.value(calls.in_flight());
  page.family("semafoor_calls_waiting", "gauge", "Calls that wait for events.");
  page.value(facts.waiting);
  page.family("semafoor_calls_total", "counter", "Calls by method and status.");
  for (std::size_t method = 0; method < rpc::kMethodNames.size(); ++method)
    for (std::size_t code = 0; code < kCodeNames.size(); ++code)
      if (const auto count = calls.calls(static_cast<rpc::Method>(method), code); count != 0)
        page.value(count, label("method", rpc::kMethodNames[method]) + "," +
                              label("code", kCodeNames[code]));
}

void add_counters(Page& page, const std::vector<Organisation>& all) {
  page.family("semafoor_messages", "gauge", "Messages stored.");
  for (const auto& one : all) page.value(one.counters.messages, one.label);
  page.family("semafoor_attachments", "gauge", "Attachments by state.");
  for (const auto& one : all) {
    page.value(one.counters.attachments_stored, one.label + ",state=\"stored\"");
    page.value(one.counters.attachments_pending, one.label + ",state=\"pending\"");
    page.value(one.counters.attachments_failed, one.label + ",state=\"failed\"");
  }
  page.family("semafoor_signals", "gauge", "Knipperlichten.");
  for (const auto& one : all) page.value(one.counters.signals_total, one.label);
  page.family("semafoor_signals_open", "gauge", "Knipperlichten that await an answer.");
  for (const auto& one : all) page.value(one.counters.signals_open, one.label);
  page.family("semafoor_feedback", "gauge", "Answers by state.");
  for (const auto& one : all) {
    page.value(one.counters.feedback_queued, one.label + ",state=\"queued\"");
    page.value(one.counters.feedback_sent, one.label + ",state=\"sent\"");
    page.value(one.counters.feedback_accepted, one.label + ",state=\"accepted\"");
    page.value(one.counters.feedback_refused, one.label + ",state=\"refused\"");
    page.value(one.counters.feedback_unknown, one.label + ",state=\"outcome_unknown\"");
    page.value(one.counters.feedback_dead, one.label + ",state=\"dead_letter\"");
    page.value(one.counters.feedback_unjudged, one.label + ",state=\"unjudged\"");
  }
  page.family("semafoor_duplicates_suppressed_total", "counter",
              "Deliveries recognised as repeats.");
  for (const auto& one : all) page.value(one.counters.duplicates_suppressed, one.label);
}

void add_duties(Page& page, const std::vector<Organisation>& all, std::int64_t now_ms) {
  page.family("semafoor_duty_last_success_age_seconds", "gauge",
              "Since the duty last did its work; -1: never yet.");
  for (const auto& one : all)
    for (const auto& duty : one.duties)
      page.value(duty.has_last_success() ? (now_ms - duty.last_success().unix_ms()) / 1000 : -1,
                 one.label + "," + label("duty", duty.name()));
  page.family("semafoor_duty_consecutive_failures", "gauge", "Failures in a row.");
  for (const auto& one : all)
    for (const auto& duty : one.duties)
      page.value(duty.consecutive_failures(), one.label + "," + label("duty", duty.name()));
}

// A kind that ends in a dot is followed by whom it is for: "attachment.fetch.PROVIDER".
bool is_known(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::ranges::any_of(kinds, [&kind](const std::string& known) {
    return known.ends_with('.') ? kind.starts_with(known) : kind == known;
  });
}

void add_tasks(Page& page, const std::vector<Organisation>& all,
               const std::vector<std::string>& kinds) {
  page.family("semafoor_tasks", "gauge", "Tasks that wait or are being worked on.");
  for (const auto& one : all)
    for (const auto& [kind, count] : one.tasks)
      page.value(count, one.label + "," + label("kind", kind));
  page.family("semafoor_tasks_parked", "gauge",
              "Tasks of kinds this version does not know; they wait for one that does.");
  for (const auto& one : all) {
    std::int64_t parked = 0;
    for (const auto& [kind, count] : one.tasks)
      if (!is_known(kinds, kind)) parked += count;
    page.value(parked, one.label);
  }
}

void add_expiry(Page& page, const std::vector<Organisation>& all, const ProcessFacts& facts) {
  if (!facts.expiry) return;
  page.family("semafoor_messages_expiring", "gauge",
              "Messages the provider deletes soon with something that is not stored; within days: "
              "all within [expiry] archive_days, 3 within three days, 0 deleted already.");
  for (const auto& one : all) {
    const auto status = facts.expiry(one.number);
    page.value(status.expiring(), one.label + ",within=\"all\"");
    page.value(status.expiring_soon(), one.label + ",within=\"3\"");
    page.value(status.expired(), one.label + ",within=\"0\"");
  }
}

void add_keys(Page& page, const ProcessFacts& facts) {
  page.family("semafoor_alarms", "gauge",
              "What somebody must do something about (semafoorctl status): 1 notice, 2 yellow, 3 "
              "red.");
  for (const v1::Alarm& one : facts.alarms)
    page.value(static_cast<int>(one.level()),
               label("code", one.code()) + "," + label("subject", one.subject()));
  page.family("semafoor_credential_expires_seconds", "gauge",
              "Until the certificate of a key that signs ends; below 0 it has.");
  for (const custody::Expiry& one : facts.expiries)
    page.value(one.not_after_s - facts.now_ms / 1000, label("credential", one.name));
}

}  // namespace

std::string metrics_page(const ProcessFacts& facts, const rpc::CallMetrics& calls,
                         store::Store& store) {
  Page page;
  add_process(page, facts);
  add_calls(page, facts, calls);
  add_keys(page, facts);
  page.family("semafoor_store_bytes", "gauge", "Database and attachments on disk.");
  page.value(store.size_bytes());
  const auto all = read_organisations(store);
  page.family("semafoor_store_readable", "gauge", "0 when this page could not read the store.");
  page.value(all.ok() ? 1 : 0);
  if (all.ok()) {
    add_counters(page, *all);
    add_duties(page, *all, facts.now_ms);
    add_tasks(page, *all, facts.task_kinds);
    add_expiry(page, *all, facts);
  }
  return page.text();
}

}  // namespace semafoor::app
