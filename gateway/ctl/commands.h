// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/ctl/admin_client.h"
#include "gateway/ctl/attestation_channel.h"

namespace semafoor::ctl {

struct Common {
  // Where the gateway answers: a socket, or a pipe on Windows.
  std::string socket = standard_place();
  bool json = false;
  // Why, for dangerous acts; recorded.
  std::string reason;
};

struct OrganisationSettings {
  std::string cbe;
  std::string name_nl;
  std::string name_fr;
  std::string name_de;
  std::string client_id;
  std::string key_name;
  // Client id and key are of a service provider that acts for the organisation.
  bool representative = false;
  // No service provider acts for it any more.
  bool end_representation = false;
  // Empty: as they are; "-": none.
  std::vector<std::string> nis_codes;
};

// As given on the command line; an empty user takes the account away.
struct AccountSettings {
  std::string cbe;
  std::string user;
  std::string password_name;
  std::string user_id;
  std::string email;
};

// Each prints its result (or the failure) and gives the exit code.
int list_organisations(const Common& common);
int put_organisation(const Common& common, const OrganisationSettings& settings);
int put_account(const Common& common, const AccountSettings& settings);
int set_modules(const Common& common, const std::string& cbe,
                const std::vector<std::string>& modules, bool enabled);
// Asks the gateway for one and follows it to its end.
int backup(const Common& common, const std::string& folder);
int show_status(const Common& common);
// With `wait`, follows the operation until it has ended and shows its progress on stderr.
int synchronise(const Common& common, const std::string& cbe, bool wait);

struct OutboxDecision {
  std::string cbe;
  std::string client_id;
  std::string reason;
};
// `state` is empty for everything that is neither judged nor discarded.
int list_outbox(const Common& common, const std::string& cbe, const std::string& state);
int replay_answer(const Common& common, const OutboxDecision& decision);
int discard_answer(const Common& common, const OutboxDecision& decision);

}  // namespace semafoor::ctl
