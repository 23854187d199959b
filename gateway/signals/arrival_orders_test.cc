// SPDX-License-Identifier: Apache-2.0
//
// Whatever the order in which mutations, lists, recalls and replaced numbers arrive, between
// whatever people do: always one signal, and the same one. Each scenario is a set of deliveries; it
// is delivered to fifty organisations, to each in another order.
//
//     SEMAFOOR_SEED=7 SEMAFOOR_ORDERS=10000 build/dev/bin/arrival_orders_test
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/domain/signal_identity.h"
#include "gateway/duties/test_store.h"
#include "gateway/feedback/feedback.h"
#include "gateway/feedback/outbox.h"
#include "gateway/signals/delivery.h"
#include "gateway/signals/signals.h"
#include "gateway/signals/test_signals.h"

namespace semafoor::signals {
namespace {

using testing::day;
using testing::half_yearly;
using testing::monthly;
using testing::ssin;

constexpr int kOrganisations = 50;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::string organisation(int index) {
  return "02000000" + std::to_string(10 + index);
}

// What arrives.
struct Delivery {
  enum class Kind { mutation, row, notice } kind = Kind::mutation;
  // Of the item, or of the list's message.
  std::string id;
  v1::Signal facts;
  std::string replaced;
  int recall_month = 0;
  ListFacts list;
};

// What people and the authority do, one after the other.
enum class Act { match, assign, investigate, answer, accept, refuse, supersede };

struct Scenario {
  int number = 0;
  std::vector<std::string> persons;
  std::vector<Delivery> deliveries;
  std::vector<Act> acts;
  std::string code;
};

class Scenarios {
 public:
  explicit Scenarios(std::uint64_t seed) : random_(seed) {}

  Scenario make(int number) {
    Scenario scenario{.number = number, .persons = {}, .deliveries = {}, .acts = {}, .code = {}};
    const int numbers = one_of({1, 1, 2, 2, 3});
    for (int i = 0; i < numbers; ++i) scenario.persons.push_back(ssin(number * 3 + i + 1));
    const int count = 2 + below(6);
    for (int i = 0; i < count; ++i) scenario.deliveries.push_back(delivery(scenario, i));
    for (int i = 1; i < numbers; ++i) scenario.deliveries.push_back(notice(scenario, i));
    // Some of them twice, as they came.
    for (int i = below(3); i > 0; --i)
      scenario.deliveries.push_back(scenario.deliveries[static_cast<std::size_t>(
          below(static_cast<int>(scenario.deliveries.size())))]);
    scenario.acts = acts();
    scenario.code = one_of<std::string>({"X-COUNTED", "X-COUNTED", "X-PENDING"});
    return scenario;
  }

 private:
  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
  template <typename T>
  T one_of(std::vector<T> values) {
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
  }
  int one_of(std::initializer_list<int> values) { return one_of(std::vector<int>(values)); }

  v1::Signal facts(const Scenario& scenario, const std::string& person) {
    v1::Signal facts =
        testing::facts_of(person, one_of<std::string>({"2026/17", "0002026.17", "2026-17"}));
    if (below(3) != 0) facts.mutable_amount()->set_eurocents(100 * below(3));
    if (below(3) != 0) *facts.mutable_detected_on() = day(2026, 8 + below(2), 1);
    if (below(2) == 0) facts.add_fields()->set_name("F" + std::to_string(below(3)));
    if (below(4) == 0) facts.set_form_reference("FORM" + std::to_string(scenario.number % 10));
    return facts;
  }

  Delivery delivery(const Scenario& scenario, int index) {
    Delivery made;
    made.id = std::to_string(scenario.number) + "-" + std::to_string(index);
    made.facts = facts(scenario, one_of(scenario.persons));
    if (below(2) == 0) {
      made.facts.set_signal_reference("KN" + std::to_string(scenario.number));
      made.recall_month = one_of({0, 0, 0, 3, 10});
      return made;
    }
    made.kind = Delivery::Kind::row;
    made.list =
        below(2) == 0 ? monthly(made.id, 5 + below(6)) : half_yearly(made.id, one_of({3, 10}));
    return made;
  }

  // That number `index` replaced the one before it: by a mutation, a row, or somebody's word.
  Delivery notice(const Scenario& scenario, int index) {
    const auto at = static_cast<std::size_t>(index);
    Delivery made = delivery(scenario, 100 + index);
    made.facts.mutable_person()->set_value(scenario.persons[at]);
    made.replaced = scenario.persons[at - 1];
    if (below(3) == 0) made.kind = Delivery::Kind::notice;
    return made;
  }

