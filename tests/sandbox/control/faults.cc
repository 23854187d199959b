// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/faults.h"

#include <algorithm>
#include <array>

namespace semafoor::sandbox::control {
namespace {

using http::FaultKind;
using http::Json;

constexpr std::array<std::pair<std::string_view, FaultKind>, 13> kKinds{{
    {"delay", FaultKind::delay},
    {"status", FaultKind::status},
    {"malformed_json", FaultKind::malformed_json},
    {"wrong_digest", FaultKind::wrong_digest},
    {"truncated_body", FaultKind::truncated_body},
    {"reset", FaultKind::reset},
    {"slow_body", FaultKind::slow_body},
    {"hang", FaultKind::hang},
    {"oversized_body", FaultKind::oversized_body},
    {"file_name", FaultKind::file_name},
    {"clock", FaultKind::clock},
    {"supplier_away", FaultKind::supplier_away},
    {"account_expired", FaultKind::account_expired},
}};

constexpr std::array<std::pair<std::string_view, http::ErrorShape>, 5> kShapes{{
    {"own", http::ErrorShape::own},
    {"legacy", http::ErrorShape::legacy},
    {"problem", http::ErrorShape::problem},
    {"oauth", http::ErrorShape::oauth},
    {"page", http::ErrorShape::page},
}};
// Two days: enough for what a clock does, and nothing overflows.
constexpr std::int64_t kMostClockSeconds = 2 * 86'400;

constexpr std::array<std::string_view, 21> kMembers{
    "kind",    "method",    "path",        "organisation",      "times",      "skip",
    "effect",  "delayMs",   "status",      "retryAfterSeconds", "afterBytes", "pieceBytes",
    "pauseMs", "mebibytes", "fileName",    "fileNameLength",    "note",       "retryAfter",
    "shape",   "code",      "clockSeconds"};

struct ShortName {
  std::string_view name, kind, effect;
};
constexpr std::array<ShortName, 5> kShortNames{{{"malformed", "malformed_json", ""},
                                                {"truncate", "truncated_body", ""},
                                                {"oversized", "oversized_body", ""},
                                                {"reset_before", "reset", "before"},
                                                {"reset_after", "reset", "after"}}};

std::string_view name_of(FaultKind kind) {
  for (const auto& [name, value] : kKinds) {
    if (value == kind) return name;
  }
  return "?";
}

}  // namespace

bool glob(std::string_view pattern, std::string_view text) {
  // Remembers the last star, so that the work stays small whatever the pattern.
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool aimed_at(std::string_view pattern, std::string_view path) {
  return pattern.find('*') == std::string_view::npos ? path.ends_with(pattern)
                                                     : glob(pattern, path);
}

std::variant<Rule, std::string> read_rule(const Json& json) {
  if (!json.is_object()) return "a fault is a JSON object";
  Rule rule;
  std::string wrong;
  for (const auto& [name, value] : json.items()) {
    bool known = false;
    for (auto member : kMembers) known = known || member == name;
    if (!known) return "unknown member: " + name;
  }
  auto text = [&](const char* name, std::string& target) {
    if (!json.contains(name)) return;
    if (!json[name].is_string()) {
      wrong = std::string(name) + " must be a string";
      return;
    }
    target = json[name].get<std::string>();
  };
  auto number = [&](const char* name, auto& target) {
    if (!json.contains(name)) return;
    if (!json[name].is_number_integer() || json[name].get<std::int64_t>() < 0) {
      wrong = std::string(name) + " must be a whole number from 0";
      return;
    }
    target = static_cast<std::decay_t<decltype(target)>>(json[name].get<std::int64_t>());
  };
  std::string kind, effect = "before", shape = "own";
  text("kind", kind);
  text("method", rule.method);
  text("path", rule.path);
  text("organisation", rule.organisation);
  text("effect", effect);
  text("fileName", rule.fault.file_name);
  text("shape", shape);
  text("code", rule.fault.code);
  std::uint64_t times = 0, delay = 0, pause = 100, name_length = 0;
  number("times", times);
  number("skip", rule.skip);
  number("delayMs", delay);
  number("pauseMs", pause);
  number("status", rule.fault.status);
  number("retryAfterSeconds", rule.fault.retry_after);
  number("retryAfter", rule.fault.retry_after);
  number("afterBytes", rule.fault.after_bytes);
  number("pieceBytes", rule.fault.piece);
  number("mebibytes", rule.fault.mebibytes);
  number("fileNameLength", name_length);
  if (json.contains("clockSeconds")) {
    const auto& seconds = json["clockSeconds"];
    if (!seconds.is_number_integer() || seconds.get<std::int64_t>() > kMostClockSeconds ||
        seconds.get<std::int64_t>() < -kMostClockSeconds) {
      return "clockSeconds must be a whole number of seconds, at most two days";
    }
    rule.fault.clock_seconds = seconds.get<std::int64_t>();
  }
  if (!wrong.empty()) return wrong;
  bool known_shape = false;
  for (const auto& [name, value] : kShapes) {
    if (name != shape) continue;
    rule.fault.shape = value;
    known_shape = true;
  }
  if (!known_shape) return "shape must be own, legacy, problem, oauth or page";

  // A bare status is a status; hyphens and the short names are welcome.
  if (kind.empty() && json.contains("status")) kind = "status";
  std::replace(kind.begin(), kind.end(), '-', '_');
  for (const auto& [name, kind_meant, effect_meant] : kShortNames) {
    if (kind != name) continue;
    kind = kind_meant;
    if (!effect_meant.empty()) effect = effect_meant;
  }
  bool known_kind = false;
  for (const auto& [name, value] : kKinds) {
    if (name == kind) {
      rule.fault.kind = value;
      known_kind = true;
    }
  }
  if (!known_kind) return "unknown kind: " + kind;
  // What the APIs say of these whose errors are HTTP's.
  if (rule.fault.kind == FaultKind::supplier_away) rule.fault.status = 503;
  if (rule.fault.kind == FaultKind::account_expired) rule.fault.status = 401;
  if (effect != "before" && effect != "after") return "effect must be before or after";
  rule.fault.after_effect = effect == "after";
  if (rule.fault.status < 400 || rule.fault.status > 599) return "status must be 400 to 599";
  rule.times = times == 0 ? std::nullopt : std::optional(times);
  rule.fault.delay = std::chrono::milliseconds(delay);
  rule.fault.pause = std::chrono::milliseconds(pause);
  if (name_length > 4) {
    rule.fault.file_name = std::string(name_length - 4, 'n') + ".pdf";
  }
  return rule;
}

std::string FaultPlan::add(Rule rule) {
  std::lock_guard lock(mutex_);
  rule.id = "fault-" + std::to_string(next_++);
  rules_.push_back(rule);
  ++count_;
  return rule.id;
}

bool FaultPlan::remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto removed = rules_.remove_if([&](const Rule& rule) { return rule.id == id; });
  count_ -= removed;
  if (removed > 0) ++epoch_;
  return removed > 0;
}

void FaultPlan::clear() {
  std::lock_guard lock(mutex_);
  rules_.clear();
  count_ = 0;
  ++epoch_;
}

std::optional<http::Fault> FaultPlan::take(const http::Call& call,
                                           const std::string& organisation) {
  std::lock_guard lock(mutex_);
  for (auto& rule : rules_) {
    if (rule.times && rule.hits >= *rule.times) continue;
    if (!rule.method.empty() && rule.method != call.method) continue;
    if (!rule.path.empty() && !aimed_at(rule.path, call.path)) continue;
    if (!rule.organisation.empty() && rule.organisation != organisation) continue;
    if (rule.skip > 0) {
      --rule.skip;
      continue;
    }
    ++rule.hits;
    return rule.fault;
  }
  return std::nullopt;
}

Json FaultPlan::list() const {
  std::lock_guard lock(mutex_);
  Json result = Json::array();
  for (const auto& rule : rules_) {
    result.push_back({{"id", rule.id},
                      {"kind", name_of(rule.fault.kind)},
                      {"method", rule.method},
                      {"path", rule.path},
                      {"organisation", rule.organisation},
                      {"times", rule.times.value_or(0)},
                      {"skip", rule.skip},
                      {"hits", rule.hits},
                      {"used", rule.times && rule.hits >= *rule.times}});
  }
  return result;
}

}  // namespace semafoor::sandbox::control
