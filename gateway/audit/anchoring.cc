// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/anchoring.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/audit/timestamp.h"
#include "gateway/duties/duty_log.h"

namespace semafoor::audit {

Anchoring::Anchoring(store::Store& store, duties::Clock& clock, AnchorFolder& folder,
                     upstream::HttpClient& http, AnchoringOptions options, AnchorTold told)
    : store_(store),
      clock_(clock),
      folder_(folder),
      http_(http),
      options_(std::move(options)),
      told_(std::move(told)) {}

Anchoring::~Anchoring() {
  stop();
}

void Anchoring::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Anchoring::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Anchoring::run(const std::stop_token& stop) {
  std::int64_t next = clock_.steady_ms() + options_.first_delay_ms;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      clock_.wait(lock, bell_, stop, next, [] { return false; });
    }
    if (stop.stop_requested()) return;
    look(stop);
    next = clock_.steady_ms() + options_.look_ms;
  }
}

void Anchoring::look(const std::stop_token& stop) {
  if (clock_.steady_ms() < not_before_ms_) return;
  auto anchored = anchor();
  if (!anchored) return note(anchored.error());
  auto stamped = stamp(stop);
  if (!stamped) {
    if (!duties::is_cancelled(stamped.error())) note(stamped.error());
    return;
  }
  if (*anchored || *stamped) note({});
}

// Whether one was made.
Result<bool> Anchoring::anchor() {
  Anchor anchor{.day = day_of_ms(clock_.now_ms()), .time_ms = clock_.now_ms()};
  auto there = folder_.has(anchor.day);
  if (!there) return there.error();
  if (*there) return false;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto chains = reader.audit_chains();
    if (!chains) return chains.error();
    for (const store::Org& org : *chains) {
      auto head = reader.audit_head(org);
      if (!head) return head.error();
      if (head->number == 0) continue;
      v1::AuditHead& one = anchor.chains.emplace_back();
      if (!org.empty()) one.mutable_organisation()->set_value(org);
      one.set_number(head->number);
      one.set_hash(head->hash);
    }
    return {};
  });
  if (!read) return read.error();
  if (auto put = folder_.put(anchor); !put) return put.error();
  if (told_.made) told_.made(anchor);
  return true;
}

// Whether any was stamped. The first that fails ends it: the others would fail too.
Result<bool> Anchoring::stamp(const std::stop_token& stop) {
  if (options_.timestamp_url.empty()) return false;
  auto days = folder_.days();
  if (!days) return days.error();
  const auto most = static_cast<std::size_t>(options_.stamp_days);
  if (days->size() > most) days->erase(days->begin(), days->end() - options_.stamp_days);
  bool any = false;
  for (const std::string& day : *days) {
    auto there = folder_.stamp(day);
    if (!there) return there.error();
    if (*there) continue;
    if (auto stamped = stamp_day(day, stop); !stamped) return stamped.error();
    any = true;
  }
  return any;
}

Result<void> Anchoring::stamp_day(const std::string& day, const std::stop_token& stop) {
  auto text = folder_.text(day);
  if (!text) return text.error();
  auto question = timestamp_request(*text);
  if (!question) return question.error();
  upstream::HttpRequest request;
  request.method = "POST";
  request.url = options_.timestamp_url;
  // RFC 3161, section 3.4.
  request.headers = {{"Content-Type", "application/timestamp-query"},
                     {"Accept", "application/timestamp-reply"}};
  request.body = *question;
  request.purpose = "Asking for the timestamp of an audit anchor";
  const auto exchange = http_.send(request, nullptr, stop);
  if (exchange.failure) return *exchange.failure;
  if (exchange.status != 200)
    return Error{.kind = ErrorKind::unavailable,
                 .code = "audit.timestamp_http",
                 .message = "Asking for the timestamp of an audit anchor: the answer was HTTP " +
                            std::to_string(exchange.status) +
                            ". Look at [audit] timestamp_url, and ask the authority.",
                 .retryable = true};
  auto time = check_timestamp_answer(exchange.body, *question, *text, options_.timestamp_ca);
  if (!time) return time.error();
  if (auto put = folder_.put_stamp(day, exchange.body); !put) return put;
  if (told_.stamped) told_.stamped(day, *time);
  return {};
}

void Anchoring::note(const Result<void>& outcome) {
  if (!outcome) {
    not_before_ms_ = clock_.steady_ms() + options_.retry_ms;
    if (told_.failed) told_.failed(outcome.error());
  }
  const auto noted = store_.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto all = tx.organisations();
    if (!all) return all.error();
    for (const v1::Organisation& one : *all) {
      const store::Org& org = one.organisation().value();
      auto done = outcome ? duties::record_success(tx, org, kAnchorDuty, clock_.now_ms())
                          : duties::record_failure(tx, org, kAnchorDuty, clock_.now_ms(),
                                                   duties::problem_text(outcome.error()));
      if (!done) return done;
    }
    return {};
  });
  if (!noted && told_.failed) told_.failed(noted.error());
}

}  // namespace semafoor::audit
