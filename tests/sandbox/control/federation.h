// SPDX-License-Identifier: Apache-2.0
//
// The registry's providers besides the first: each with a path, messages and a state of its own.
// All functions [any-thread].
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/sandbox/control/world.h"
#include "tests/sandbox/ebox/api.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ledger/ledger.h"
#include "tests/sandbox/oauth/authority.h"
#include "tests/sandbox/oauth/mandates.h"

namespace semafoor::sandbox::control {

// Of the providers that are not the first: "/ebox/providers/ID/registry".
inline constexpr std::string_view kProvidersPath = "/ebox/providers";
// The first one, at ebox::kRegistryPath.
inline constexpr char kFirstProvider[] = "sandbox";

class Federation {
 public:
  Federation(const World& world, ebox::Api& first, ledger::Ledger& ledger,
             const oauth::Authority& authority, const oauth::Mandates& mandates)
      : world_(world), first_(first), ledger_(ledger), authority_(authority), mandates_(mandates) {}

  // "http://127.0.0.1:PORT". Before anything is served.
  void set_base(std::string base) { base_ = std::move(base); }

  // POST /control/v1/providers, and PUT .../ID: the members that are named change. A sentence when
  // that cannot be.
  std::optional<std::string> add(const http::Json& wish);
  std::optional<std::string> change(const std::string& id, const http::Json& wish);
  bool remove(const std::string& id);
  // As many more messages; their ids, or nullopt with a sentence in `why`.
  std::optional<std::vector<std::string>> add_messages(const std::string& id,
                                                       const std::string& organisation, int count,
                                                       std::string& why);
  // All, with the ids of their messages by organisation.
  http::Json describe() const;
  // One of each kind: active, down, in maintenance, not yet active, deactivated, speaking 3.
  void add_one_of_each();

  // What the registry answers.
  http::Json registry() const;
  // Below kProvidersPath.
  http::Reply serve(const http::Call& call);
  // The provider of this path answers nobody.
  bool is_down(const std::string& path) const;

 private:
  struct Provider {
    ebox::Boxes boxes;
    std::unique_ptr<ebox::Api> api;
    std::string path;
    std::map<std::string, std::uint32_t> next_message;
  };
  // What the registry says of it, and whether it answers.
  struct State {
    http::Json entry;
    bool down = false;
    std::shared_ptr<Provider> provider;
  };

  static std::optional<std::string> apply(const http::Json& wish, State& state);
  void fill(Provider& provider, const std::string& id, const content::Organisation& organisation,
            int count);

  const World& world_;
  ebox::Api& first_;
  ledger::Ledger& ledger_;
  const oauth::Authority& authority_;
  const oauth::Mandates& mandates_;
  std::string base_;
  mutable std::mutex mutex_;
  std::map<std::string, State> states_;
  // Entries as the test wrote them, however wrong.
  http::Json raw_ = http::Json::array();
  // Of the first provider.
  http::Json first_changes_ = http::Json::object();
  bool first_down_ = false;
};

}  // namespace semafoor::sandbox::control
