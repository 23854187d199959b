// SPDX-License-Identifier: Apache-2.0
//
// What the settings mean to each room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "gateway/app/config.h"
#include "gateway/app/duty_watch.h"
#include "gateway/app/json_log.h"
#include "gateway/app/sealing.h"
#include "gateway/codes/codes.h"
#include "gateway/duties/clients.h"
#include "gateway/feedback/code_list.h"
#include "gateway/feedback/judgements.h"
#include "gateway/intake/watched_folder.h"
#include "gateway/lists/rules.h"
#include "gateway/mailbox/expiry_watch.h"
#include "gateway/mailbox/families.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/mailbox/retention.h"
#include "gateway/probe/walk.h"
#include "gateway/reports/reports.h"
#include "gateway/rpc/local_policy.h"
#include "gateway/rpc/sessions.h"
#include "gateway/signals/signal_intake.h"
#include "gateway/signals/signal_types.h"
#include "gateway/store/store.h"
#include "gateway/vault/key_ring.h"
#include "gateway/vault/tokens/pins.h"

namespace semafoor::app {

struct Lists {
  mailbox::Families families;
  signals::SignalTypes signal_types;
  feedback::CodeList codes;
  // The two above, as an administrator sees them.
  codes::BaseTables tables;
  // By which documents are read.
  std::shared_ptr<const lists::Rules> rules;
};

// The accounts of the configuration as the system numbers them.
Result<std::vector<rpc::AllowRule>> rules_of(const std::vector<AllowSettings>& settings);
Result<Lists> load_lists(const Config& config);
lists::RuleFiles rule_files(const Config& config);
upstream::UpstreamOptions upstream_options(const Config& config);
probe::WalkOptions walk_options(const Config& config);
mailbox::SyncOptions sync_options(const Config& config);
mailbox::EboxSources ebox_sources(const Config& config, duties::Clients& clients);
mailbox::ExpiryOptions expiry_options(const Config& config);
mailbox::RetentionOptions retention_options(const Config& config);
intake::WatchOptions watch_options(const Config& config);
// Three runs may fail before their absence is called overdue, and never within a quarter of an
// hour.
std::vector<DutyLimit> duty_limits(const Config& config);
signals::IntakeOptions intake_options(const Config& config);
reports::ReportsOptions report_options(const Config& config, signals::TypesInForce types,
                                       feedback::CodesInForce codes,
                                       std::function<std::int64_t()> now_ms);
feedback::JudgementOptions judgement_options(const Config& config);
rpc::SessionOptions session_options(const Config& config);
Result<std::unique_ptr<store::Store>> open_store(const Config& config, JsonLog& log,
                                                 const Seal& seal);
std::shared_ptr<vault::KeyRing> make_keys(const Config& config,
                                          std::shared_ptr<vault::Credentials> credentials,
                                          std::shared_ptr<vault::KeyRing> tokens, vault::Slot slot);
// Null when there are none.
std::shared_ptr<vault::KeyRing> make_tokens(const Config& config, vault::tokens::Pins& pins);

}  // namespace semafoor::app
