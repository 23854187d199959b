// SPDX-License-Identifier: Apache-2.0
//
// The plugin "knipperlicht": signals, and whose dossiers they are. Only the host knows that
// (semafoor.dossiers/1).
#include "plugins/kit/plugin.h"

#include <map>
#include <vector>

#include "plugins/kit/codec.h"
#include "plugins/kit/instance.h"
#include "plugins/kit/spans.h"
#include "semafoor/ext/dossiers.h"
#include "semafoor/v1/local.pb.h"
#include "semafoor/v1/reports.pb.h"
#include "semafoor/v1/signals.pb.h"
#include "semafoor/v1/work.pb.h"

namespace semafoor::knipperlicht {
namespace {

using kit::CallContext;
using kit::Done;
using kit::Failure;
using kit::Instance;
using kit::Nothing;

// Bounds of semafoor.dossiers/1 and of Signals/MatchSignals.
constexpr int kPersonsAtOnce = 500;

const semafoor_dossiers_v1* dossiers_of(const Instance& instance) {
  const auto* table =
      static_cast<const semafoor_dossiers_v1*>(instance.host().extension(SEMAFOOR_EXT_DOSSIERS));
  if (table == nullptr || !kit::has(*table, &semafoor_dossiers_v1::resolve)) return nullptr;
  return table->resolve == nullptr ? nullptr : table;
}

void SEMAFOOR_CALL append(void* sink, const uint8_t* data, size_t size) noexcept {
  // Out of memory here must not become an exception in the host's stack: the answer is then
  // unreadable, and said so.
  try {
    static_cast<std::string*>(sink)->append(reinterpret_cast<const char*>(data), size);
  } catch (...) {
    static_cast<std::string*>(sink)->clear();
  }
}

Done ask_host(const Instance& instance, const semafoor_dossiers_v1& table,
              const v1::ResolvePersonsRequest& request, v1::ResolvePersonsResponse& response) {
  auto body = kit::encode(instance.config().encoding, request.SerializeAsString(),
                          *v1::ResolvePersonsRequest::descriptor());
  if (!body) return std::move(body.failure());
  const semafoor_span span = kit::span_of(*body);
  std::string answer;
  const semafoor_status status = table.resolve(instance.host().context(), &span, &append, &answer);
  if (status != SEMAFOOR_OK) {
    return Failure{.status = SEMAFOOR_UNAVAILABLE,
                   .code = "dossiers.unavailable",
                   .message = "Asked the host for the dossiers of " +
                              std::to_string(request.persons_size()) +
                              " persons: it answered status " + std::to_string(status) +
                              ". The signals stay unmatched; ask again when its database is back.",
                   .retryable = true};
  }
  return kit::decode(instance.config().encoding, answer, response);
}

// The dossiers of one signal among those of its person: the one the authority names, if the host
// has it.
void choose(const v1::Signal& signal, const v1::PersonDossiers& found, v1::SignalMatch& match) {
  for (const auto& dossier : found.dossiers()) {
    if (dossier.reference() == signal.dossier_number()) {
      *match.add_dossiers() = dossier;
      return;
    }
  }
  *match.mutable_dossiers() = found.dossiers();
}

Done match_page(Instance& instance, const semafoor_dossiers_v1& table,
                const v1::ListSignalsResponse& page, v1::ResolveDossiersResponse& total,
                const CallContext& context) {
  v1::ResolvePersonsRequest question;
  for (const auto& signal : page.signals()) {
    auto* person = question.add_persons();
    *person->mutable_person() = signal.person();
    person->set_dossier_number(signal.dossier_number());
    person->set_law(signal.law());
  }
  v1::ResolvePersonsResponse answer;
  if (auto asked = ask_host(instance, table, question, answer); !asked) return asked;
  std::map<std::string, const v1::PersonDossiers*> by_person;
  for (const auto& found : answer.persons()) by_person[found.person().value()] = &found;
  v1::MatchSignalsRequest matches;
  matches.mutable_organisation()->set_value(instance.config().organisation);
  for (const auto& signal : page.signals()) {
    auto* match = matches.add_matches();
    match->set_signal_id(signal.signal_id());
    const auto found = by_person.find(signal.person().value());
    if (found != by_person.end()) choose(signal, *found->second, *match);
    total.set_asked(total.asked() + 1);
    if (match->dossiers().empty())
      total.set_without_dossier(total.without_dossier() + 1);
    else
      total.set_matched(total.matched() + 1);
  }
  v1::MatchSignalsResponse stored;
  return instance.ask("/semafoor.v1.Signals/MatchSignals", matches, stored, context);
}

Done resolve_all(Instance& instance, bool retry_unmatched, v1::ResolveDossiersResponse& total,
                 const CallContext& context) {
  const semafoor_dossiers_v1* table = dossiers_of(instance);
  if (table == nullptr) {
    return Failure{.status = SEMAFOOR_FAILED_PRECONDITION,
                   .code = "dossiers.not_offered",
                   .message = "Resolved dossiers: this host does not offer " SEMAFOOR_EXT_DOSSIERS
                              ". Offer the extension, or match signals with Signals/MatchSignals."};
  }
  // All pages are listed before the first is matched: matching changes what the filter finds.
  std::vector<v1::ListSignalsResponse> pages;
  v1::ListSignalsRequest list;
  list.mutable_organisation()->set_value(instance.config().organisation);
  list.set_page_size(kPersonsAtOnce);
  list.add_match_states(v1::MATCH_STATE_OPEN);
  if (retry_unmatched) list.add_match_states(v1::MATCH_STATE_NO_DOSSIER);
  do {
    v1::ListSignalsResponse page;
    if (auto listed = instance.ask("/semafoor.v1.Signals/ListSignals", list, page, context);
        !listed)
      return listed;
    list.set_page_token(page.next_page_token());
    if (!page.signals().empty()) pages.push_back(std::move(page));
  } while (!list.page_token().empty());
  for (const auto& page : pages)
    if (auto matched = match_page(instance, *table, page, total, context); !matched) return matched;
  return Nothing{};
}

Done resolve_dossiers(Instance& instance, const google::protobuf::Message& message,
                      google::protobuf::Message& answer, const CallContext& context) {
  return resolve_all(instance,
                     static_cast<const v1::ResolveDossiersRequest&>(message).retry_unmatched(),
                     static_cast<v1::ResolveDossiersResponse&>(answer), context);
}

// A new signal is matched before the host hears of it, on the host's own thread. What fails here is
// tried again with the next one, or when the host asks.
void match_new_signal(Instance& instance, const v1::Event& event) {
  if (event.type() != "signal.received" || dossiers_of(instance) == nullptr) return;
  v1::ResolveDossiersResponse total;
  const auto done =
      resolve_all(instance, false, total, kit::context_for(instance.config().deadline_ms));
  if (!done)
    instance.host().log(SEMAFOOR_LOG_WARNING, "knipperlicht",
                        "A new signal could not be matched to a dossier yet.");
}

}  // namespace
}  // namespace semafoor::knipperlicht

namespace semafoor::kit {

const Definition& definition() {
  static const auto* const plugin = [] {
    auto* made = new Definition{.id = "knipperlicht",
                                .name = "Knipperlichten",
                                .module = v1::MODULE_KNIPPERLICHT,
                                .on_event = &knipperlicht::match_new_signal};
    made->methods = methods_of(v1::ListSignalsRequest::descriptor(), "Signals");
    auto work = methods_of(v1::GetWorkRulesRequest::descriptor(), "Work");
    made->methods.insert(made->methods.end(), work.begin(), work.end());
    auto reports = methods_of(v1::GetStatisticsRequest::descriptor(), "Reports");
    made->methods.insert(made->methods.end(), reports.begin(), reports.end());
    auto modules = methods_of(v1::GetOperationRequest::descriptor(), "Modules");
    made->methods.push_back(method_named(modules, "Modules/GetOperation"));
    auto local = methods_of(v1::ResolveDossiersRequest::descriptor(), "LocalSignals");
    method_named(local, "LocalSignals/ResolveDossiers").local = &knipperlicht::resolve_dossiers;
    made->methods.insert(made->methods.end(), local.begin(), local.end());
    return made;
  }();
  return *plugin;
}

}  // namespace semafoor::kit
