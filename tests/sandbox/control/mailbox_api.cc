// SPDX-License-Identifier: Apache-2.0
//
// What is told about the mailbox: its settings, what comes into it, and what happens to persons.
#include <array>

#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/control/api.h"
#include "tests/sandbox/control/reader.h"

namespace semafoor::sandbox::control {
namespace {

using http::Call;
using http::Json;
using http::Reply;

constexpr std::array<std::pair<const char*, podmi::Manner>, 3> kManners{{
    {"acknowledged", podmi::Manner::acknowledged},
    {"cursor", podmi::Manner::cursor},
    {"removed", podmi::Manner::removed},
}};
constexpr std::array<std::pair<const char*, podmi::Timing>, 3> kTimings{{
    {"later", podmi::Timing::later},
    {"at-once", podmi::Timing::at_once},
    {"never", podmi::Timing::never},
}};

template <typename Value>
bool choose(const std::array<std::pair<const char*, Value>, 3>& known, const std::string& name,
            Value& value) {
  for (const auto& [one, meant] : known) {
    if (name != one) continue;
    value = meant;
    return true;
  }
  return name.empty();
}

template <typename Value>
std::string name_of(const std::array<std::pair<const char*, Value>, 3>& known, Value value) {
  for (const auto& [name, one] : known) {
    if (one == value) return name;
  }
  return "";
}

constexpr std::array<std::pair<const char*, podmi::Repeat>, 3> kRepeats{{
    {"same-event", podmi::Repeat::same_event},
    {"new-event", podmi::Repeat::new_event},
    {"none", podmi::Repeat::none},
}};
constexpr std::array<std::pair<const char*, Channels>, 3> kChannels{{
    {"both", Channels::both},
    {"mutation", Channels::mutation},
    {"list", Channels::list},
}};

// Returns what is wrong; empty: nothing.
std::string read_signal(const Json& body, NewSignal& wish) {
  std::string repeat, channels, month;
  Reader reader(body);
  reader.text("organisation", wish.organisation);
  reader.number("count", wish.count);
  reader.text("ssin", wish.ssin);
  reader.text("signalType", wish.type);
  reader.text("repeat", repeat);
  reader.text("channels", channels);
  reader.text("month", month);
  reader.text("dossierNumber", wish.dossier_number);
  reader.text("suffix", wish.suffix);
  reader.text("observed", wish.observed);
  reader.truth("hole", wish.hole);
  reader.truth("disorder", wish.disorder);
  if (body.contains("amountEurocents")) {
    reader.number("amountEurocents", wish.eurocents.emplace());
  }
  if (!reader.wrong().empty()) return reader.wrong();
  if (!choose(kRepeats, repeat, wish.repeat)) return "repeat must be same-event or new-event";
  if (!choose(kChannels, channels, wish.channels)) return "channels must be both, mutation or list";
  if (month.empty()) return "";
  wish.month = content::parse_day(month + "-01");
  return wish.month ? "" : "month must be yyyy-mm";
}

}  // namespace

Reply Api::signals(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  NewSignal wish;
  bool malformed = false;
  Reader(body).truth("malformed", malformed);
  if (const auto wrong = read_signal(body, wish); !wrong.empty()) return refuse(400, wrong);
  if (malformed) {
    if (parts_.world.find(wish.organisation) == nullptr) {
      return refuse(400, "the organisation has no mailbox here");
    }
    Json ids = Json::array();
    for (int i = 0; i < wish.count; ++i)
      ids.push_back(parts_.mailbox.add_malformed(wish.organisation));
    return http::json_reply(201, {{"eventIds", std::move(ids)}});
  }
  std::string why;
  const auto references = parts_.world.add_signals(wish, why);
  if (!references) return refuse(400, why);
  return http::json_reply(201, {{"signalReferences", *references}});
}

Reply Api::signals_again(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string organisation, cycle = "MONTHLY";
  Reader reader(body);
  reader.text("organisation", organisation);
  reader.text("cycle", cycle);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  std::vector<std::string> references;
  for (const auto& one : body.value("signalReferences", Json::array())) {
    if (!one.is_string()) return refuse(400, "signalReferences must be a list of references");
    references.push_back(one.get<std::string>());
  }
  const auto sent = parts_.mailbox.recall(organisation, references, cycle);
  return http::json_reply(201, {{"sent", sent}});
}

Reply Api::evaluations(const Call& call) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  podmi::Ordered ordered;
  std::string organisation;
  Reader reader(body);
  reader.text("organisation", organisation);
  reader.text("evaluation", ordered.evaluation);
  reader.text("code", ordered.code);
  reader.number("times", ordered.times);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (ordered.evaluation != "ACCEPTED" && ordered.evaluation != "REFUSED" &&
      ordered.evaluation != "PARTIALLYACCEPTED") {
    return refuse(400, "evaluation must be ACCEPTED, REFUSED or PARTIALLYACCEPTED");
  }
  parts_.mailbox.order(organisation, ordered);
  return done();
}

