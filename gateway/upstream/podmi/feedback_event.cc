// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "gateway/domain/date.h"
#include "gateway/upstream/podmi/event.h"
#include "gateway/upstream/podmi/payload.h"

namespace semafoor::upstream::podmi {
namespace {

// RFC 3339 in UTC.
std::string moment_text(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds{unix_ms}};
  const auto day = floor<days>(moment);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> time{moment - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace

std::string feedback_event(const v1::FeedbackItem& item, const std::string& signal_reference,
                           const std::string& organisation) {
  using nlohmann::json;
  json data = {{"schema", "X-feedback/1"},
               {"clientReference", item.client_reference()},
               {"signalReference", signal_reference},
               {"feedbackCode", item.code()}};
  const auto put = [&data](const char* name, const std::string& value) {
    if (!value.empty()) data[name] = value;
  };
  put("remark", item.remark());
  put("decisionReference", item.decision_reference());
  if (item.has_decision_date()) data["decisionDate"] = domain::write_date(item.decision_date());
  put("agent", pseudonym(organisation, item.submitted_by().id()));

  json event = {{"specversion", "1.0"},
                {"id", item.client_id()},
                {"source", "urn:cbe:" + organisation},
                {"type", "x-podmi-knipperlicht.v1.feedback.create"},
                {"service", "x-podmi-knipperlicht.v1"},
                {"datacontenttype", "application/json"},
                {"data", std::move(data)}};
  if (item.has_submitted_at()) event["time"] = moment_text(item.submitted_at().unix_ms());
  return event.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace semafoor::upstream::podmi
