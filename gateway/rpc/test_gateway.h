// SPDX-License-Identifier: Apache-2.0
//
// For the tests of this room: the real server behind its local door, the real rooms over a real
// store; only the upstreams are missing.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>

#include "gateway/codes/codes.h"
#include "gateway/duties/test_store.h"
#include "gateway/lists/list_reader.h"
#include "gateway/lists/lists.h"
#include "gateway/mailbox/retention.h"
#include "gateway/proposals/proposals.h"
#include "gateway/reports/reports.h"
#include "gateway/rpc/door.h"
#include "gateway/rpc/server.h"
#include "gateway/rpc/services.h"
#include "gateway/rpc/test_door.h"
#include "gateway/rpc/test_journal.h"
#include "gateway/work/mergers.h"
#include "gateway/work/work.h"
#include "semafoor/v1/admin.grpc.pb.h"
#include "semafoor/v1/codes.grpc.pb.h"
#include "semafoor/v1/errors.pb.h"
#include "semafoor/v1/feedback.grpc.pb.h"
#include "semafoor/v1/lists.grpc.pb.h"
#include "semafoor/v1/mailbox.grpc.pb.h"
#include "semafoor/v1/modules.grpc.pb.h"
#include "semafoor/v1/proposals.grpc.pb.h"
#include "semafoor/v1/signals.grpc.pb.h"

namespace semafoor::rpc {

using duties::kTestOrg;
inline constexpr char kOtherOrg[] = "0212344876";
inline constexpr char kUnknownOrg[] = "0403019261";

class TestGateway : public testing::Test {
 protected:
  explicit TestGateway(const std::shared_ptr<const vault::SealKey>& root = nullptr)
      : store_(clock_, root) {
    store_.add_organisation();
    rooms_.reports = &reports_;
    start();
    token_ = token_for({.admin = true, .all_organisations = true});
  }
  ~TestGateway() override { stop(); }

  void start() {
    store_->on_commit([this](const store::CommitNotice& notice) {
      if (server_) server_->committed(notice);
    });
    auto server = Server::start({}, rooms_, facts_, sessions_, *door_, journal_);
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
    server_->set_ready(true);
    channel_ = channel_to(*door_);
    mailbox_stub_ = v1::Mailbox::NewStub(channel_);
    signals_stub_ = v1::Signals::NewStub(channel_);
    feedback_stub_ = v1::Feedback::NewStub(channel_);
    proposals_stub_ = v1::Proposals::NewStub(channel_);
    codes_stub_ = v1::CodesAdmin::NewStub(channel_);
    modules_stub_ = v1::Modules::NewStub(channel_);
    admin_stub_ = v1::Admin::NewStub(channel_);
  }
  void stop() {
    if (server_) server_->stop(std::chrono::milliseconds(200));
    sync_.stop();
    intake_.stop();
    backups_.stop();
    recorder_.flush();
    refusals_.flush();
    store_->close();
  }

  std::string token_for(Access access, std::shared_ptr<const ProcessHold> process = nullptr) {
    Session session;
    session.access = std::move(access);
    session.process = std::move(process);
    session.peer.pid = ++pid_;
    return *sessions_.open(std::move(session));
  }

  // One call: context with token and a deadline for broken tests, outcome, details.
  struct Outcome {
    grpc::Status status;
    v1::ErrorDetail detail;
    grpc::StatusCode code() const { return status.error_code(); }
  };
  void prepare(grpc::ClientContext& context) {
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }
  static Outcome outcome(const grpc::ClientContext& context, const grpc::Status& status) {
    Outcome result{status, {}};
    const auto& trailing = context.GetServerTrailingMetadata();
    if (const auto found = trailing.find("semafoor-error-bin"); found != trailing.end()) {
      EXPECT_TRUE(result.detail.ParseFromArray(found->second.data(),
                                               static_cast<int>(found->second.size())));
    }
    return result;
  }
  template <typename Stub, typename Request, typename Response>
  Outcome call(const std::unique_ptr<Stub>& stub,
               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
               const Request& request, Response& response) {
    grpc::ClientContext context;
    prepare(context);
    context.AddMetadata("semafoor-actor-id-bin", actor_id_);
    context.AddMetadata("semafoor-actor-name-bin", actor_name_);
    context.AddMetadata("semafoor-correlation-id", "corr-1");
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    return outcome(context, status);
  }
  template <typename Request>
  static Request about(const std::string& org = kTestOrg) {
    Request request;
    request.mutable_organisation()->set_value(org);
    return request;
  }

  // A message whose main content a read policy holds back.
  void add_held(const std::string& id, v1::MessageFamily family = v1::MESSAGE_FAMILY_OTHER) {
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.mutable_organisation()->set_value(kTestOrg);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id(id);
    stored.message.set_family(family);
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id(id + "-a");
    attachment.set_main_content(true);
    attachment.set_state(v1::ATTACHMENT_STATE_HELD_BACK);
    store_.write([&](store::Transaction& tx) -> Result<void> {
      if (auto put = tx.put_attachment_source(kTestOrg, {id + "-a", id, id, ""}); !put.ok())
        return put;
      return tx.put_message(kTestOrg, stored, "");
    });
  }
  // A message with one stored attachment.
  void add_message(const std::string& id, const std::string& content = "hello",
                   const std::string& event = "message.stored") {
    auto writer = store_->blobs().create(kTestOrg);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->append(std::as_bytes(std::span(content))).ok());
    const auto blob = (*writer)->commit();
    ASSERT_TRUE(blob.ok());
    store::StoredMessage stored;
    stored.message.set_message_id(id);
    stored.message.mutable_organisation()->set_value(kTestOrg);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id(id);
    stored.message.mutable_subject()->set_nl("Maandstaat leefloon");
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id(id + "-a");
    attachment.set_state(v1::ATTACHMENT_STATE_STORED);
    attachment.set_size_bytes(static_cast<std::int64_t>(content.size()));
    std::string digest;
    for (std::size_t i = 0; i < blob->sha256.size(); i += 2)
      digest.push_back(static_cast<char>(std::stoi(blob->sha256.substr(i, 2), nullptr, 16)));
    attachment.set_sha256(digest);
    store_.write([&](store::Transaction& tx) { return tx.put_message(kTestOrg, stored, event); });
  }