Reply Api::settings(const Call& call) {
  if (call.method == "PUT" || call.method == "POST") {
    auto body = Json::parse(call.body, nullptr, false);
    if (!body.is_object()) return refuse(400, "the body must be a JSON object");
    std::int64_t lifetime = parts_.authority.token_lifetime();
    bool hold = false;
    std::string manner_name, timing_name, today;
    Reader reader(body);
    reader.number("tokenLifetimeSeconds", lifetime);
    reader.truth("holdResults", hold);
    reader.text("fetchManner", manner_name);
    reader.text("judgement", timing_name);
    reader.text("today", today);
    if (!reader.wrong().empty()) return refuse(400, reader.wrong());
    auto manner = parts_.mailbox.manner();
    auto timing = parts_.mailbox.timing();
    if (!choose(kManners, manner_name, manner)) {
      return refuse(400, "fetchManner must be acknowledged, cursor or removed");
    }
    if (!choose(kTimings, timing_name, timing)) {
      return refuse(400, "judgement must be later, at-once or never");
    }
    if (!today.empty()) {
      const auto day = content::parse_day(today);
      if (!day) return refuse(400, "today must be a date yyyy-mm-dd");
      parts_.world.set_today(*day);
    }
    parts_.authority.set_token_lifetime(lifetime);
    parts_.mailbox.set_manner(manner);
    parts_.mailbox.set_timing(timing);
    if (body.contains("holdResults")) parts_.mailbox.hold_results(hold);
  }
  return http::json_reply(200, {{"tokenLifetimeSeconds", parts_.authority.token_lifetime()},
                                {"fetchManner", name_of(kManners, parts_.mailbox.manner())},
                                {"judgement", name_of(kTimings, parts_.mailbox.timing())}});
}

Reply Api::persons(const Call& call, const std::string& what) {
  auto body = Json::parse(call.body, nullptr, false);
  if (!body.is_object()) return refuse(400, "the body must be a JSON object");
  std::string organisation, ssin;
  bool integrated = true;
  Reader reader(body);
  reader.text("organisation", organisation);
  reader.text("ssin", ssin);
  reader.truth("integrated", integrated);
  if (!reader.wrong().empty()) return refuse(400, reader.wrong());
  if (parts_.world.find(organisation) == nullptr) {
    return refuse(400, "the organisation has no mailbox here");
  }
  if (!content::valid_ssin(ssin)) {
    return refuse(400, "ssin must be eleven digits with a right check number");
  }
  if (what == "replace") {
    std::string why;
    auto by = parts_.world.replace_person(organisation, ssin, why);
    return by ? http::json_reply(201, {{"ssin", *by}}) : refuse(400, why);
  }
  if (what == "integration") {
    if (!body.contains("integrated")) return refuse(400, "integrated is missing");
    parts_.mailbox.set_integrated(organisation, ssin, integrated);
    return done();
  }
  return refuse(404, "POST /persons/replace, POST /persons/integration");
}

}  // namespace semafoor::sandbox::control
