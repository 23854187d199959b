// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/federation.h"

#include <array>
#include <chrono>
#include <set>
#include <utility>

#include "tests/sandbox/content/random.h"
#include "tests/sandbox/ebox/dialect3.h"

namespace semafoor::sandbox::control {
namespace {

using http::Json;

constexpr int kMessagesOfAProvider = 5;

// Members of a wish, and what the registry calls them.
constexpr std::array<std::pair<const char*, const char*>, 5> kMembers{{
    {"activationDate", "messageProviderActivationDate"},
    {"deactivationDate", "messageProviderDeactivationDate"},
    {"maintenance", "messageProviderPlannedMaintenance"},
    {"apiVersion", "apiSupportedVersion"},
    {"url", "messageProviderUrl"},
}};

bool below(const std::string& path, const std::string& prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

bool speaks_3(const Json& entry) {
  return entry.value("apiSupportedVersion", "").starts_with("3");
}

bool harmless_id(const std::string& id) {
  return !id.empty() && id.size() <= 60 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

}  // namespace

std::optional<std::string> Federation::apply(const Json& wish, State& state) {
  for (const auto& [name, value] : wish.items()) {
    if (name == "id" || name == "messages") continue;
    if (name == "down") {
      if (!value.is_boolean()) return "down must be true or false";
      state.down = value.get<bool>();
      continue;
    }
    bool known = false;
    for (const auto& [ours, theirs] : kMembers) {
      if (name != ours) continue;
      known = true;
      // null takes it away.
      if (value.is_null()) {
        state.entry.erase(theirs);
      } else {
        state.entry[theirs] = value;
      }
    }
    if (!known) return "unknown member: " + name;
  }
  return std::nullopt;
}

void Federation::fill(Provider& provider, const std::string& id,
                      const content::Organisation& organisation, int count) {
  const content::MessageShape shape{content::derive(world_.options().seed, "provider/" + id), 0,
                                    true};
  auto& next = provider.next_message[organisation.cbe];
  for (int i = 0; i < count; ++i) {
    const auto newest = content::Moment(world_.options().anchor) + std::chrono::hours(9);
    const auto received = newest + std::chrono::seconds(static_cast<int>(next));
    provider.boxes.add(organisation.cbe,
                       content::make_message(shape, organisation, {}, next, received));
    ++next;
  }
}

std::optional<std::string> Federation::add(const Json& wish) {
  if (!wish.is_object()) return "the body must be a JSON object";
  std::lock_guard lock(mutex_);
  if (wish.contains("raw")) {
    raw_.push_back(wish["raw"]);
    return std::nullopt;
  }
  const std::string id = wish.contains("id") && wish["id"].is_string() ? wish["id"] : Json("");
  if (!harmless_id(id)) return "id must be of lower-case letters, digits and hyphens";
  if (id == kFirstProvider || states_.contains(id)) return "this provider is there already";
  int count = kMessagesOfAProvider;
  if (wish.contains("messages")) {
    if (!wish["messages"].is_number_unsigned()) return "messages must be a whole number from 0";
    count = wish["messages"].get<int>();
  }
  State state;
  state.provider = std::make_shared<Provider>();
  auto& provider = *state.provider;
  provider.path = std::string(kProvidersPath) + "/" + id + "/registry";
  provider.api =
      std::make_unique<ebox::Api>(provider.boxes, ledger_, authority_, mandates_, provider.path);
  provider.api->set_base(base_);
  state.entry = provider.api->own_entry();
  state.entry["messageProviderId"] = id;
  for (const char* language : {"nl", "fr", "de", "en"}) {
    state.entry["messageProviderName"][language] = "Sandbox " + id;
  }
  if (auto why = apply(wish, state)) return why;
  for (const auto& organisation : world_.organisations()) {
    provider.boxes.open(organisation.cbe);
    fill(provider, id, organisation, count);
  }
  states_.emplace(id, std::move(state));
  return std::nullopt;
}

std::optional<std::string> Federation::change(const std::string& id, const Json& wish) {
  if (!wish.is_object()) return "the body must be a JSON object";
  std::lock_guard lock(mutex_);
  if (id == kFirstProvider) {
    State state{.entry = first_changes_, .down = first_down_};
    if (auto why = apply(wish, state)) return why;
    first_changes_ = std::move(state.entry);
    first_down_ = state.down;
    return std::nullopt;
  }
  auto found = states_.find(id);
  if (found == states_.end()) return "no such provider";
  State changed = found->second;
  if (auto why = apply(wish, changed)) return why;
  found->second = std::move(changed);
  return std::nullopt;
}

bool Federation::remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  return states_.erase(id) > 0;
}

std::optional<std::vector<std::string>> Federation::add_messages(const std::string& id,
                                                                 const std::string& cbe, int count,
                                                                 std::string& why) {
  std::lock_guard lock(mutex_);
  auto found = states_.find(id);
  const auto* organisation = world_.find(cbe);
  if (found == states_.end() || organisation == nullptr) {
    why = found == states_.end() ? "no such provider" : "the organisation has no e-Box here";
    return std::nullopt;
  }
  auto& provider = *found->second.provider;
  std::set<std::string> before;
  for (const auto& entry : provider.boxes.entries(cbe)) before.insert(entry.message->id);
  fill(provider, id, *organisation, count);
  std::vector<std::string> ids;
  for (const auto& entry : provider.boxes.entries(cbe)) {
    if (!before.contains(entry.message->id)) ids.push_back(entry.message->id);
  }
  return ids;
}

Json Federation::describe() const {
  Json all = Json::array();
  std::lock_guard lock(mutex_);
  for (const auto& [id, state] : states_) {
    Json messages = Json::object();
    for (const auto& organisation : world_.organisations()) {
      Json ids = Json::array();
      for (const auto& entry : state.provider->boxes.entries(organisation.cbe)) {
        ids.push_back(entry.message->id);
      }
      messages[organisation.cbe] = std::move(ids);
    }
    all.push_back({{"id", id},
                   {"down", state.down},
                   {"entry", state.entry},
                   {"messages", std::move(messages)}});
  }
  return {{"providers", std::move(all)}};
}

void Federation::add_one_of_each() {
  add({{"id", "second"}});
  add({{"id", "down"}, {"down", true}});
  add({{"id", "maintenance"},
       {"maintenance",
        {{{"startDate", "2020-01-01T00:00:00Z"}, {"endDate", "2999-01-01T00:00:00Z"}}}}});
  add({{"id", "future"}, {"activationDate", "2999-01-01"}});
  add({{"id", "past"}, {"deactivationDate", "2021-01-01"}});
  add({{"id", "three"}, {"apiVersion", "3.0"}});
}

Json Federation::registry() const {
  Json first = first_.own_entry();
  std::lock_guard lock(mutex_);
  first.update(first_changes_);
  Json all = Json::array({std::move(first)});
  for (const auto& [id, state] : states_) all.push_back(state.entry);
  for (const auto& entry : raw_) all.push_back(entry);
  return all;
}

http::Reply Federation::serve(const http::Call& call) {
  std::shared_ptr<Provider> provider;
  bool three = false;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [id, state] : states_) {
      if (!below(call.path, state.provider->path)) continue;
      provider = state.provider;
      three = speaks_3(state.entry);
    }
  }
  if (!provider) return ebox::Api::error(call, 404, "no such provider");
  if (three) return ebox::serve_dialect3(*provider->api, provider->path, call);
  return provider->api->serve(call);
}

bool Federation::is_down(const std::string& path) const {
  std::lock_guard lock(mutex_);
  if (first_down_ && below(path, std::string(ebox::kRegistryPath))) return true;
  for (const auto& [id, state] : states_) {
    if (state.down && below(path, state.provider->path)) return true;
  }
  return false;
}

}  // namespace semafoor::sandbox::control
