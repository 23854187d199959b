// SPDX-License-Identifier: Apache-2.0
//
// One gRPC service per file; each method bounds its request and calls one use case.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/backup/backups.h"
#include "gateway/feedback/feedback.h"
#include "gateway/mailbox/mailbox.h"
#include "gateway/mailbox/mailbox_sync.h"
#include "gateway/rpc/consumers.h"
#include "gateway/rpc/event_hub.h"
#include "gateway/rpc/gate.h"
#include "gateway/signals/signal_intake.h"
#include "gateway/signals/signals.h"
#include "gateway/store/store.h"

namespace semafoor::rpc {

// The rooms, wired by app/. All outlive the services.
struct UseCases {
  store::Store& store;
  mailbox::Mailbox& mailbox;
  mailbox::MailboxSync& mailbox_sync;
  signals::Signals& signals;
  signals::SignalIntake& signal_intake;
  feedback::Feedback& feedback;
  backup::Backups& backups;
};

// What the Admin service tells of the process itself.
struct GatewayFacts {
  std::string version;
  std::int64_t started_at_ms = 0;
  std::function<bool()> ready;
  std::function<v1::DiskStatus()> disk;
};

// Protocol minors this gateway speaks; a plugin accepts one more on either side (semantics,
// Versions).
inline constexpr int kProtocolMinorLowest = 0;
inline constexpr int kProtocolMinorHighest = 0;

std::unique_ptr<grpc::Service> make_mailbox_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_signals_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_feedback_service(Gate& gate, UseCases& rooms);
std::unique_ptr<grpc::Service> make_modules_service(Gate& gate, UseCases& rooms, EventHub& hub,
                                                    Consumers& consumers,
                                                    const GatewayFacts& facts);
std::unique_ptr<grpc::Service> make_admin_service(Gate& gate, UseCases& rooms, Directory& directory,
                                                  Sessions& sessions, const GatewayFacts& facts);

}  // namespace semafoor::rpc