  duties::ManualClock clock_;
  duties::TestStore store_;
  mailbox::Families families_ = *mailbox::Families::load();
  signals::SignalTypes types_ = *signals::SignalTypes::load();
  feedback::CodeList codes_ = *feedback::CodeList::load();
  mailbox::ReadDefaults read_;
  mailbox::Mailbox mailbox_{*store_, families_, [this] { return clock_.now_ms(); }, read_};
  mailbox::SyncOptions sync_options_;
  mailbox::MailboxSync sync_{
      *store_,
      [](const store::Org&) -> Result<std::shared_ptr<upstream::EboxClient>> {
        return failure(ErrorKind::unavailable, "test.no_upstream", "There is none.");
      },
      families_, clock_, sync_options_};
  mailbox::ExpiryWatch expiry_{*store_, clock_, {}, read_, {}};
  mailbox::Retention retention_{*store_, clock_, {}, read_};
  intake::Filing filing_{*store_, families_, [this] { return clock_.now_ms(); }, 1024 * 1024};
  signals::Signals signals_{*store_,
                            signals::TypesInForce(v1::CODE_TABLE_KIND_SIGNAL_TYPES, types_),
                            [this] { return clock_.now_ms(); }};
  signals::IntakeOptions intake_options_;
  signals::SignalIntake intake_{
      *store_,
      [](const store::Org&) -> Result<std::shared_ptr<upstream::PodmiClient>> {
        return failure(ErrorKind::unavailable, "test.no_upstream", "There is none.");
      },
      [](store::Transaction&, const store::Org&,
         const upstream::MailboxContent::FeedbackResult&) -> Result<void> { return {}; },
      clock_, intake_options_};
  feedback::Feedback feedback_{*store_,
                               feedback::CodesInForce(v1::CODE_TABLE_KIND_FEEDBACK_CODES, codes_),
                               [this] { return clock_.now_ms(); }};
  codes::Codes loaded_codes_{*store_, *codes::BaseTables::load({}, {}),
                             [this] { return clock_.now_ms(); }};
  proposals::Proposals proposals_{*store_, feedback_, [this] { return clock_.now_ms(); }};
  lists::Lists read_lists_{*store_};
  // Every row is a signal of its own; nothing is read by itself.
  lists::ListReader list_reader_{
      *store_,
      clock_,
      lists::load_rules({}).value(),
      {.sink = [](store::Transaction&, const store::Org&, const signals::ListedSignal& row,
                  const signals::ListFacts&, std::int64_t) -> Result<signals::Listed> {
        return signals::Listed{.signal_id = row.facts.signal_reference(), .is_new = true};
      }}};
  backup::Backups backups_{
      *store_, {.data_folder = store_.folder(), .now_ms = [this] { return clock_.now_ms(); }}};
  work::Work work_{*store_, [this] { return clock_.now_ms(); }};
  work::Mergers mergers_{*store_, clock_, {}};
  audit::AnchorFolder anchors_{store_.folder() / "anchors"};
  audit::Recorder recorder_{*store_};
  audit::Refusals refusals_{*store_, {.now_ms = [this] { return clock_.now_ms(); }}};
  reports::Reports reports_{
      *store_,
      {.names = {}, .dossiers = {}, .work_folder = store_.folder() / "reports", .now_ms = [this] {
         return clock_.now_ms();
       }}};
  UseCases rooms_{*store_,
                  mailbox_,
                  sync_,
                  signals_,
                  intake_,
                  feedback_,
                  backups_,
                  expiry_,
                  filing_,
                  read_,
                  recorder_,
                  refusals_,
                  [this] { return anchors_.read(""); },
                  {},
                  {},
                  nullptr,
                  nullptr,
                  nullptr,
                  &retention_,
                  &loaded_codes_,
                  &proposals_,
                  &read_lists_,
                  &list_reader_,
                  nullptr,
                  &work_,
                  &mergers_};
  static v1::ClockStatus clock_behind() {
    v1::ClockStatus clock;
    clock.set_measured(true);
    clock.set_skew_seconds(-360);
    clock.set_wrong(true);
    return clock;
  }
  GatewayFacts facts_{"1.2.3", 1'000, [] { return true; }, [] { return v1::DiskStatus(); },
                      clock_behind};
  Sessions sessions_{{}};
  TestJournal journal_;
  std::unique_ptr<Door> door_ = make_test_door(store_.folder(), journal_);
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Mailbox::Stub> mailbox_stub_;
  std::unique_ptr<v1::Signals::Stub> signals_stub_;
  std::unique_ptr<v1::Feedback::Stub> feedback_stub_;
  std::unique_ptr<v1::Proposals::Stub> proposals_stub_;
  std::unique_ptr<v1::CodesAdmin::Stub> codes_stub_;
  std::unique_ptr<v1::Modules::Stub> modules_stub_;
  std::unique_ptr<v1::Admin::Stub> admin_stub_;
  std::string token_;
  std::string actor_id_ = "u1";
  std::string actor_name_ = "Ann";
  std::int64_t pid_ = 0;
};

}  // namespace semafoor::rpc