  std::vector<Act> acts() {
    std::vector<Act> made;
    if (below(2) == 0) made.push_back(Act::match);
    if (below(2) == 0) made.push_back(Act::assign);
    if (below(2) == 0) made.push_back(Act::investigate);
    switch (below(5)) {
      case 0:
        made.push_back(Act::supersede);
        break;
      case 1:
        made.push_back(Act::answer);
        break;
      case 2:
        made.insert(made.end(), {Act::answer, Act::accept});
        break;
      case 3:
        made.insert(made.end(), {Act::answer, Act::refuse});
        break;
      default:
        break;
    }
    return made;
  }

  std::mt19937_64 random_;
};

// What a signal says at the end, without what tells when and as which record.
std::string canonical(v1::Signal signal, const std::vector<v1::SignalEvent>& steps) {
  signal.clear_signal_id();
  signal.clear_organisation();
  signal.clear_received_at();
  signal.clear_version();
  signal.clear_assigned_at();
  signal.clear_investigated_at();
  if (signal.has_supersession()) signal.mutable_supersession()->clear_recorded_at();
  for (auto& recall : *signal.mutable_recalls()) recall.clear_received_at();
  for (auto& arrival : *signal.mutable_arrivals()) {
    arrival.clear_first_at();
    arrival.clear_last_at();
  }
  std::sort(signal.mutable_arrivals()->begin(), signal.mutable_arrivals()->end(),
            [](const auto& a, const auto& b) { return a.channel() < b.channel(); });
  std::sort(signal.mutable_channels()->begin(), signal.mutable_channels()->end());
  std::sort(signal.mutable_former_persons()->begin(), signal.mutable_former_persons()->end(),
            [](const auto& a, const auto& b) { return a.value() < b.value(); });
  std::string text = signal.DebugString();
  // What people did, each once.
  std::map<std::string, int> done;
  for (const auto event : steps)
    if (event != v1::SIGNAL_EVENT_ARRIVED && event != v1::SIGNAL_EVENT_RECALLED &&
        event != v1::SIGNAL_EVENT_PERSON_CHANGED)
      ++done[v1::SignalEvent_Name(event)];
  for (const auto& [event, times] : done) text += event + " " + std::to_string(times) + "\n";
  return text;
}

// One organisation, and who works there.
class Office {
 public:
  Office(duties::TestStore& store, duties::ManualClock& clock, int index, std::uint64_t seed)
      : store_(store), clock_(clock), org_(organisation(index)), random_(seed) {
    worker_.set_id("u1");
    worker_.set_name("An");
  }

  // The final state; what went wrong instead.
  std::string live(const Scenario& scenario) {
    problem_.clear();
    std::vector<std::size_t> order(scenario.deliveries.size());
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), random_);
    // Before which delivery each act takes place; never before a signal is there.
    std::vector<std::size_t> moments;
    const std::size_t first = first_signal(scenario, order) + 1;
    for (std::size_t i = 0; i < scenario.acts.size(); ++i)
      moments.push_back(std::uniform_int_distribution<std::size_t>(first, order.size())(random_));
    std::sort(moments.begin(), moments.end());
    std::size_t act = 0;
    std::vector<const Delivery*> next;
    for (std::size_t i = 0; i <= order.size(); ++i) {
      if (act < moments.size() && moments[act] == i) deliver(std::exchange(next, {}));
      while (act < moments.size() && moments[act] == i) perform(scenario, scenario.acts[act++]);
      if (i < order.size()) next.push_back(&scenario.deliveries[order[i]]);
    }
    deliver(next);
    return problem_.empty() ? end_of(scenario) : problem_;
  }

 private:
  static std::size_t first_signal(const Scenario& scenario, const std::vector<std::size_t>& order) {
    for (std::size_t i = 0; i < order.size(); ++i)
      if (scenario.deliveries[order[i]].kind != Delivery::Kind::notice) return i;
    return order.size();
  }

  void expect(const Result<void>& done, const std::string& what) {
    if (!done && problem_.empty()) problem_ = what + ": " + done.error().message;
  }
  template <typename T>
  void expect(const Result<T>& done, const std::string& what) {
    if (!done && problem_.empty()) problem_ = what + ": " + done.error().message;
  }

