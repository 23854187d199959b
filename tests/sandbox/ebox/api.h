// SPDX-License-Identifier: Apache-2.0
//
// The Message Registry of contract 2.1 (consumer side) and the provider registry of the federation
// contract 1.3.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/ebox/box.h"
#include "tests/sandbox/http/message.h"
#include "tests/sandbox/ledger/ledger.h"
#include "tests/sandbox/oauth/authority.h"
#include "tests/sandbox/oauth/mandates.h"

namespace semafoor::sandbox::ebox {

inline constexpr std::string_view kRegistryPath = "/ebox/messageRegistry/v2";
inline constexpr std::string_view kFederationPath = "/federation/v1";

class Api {
 public:
  // `path`: where this provider's registry is served.
  Api(Boxes& boxes, ledger::Ledger& ledger, const oauth::Authority& authority,
      const oauth::Mandates& mandates, std::string path = std::string(kRegistryPath))
      : boxes_(boxes),
        ledger_(ledger),
        authority_(authority),
        mandates_(mandates),
        path_(std::move(path)) {}

  // "http://127.0.0.1:PORT"; links are made with it.
  void set_base(std::string base) { base_ = std::move(base); }
  // What the registry of providers lists; without it, this provider alone. Before it is served.
  void set_providers(std::function<http::Json()> providers) { providers_ = std::move(providers); }
  // Where answers on lists that come back as replies go: organisation, the reply's id, the
  // answers. Before it is served.
  using ReturnSink = std::function<void(const std::string&, const std::string&,
                                        const std::vector<content::ReturnedAnswer>&)>;
  void set_returns(ReturnSink returns) { returns_ = std::move(returns); }
  // This provider as the registry lists it.
  http::Json own_entry() const;

  // [any-thread]
  http::Reply serve(const http::Call& call);
  http::Reply federation(const http::Call& call);
  // StatusMessage of the contract; the environment in upper case for the federation API, as its
  // contract has it.
  static http::Reply error(const http::Call& call, int status, const std::string& message = "",
                           const std::string& code = "");

 private:
  struct Route;
  http::Reply box(const std::string& organisation);
  http::Reply list(const http::Call& call, const std::string& organisation);
  http::Reply patch(const http::Call& call, const std::string& organisation);
  http::Reply message(const http::Call& call, const std::string& organisation,
                      const std::vector<std::string>& parts);
  http::Reply attachment(const http::Call& call, const std::string& organisation,
                         const Entry& entry, const std::vector<std::string>& parts);
  http::Reply status_of(const http::Call& call, const std::string& organisation);
  http::Reply publish(const http::Call& call, const std::string& organisation);
  http::Reply reference_data(const http::Call& call, const std::vector<std::string>& parts);

  Boxes& boxes_;
  ledger::Ledger& ledger_;
  const oauth::Authority& authority_;
  const oauth::Mandates& mandates_;
  const std::string path_;
  std::string base_;
  std::function<http::Json()> providers_;
  ReturnSink returns_;
};

}  // namespace semafoor::sandbox::ebox
