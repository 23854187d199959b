// SPDX-License-Identifier: Apache-2.0
//
// One gRPC service per file; each method bounds its request and calls one use case.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/audit/anchor_folder.h"
#include "gateway/audit/recorder.h"
#include "gateway/audit/refusals.h"
#include "gateway/backup/backups.h"
#include "gateway/feedback/feedback.h"
#include "gateway/intake/filing.h"
#include "gateway/mailbox/expiry_watch.h"
#include "gateway/mailbox/mailbox.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/pairing/pairing.h"
#include "gateway/rpc/consumers.h"
#include "gateway/rpc/event_hub.h"
#include "gateway/rpc/gate.h"
#include "gateway/signals/signal_intake.h"
#include "gateway/signals/signals.h"
#include "gateway/store/store.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::mailbox {
class Retention;
}

namespace semafoor::codes {
class Codes;
}

namespace semafoor::proposals {
class Proposals;
}
namespace semafoor::lists {
class Lists;
class ListReader;
}  // namespace semafoor::lists

namespace semafoor::changeover {
class Changeover;
}
namespace semafoor::work {
class Mergers;
class Work;
}  // namespace semafoor::work

namespace semafoor::reports {
class Reports;
}

namespace semafoor::custody {
class CredentialDesk;
class Erasure;
}  // namespace semafoor::custody

namespace semafoor::rpc {

using TestUpstream = std::function<Result<void>(
    const std::string& org, const std::function<bool(const v1::UpstreamStep&)>& tell,
    const std::stop_token& stop)>;

// The rooms, wired by app/. All outlive the services.
struct UseCases {
  store::Store& store;
  mailbox::Mailbox& mailbox;
  mailbox::MailboxSync& mailbox_sync;
  signals::Signals& signals;
  signals::SignalIntake& signal_intake;
  feedback::Feedback& feedback;
  backup::Backups& backups;
  mailbox::ExpiryWatch& expiry;
  intake::Filing& filing;
  // When main content is fetched, where an organisation does not say.
  const mailbox::ReadDefaults& read;
  audit::Recorder& recorder;
  audit::Refusals& refusals;
  // What the anchors of the audit say.
  std::function<Result<audit::AnchorsRead>()> anchors;
  // Walks an organisation's upstreams and tells each step; blocks (probe/walk.h). Unset: this
  // gateway has none.
  TestUpstream test_upstream = {};
  // The same with the keys that are prepared to follow, where there are any.
  TestUpstream test_prepared = {};
  // Null: this gateway has no vault.
  custody::CredentialDesk* credentials = nullptr;
  custody::Erasure* erasure = nullptr;
  // Machines of the network. Null: this gateway listens to none.
  pairing::Pairing* pairing = nullptr;
  // Removes messages whose time is over. Null: this gateway keeps all.
  mailbox::Retention* retention = nullptr;
  // Code tables. Null: those of the settings stay.
  codes::Codes* codes = nullptr;
  // Null: nothing is proposed.
  proposals::Proposals* proposals = nullptr;
  // What documents became, and what reads them. Null: this gateway reads none.
  lists::Lists* lists = nullptr;
  lists::ListReader* list_reader = nullptr;
  // Channels and half-yearly lists that go back. Null: this gateway has none of it.
  changeover::Changeover* changeover = nullptr;
  // Who treats what, and organisations that became part of others. Null: this gateway has neither.
  work::Work* work = nullptr;
  work::Mergers* mergers = nullptr;
  // Null: this gateway makes none.
  reports::Reports* reports = nullptr;
};

// What the Admin service tells of the process itself.
struct GatewayFacts {
  std::string version;
  std::int64_t started_at_ms = 0;
  std::function<bool()> ready;
  std::function<v1::DiskStatus()> disk;
  // Unset: not told.
  std::function<v1::ClockStatus()> clock;
  // What alarms, the gravest first. Unset: nobody looks.
  std::function<std::vector<v1::Alarm>()> alarms;
};

// Protocol minors this gateway speaks; a plugin accepts one more on either side (semantics,
// Versions).
inline constexpr int kProtocolMinorLowest = 0;
inline constexpr int kProtocolMinorHighest = 0;

std::unique_ptr<grpc::Service> make_mailbox_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_signals_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_feedback_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_codes_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_proposals_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_lists_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_work_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_modules_service(Gate& gate, UseCases& rooms, EventHub& hub,
                                                    Consumers& consumers,
                                                    const GatewayFacts& facts);
std::unique_ptr<grpc::Service> make_admin_service(Gate& gate, UseCases& rooms, Directory& directory,
                                                  Sessions& sessions, const GatewayFacts& facts);
std::unique_ptr<grpc::Service> make_channels_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_channels_admin_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_reports_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_reports_admin_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_pairing_service(Gate& gate, UseCases& rooms);

}  // namespace semafoor::rpc