  void deliver(const std::vector<const Delivery*>& deliveries) {
    if (deliveries.empty()) return;
    expect(store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
      for (const Delivery* delivery : deliveries) {
        clock_.jump(1);
        if (auto done = deliver_one(tx, *delivery); !done) return done;
      }
      return {};
    }),
           "delivery");
  }

  Result<void> deliver_one(store::Transaction& tx, const Delivery& delivery) {
    if (delivery.kind == Delivery::Kind::notice) {
      const auto changed = replace_number(tx, org_,
                                          {.former = delivery.replaced,
                                           .current = delivery.facts.person().value(),
                                           .recorded_by = &worker_},
                                          act_, clock_.now_ms());
      return changed ? Result<void>() : changed.error();
    }
    if (delivery.kind == Delivery::Kind::row) {
      const auto listed =
          deliver_listed(tx, org_, {.facts = delivery.facts, .replaced_ssin = delivery.replaced},
                         delivery.list, clock_.now_ms());
      return listed ? Result<void>() : listed.error();
    }
    ParsedItem parsed{.item = {}, .content = upstream::MailboxContent{}};
    parsed.item.source = "urn:test";
    parsed.item.id = delivery.id;
    parsed.content->signal = delivery.facts;
    parsed.content->replaced_ssin = delivery.replaced;
    parsed.content->recall_month = delivery.recall_month;
    return signals::deliver(tx, org_, parsed, nullptr, clock_.now_ms());
  }

  // Every record of the scenario's person.
  std::vector<v1::Signal> records(const Scenario& scenario) {
    std::map<std::string, v1::Signal> found;
    const auto read = store_->read([&](store::Reader& reader) -> Result<void> {
      for (const std::string& person : scenario.persons) {
        auto page = reader.signals(org_, {.ssin = person});
        if (!page) return page.error();
        for (auto& signal : page->items) found.emplace(signal.signal_id(), signal);
      }
      return {};
    });
    expect(read, "reading");
    std::vector<v1::Signal> all;
    for (auto& [id, signal] : found)
      if (!domain::is_united(signal)) all.push_back(std::move(signal));
    return all;
  }

  // People go on with what somebody began; where nobody did, with whichever they see first.
  std::optional<v1::Signal> at_hand(const Scenario& scenario) {
    auto all = records(scenario);
    if (all.empty()) {
      if (problem_.empty()) problem_ = "no signal is there";
      return std::nullopt;
    }
    std::shuffle(all.begin(), all.end(), random_);
    const auto weight = [](const v1::Signal& its) {
      return std::tuple(!its.feedback_client_id().empty(), static_cast<int>(its.state()),
                        its.match_state() == v1::MATCH_STATE_MATCHED);
    };
    return *std::max_element(all.begin(), all.end(), [&](const auto& one, const auto& other) {
      return weight(one) < weight(other);
    });
  }

  void perform(const Scenario& scenario, Act act) {
    clock_.jump(1);
    const auto signal = at_hand(scenario);
    if (!signal) return;
    const std::string& id = signal->signal_id();
    switch (act) {
      case Act::match: {
        v1::SignalMatch match;
        match.set_signal_id(id);
        match.add_dossiers()->set_reference("D-1");
        return expect(signals_.match(org_, {match}, act_), "match");
      }
      case Act::assign:
        return expect(signals_.assign(org_, id, &worker_, act_), "assign");
      case Act::investigate:
        return expect(signals_.mark_investigated(org_, id, worker_, act_), "investigate");
      case Act::supersede: {
        v1::Supersession form;
        form.set_form_reference("C-2026-1");
        return expect(signals_.supersede(org_, {id}, form, act_), "supersede");
      }
      case Act::answer:
        return answer(scenario, id);
      case Act::accept:
        return judge(scenario, v1::FEEDBACK_STATE_ACCEPTED);
      case Act::refuse:
        return judge(scenario, v1::FEEDBACK_STATE_REFUSED);
    }
  }

  static std::string client_id(const Scenario& scenario) {
    const std::string number = std::to_string(scenario.number);
    return "0190b6f0-7c1e-7d3a-8a52-" + std::string(12 - number.size(), '0') + number;
  }

  void answer(const Scenario& scenario, const std::string& signal_id) {
    v1::FeedbackDraft draft;
    draft.set_client_id(client_id(scenario));
    draft.set_signal_id(signal_id);
    draft.set_code(scenario.code);
    const auto submitted = feedback_.submit(org_, {draft}, worker_, act_);
    expect(submitted, "answer");
    if (submitted && submitted->results.at(0).has_problem() && problem_.empty())
      problem_ = submitted->results.at(0).problem().code();
  }

  void judge(const Scenario& scenario, v1::FeedbackState state) {
    expect(store_->write_and_wait([&](store::Transaction& tx) {
      return feedback::apply_result(
          tx, org_, codes_, {client_id(scenario), state, "AUTH000001", {}}, clock_.now_ms());
    }),
           "judgement");
  }

  std::string end_of(const Scenario& scenario) {
    const auto all = records(scenario);
    if (all.size() != 1) return std::to_string(all.size()) + " signals at the end";
    const auto story = signals_.story(org_, all[0].signal_id());
    if (!story) return story.error().message;
    std::vector<v1::SignalEvent> steps;
    for (const auto& step : story->history.steps()) steps.push_back(step.event());
    return canonical(all[0], steps);
  }

  duties::TestStore& store_;
  duties::ManualClock& clock_;
  const std::string org_;
  std::mt19937_64 random_;
  SignalTypes types_ = *SignalTypes::load();
  feedback::CodeList codes_ = *feedback::CodeList::load({});
  Signals signals_{*store_, types_, [this] { return clock_.now_ms(); }};
  feedback::Feedback feedback_{*store_, codes_, [this] { return clock_.now_ms(); }};
  v1::Actor worker_;
  const domain::Act act_{.actor_id = "u1"};
  std::string problem_;
};

std::string description(const Scenario& scenario) {
  std::string text;
  for (const Delivery& delivery : scenario.deliveries) {
    text += delivery.kind == Delivery::Kind::mutation ? "mutation "
            : delivery.kind == Delivery::Kind::row    ? "row "
                                                      : "notice ";
    text += delivery.id + " person " + delivery.facts.person().value();
    if (!delivery.replaced.empty()) text += " replaces " + delivery.replaced;
    text += " " + delivery.facts.ShortDebugString() + "\n";
  }
  return text;
}

TEST(ArrivalOrders, AlwaysOneSignalAndTheSameFinalState) {
  const std::uint64_t seed = number_of("SEMAFOOR_SEED", 20'261'129);
  const auto orders = static_cast<int>(number_of("SEMAFOOR_ORDERS", 10'000));
  const int count = std::max(1, orders / kOrganisations);
  Scenarios source(seed);
  std::vector<Scenario> scenarios;
  scenarios.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) scenarios.push_back(source.make(i));

  duties::ManualClock clock;
  duties::TestStore store{clock};
  for (int i = 0; i < kOrganisations; ++i) store.add_organisation(organisation(i));
  // One thread each: the store then writes what they do in few commits.
  std::vector<std::vector<std::string>> ends(kOrganisations);
  {
    std::vector<std::jthread> offices;
    offices.reserve(kOrganisations);
    for (int i = 0; i < kOrganisations; ++i) {
      offices.emplace_back([&, i] {
        Office office(store, clock, i, seed + static_cast<std::uint64_t>(i) + 1);
        for (const Scenario& scenario : scenarios)
          ends[static_cast<std::size_t>(i)].push_back(office.live(scenario));
      });
    }
  }
  int different = 0;
  for (std::size_t scenario = 0; scenario < scenarios.size(); ++scenario) {
    for (const auto& office : ends) {
      if (office[scenario] == ends[0][scenario]) continue;
      ++different;
      if (different > 3) continue;
      ADD_FAILURE() << "scenario " << scenario << ", seed " << seed << "\n"
                    << description(scenarios[scenario]) << "in one order:\n"
                    << ends[0][scenario] << "\nin another:\n"
                    << office[scenario];
    }
    EXPECT_NE(ends[0][scenario].find("signal_type"), std::string::npos)
        << "scenario " << scenario << ", seed " << seed << ": " << ends[0][scenario];
  }
  EXPECT_EQ(different, 0);
  std::cout << R"({"orders":)" << count * kOrganisations << R"(,"scenarios":)" << count
            << R"(,"seed":)" << seed << R"(,"different":)" << different << "}\n";
}

}  // namespace
}  // namespace semafoor::signals
