// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/gateway.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "gateway/app/audit_anchors.h"
#include "gateway/app/channel_duties.h"
#include "gateway/app/disk_watch.h"
#include "gateway/app/duty_watch.h"
#include "gateway/app/http_front.h"
#include "gateway/app/local_front.h"
#include "gateway/app/maintenance.h"
#include "gateway/app/metrics_page.h"
#include "gateway/app/network.h"
#include "gateway/app/private_places.h"
#include "gateway/app/process.h"
#include "gateway/app/room_options.h"
#include "gateway/app/tidings.h"
#include "gateway/audit/recorder.h"
#include "gateway/audit/refusals.h"
#include "gateway/backup/backups.h"
#include "gateway/codes/codes.h"
#include "gateway/custody/credential_desk.h"
#include "gateway/custody/erasure.h"
#include "gateway/custody/key_keeper.h"
#include "gateway/custody/key_watch.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/feedback/judgements.h"
#include "gateway/feedback/outbox.h"
#include "gateway/intake/boxes.h"
#include "gateway/intake/watched_folder.h"
#include "gateway/lists/list_reader.h"
#include "gateway/lists/lists.h"
#include "gateway/probe/walk.h"
#include "gateway/proposals/proposals.h"
#include "gateway/reports/reports.h"
#include "gateway/rpc/attestation.h"
#include "gateway/rpc/local_policy.h"
#include "gateway/rpc/programs.h"
#include "gateway/rpc/server.h"
#include "gateway/rpc/services.h"
#include "gateway/store/file_shelf.h"
#include "gateway/store/postgresql_store.h"
#include "gateway/vault/key_ring.h"
#include "gateway/vault/tokens/pins.h"
#include "gateway/work/mergers.h"
#include "gateway/work/reminders.h"
#include "gateway/work/work.h"
#include "gateway/work/work_follower.h"

namespace semafoor::app {
namespace {

constexpr std::chrono::milliseconds kGrace{400};
// A killed one is gone when the writes it waited for are: on a busy disk that takes seconds.
constexpr std::chrono::milliseconds kPredecessorEnds{10'000};

std::int64_t system_now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The members stand in the order in which they need each other, and go in the reverse one.
class WiredGateway final : public Gateway {
 public:
  WiredGateway(const Config& config, JsonLog& log, std::unique_ptr<FolderLock> lock,
               std::unique_ptr<store::Store> store, Lists lists, std::vector<rpc::AllowRule> rules,
               std::unique_ptr<LocalFront> local, Network network, const Seal& seal)
      : config_(config),
        log_(log),
        lock_(std::move(lock)),
        store_(std::move(store)),
        lists_(std::move(lists)),
        network_(std::move(network)),
        clock_skew_(make_clock_skew(log)),
        vault_shelf_(store::make_file_shelf(vault_folder(config.seal, config.data_dir))),
        credentials_(std::make_shared<vault::Credentials>(*vault_shelf_, seal, &system_now_s)),
        pins_(*vault_shelf_, seal),
        tokens_(make_tokens(config, pins_)),
        keys_(make_keys(config, credentials_, tokens_, vault::Slot::active)),
        clients_(*store_, upstream::make_upstreams(upstream_options(config), keys_, clock_skew_)),
        mailbox_(
            *store_, lists_.families, [this] { return clock_.now_ms(); }, config.read, queued()),
        mailbox_sync_(*store_, ebox_sources(config, clients_), lists_.families, clock_,
                      sync_options(config)),
        expiry_(*store_, clock_, expiry_options(config), config.read, queued()),
        retention_(*store_, clock_, retention_wired(), config.read),
        filing_(
            *store_, lists_.families, [this] { return clock_.now_ms(); },
            config.max_file_mib * 1024 * 1024),
        folder_(*store_, clock_, filing_, watch_options(config),
                [&log](const intake::Outcome& one) { note_intake(log, one); }),
        signals_(*store_, types_in_force(), [this] { return clock_.now_ms(); }),
        signal_intake_(
            *store_, clients_.podmi_source(),
            [this](store::Transaction& tx, const store::Org& org,
                   const upstream::MailboxContent::FeedbackResult& result) {
              return feedback::apply_result(tx, org, codes_in_force_, result, clock_.now_ms());
            },
            clock_, intake_options(config)),
        feedback_(*store_, codes_in_force_, [this] { return clock_.now_ms(); }),
        outbox_(*store_, clients_.podmi_source(), codes_in_force_, clock_, {},
                [this](const store::Org& org) { signal_intake_.expect_result(org); }),
        judgements_(*store_, clients_.podmi_source(), codes_in_force_, clock_,
                    judgement_options(config)),
        codes_(*store_, lists_.tables, [this] { return clock_.now_ms(); }),
        proposals_(*store_, feedback_, [this] { return clock_.now_ms(); }),
        read_lists_(*store_),
        list_reader_(*store_, clock_, lists_.rules, list_reading()),
        channels_(config, *store_, clock_, clients_, codes_in_force_),
        mergers_(*store_, clock_, {}),
        work_follower_(*store_, clock_, mergers_),
        reminders_(*store_, clock_, {}),
        work_(*store_, [this] { return clock_.now_ms(); },
              {.rules_changed = [this](const store::Org& org) { reminders_.trigger(org); },
               .spread = [this](const store::Org& org) { work_follower_.spread(org); }}),
        inventory_(*store_, *credentials_, keys_, &system_now_s),
        key_watch_(*store_, inventory_,
                   {.unsealed = seal == nullptr, .plaintext = config.plaintext_keys},
                   &system_now_s),
        duty_watch_(*store_, clock_, log, duty_limits(config), [this] { look_at_keys(); }),
        disk_watch_(store_->headroom(), config.data_dir, config.disk, log),
        key_keeper_(*store_, *vault_shelf_),
        desk_(*store_, *credentials_, pins_, inventory_, [this] { key_watch_.changed(); }),
        erasure_(*store_, *credentials_, key_keeper_, config.keys_folder,
                 [this] { key_watch_.changed(); }),
        backups_(*store_,
                 {.data_folder = config.data_dir,
                  .program_version = gateway_version(),
                  .now_ms = [this] { return clock_.now_ms(); },
                  .copy_keys =
                      [this](const std::filesystem::path& folder) {
                        return key_keeper_.backed_up(folder);
                      },
                  .ended = [&log](const backup::Standing& one) { note_backup(log, one); }}),
        reports_(*store_, report_options(config, types_in_force(), codes_in_force_,
                                         [this] { return clock_.now_ms(); })),
        anchors_(anchor_folder(config)),
        anchor_http_(upstream::make_http_client(anchor_http(config, gateway_version()))),
        recorder_(*store_, {.failed = audit_failed(log)}),
        refusals_(*store_,
                  {.now_ms = [this] { return clock_.now_ms(); }, .failed = audit_failed(log)}),
        anchoring_(*store_, clock_, anchors_, *anchor_http_, anchoring_options(config),
                   tell_anchors(log)),
        maintenance_(*store_, clock_, log, recorder_, refusals_),
        walk_(*store_, keys_, walk_options(config), [this] { return clock_.now_ms(); }),
        walk_with_next_(*store_, make_keys(config, credentials_, tokens_, vault::Slot::next),
                        walk_options(config), [this] { return clock_.now_ms(); }),
        rooms_{.store = *store_,
               .mailbox = mailbox_,
               .mailbox_sync = mailbox_sync_,
               .signals = signals_,
               .signal_intake = signal_intake_,
               .feedback = feedback_,
               .backups = backups_,
               .expiry = expiry_,
               .filing = filing_,
               .read = config_.read,
               .recorder = recorder_,
               .refusals = refusals_,
               .anchors = [this] { return anchors_.read(timestamp_ca(config_)); },
               .test_upstream =
                   [this](const std::string& org, const probe::Sink& tell,
                          const std::stop_token& stop) { return walk_.test(org, tell, stop); },
               .test_prepared =
                   [this](const std::string& org, const probe::Sink& tell,
                          const std::stop_token& stop) {
                     return walk_with_next_.test(org, tell, stop);
                   },
               .credentials = &desk_,
               .erasure = &erasure_,
               .pairing = network_.pairing.get(),
               .retention = &retention_,
               .codes = &codes_,
               .proposals = &proposals_,
               .lists = &read_lists_,
               .list_reader = &list_reader_,
               .changeover = &channels_.room(),
               .work = &work_,
               .mergers = &mergers_,
               .reports = &reports_},
        facts_{.version = gateway_version(),
               .started_at_ms = clock_.now_ms(),
               .ready = [this] { return ready_.load(); },
               .disk = [this] { return disk_watch_.status(); },
               .clock = [this] { return clock_status(clock_skew_->state()); },
               .alarms = [this] { return alarms(); }},
        sessions_(session_options(config)),
        policy_(masters(), std::move(rules)),
        local_(std::move(local)),
        attestor_(
            sessions_,
            [this](const rpc::PeerIdentity& peer, const rpc::ProcessHold* process) {
              auto rights = policy_.access_of(peer, [&] { return programs_.of(peer, process); });
              if (!rights.ok()) refusals_.note(refused_session(peer, rights.error()));
              return rights;
            },
            [this] { return local_->endpoint(); }, gateway_version(), log) {}

  ~WiredGateway() override { stop(); }

  Result<void> begin() {
    store_->on_commit([this](const store::CommitNotice& notice) {
      commits_.fetch_add(1, std::memory_order_relaxed);
      if (rpc::Server* const server = listening_.load()) server->committed(notice);
    });
    auto server = rpc::Server::start(
        {.bind_tokens = config_.bind_tokens, .calls_per_second = config_.calls_per_second}, rooms_,
        facts_, sessions_, local_->door(), log_, network_.door.get());
    if (!server.ok()) return server.error();
    server_ = std::move(*server);
    listening_.store(server_.get());
    // First: on a full disk nothing is fetched, also not at the start.
    disk_watch_.start();
    mailbox_sync_.start();
    expiry_.start();
    retention_.start();
    folder_.start();
    signal_intake_.start();
    list_reader_.start();
    outbox_.start();
    judgements_.start();
    channels_.start();
    mergers_.start();
    work_follower_.start();
    reminders_.start();
    maintenance_.start();
    duty_watch_.start();
    anchoring_.start();
    if (!config_.metrics_host.empty()) {
      auto front = HttpFront::start(config_.metrics_host, config_.metrics_port,
                                    {.metrics = [this] { return page(); },
                                     .readiness =
                                         [this] {
                                           return readiness(ready_.load(), duty_watch_.unwell(),
                                                            disk_watch_.status(), expiry_.alarms(),
                                                            key_watch_.alarms());
                                         }});
      if (!front.ok()) return front.error();
      front_ = std::move(*front);
    }
    ready_.store(true);
    server_->set_ready(true);
    // Last: whoever is told where to connect finds everything there.
    auto attestation = local_->answer(attestor_, sessions_);
    if (!attestation.ok()) {
      ready_.store(false);
      return attestation.error();
    }
    attestation_ = std::move(*attestation);
    return {};
  }

  void stop() override {
    if (stopped_) return;
    stopped_ = true;
    ready_.store(false);
    attestation_.reset();
    front_.reset();
    {
      // Each may need most of the second there is.
      std::vector<std::jthread> stopping;
      stopping.emplace_back([this] { mailbox_sync_.stop(); });
      stopping.emplace_back([this] { expiry_.stop(); });
      stopping.emplace_back([this] { retention_.stop(); });
      stopping.emplace_back([this] { folder_.stop(); });
      stopping.emplace_back([this] { signal_intake_.stop(); });
      stopping.emplace_back([this] { list_reader_.stop(); });
      stopping.emplace_back([this] { outbox_.stop(); });
      stopping.emplace_back([this] { judgements_.stop(); });
      stopping.emplace_back([this] { channels_.stop(); });
      stopping.emplace_back([this] { mergers_.stop(); });
      stopping.emplace_back([this] { work_follower_.stop(); });
      stopping.emplace_back([this] { reminders_.stop(); });
      stopping.emplace_back([this] { maintenance_.stop(); });
      stopping.emplace_back([this] { duty_watch_.stop(); });
      stopping.emplace_back([this] { disk_watch_.stop(); });
      stopping.emplace_back([this] { backups_.stop(); });
      stopping.emplace_back([this] { anchoring_.stop(); });
      if (server_) server_->stop(kGrace);
    }
    recorder_.flush();
    refusals_.flush();
    store_->close();
    // The store's writer has ended: nobody tells the server of commits any more.
    listening_.store(nullptr);
    server_.reset();
  }

  bool store_answers() override {
    if (question_open_.exchange(true)) return false;
    store_->write([](store::Transaction&) -> Result<void> { return {}; },
                  [this](const Result<void>&) { question_open_.store(false); });
    return true;
  }

 private:
  // Only called once everything stands.
  mailbox::Queued queued() {
    return [this](const store::Org& org, const std::string& provider, int attachments) {
      mailbox_sync_.expect(org, provider, attachments);
    };
  }

  signals::TypesInForce types_in_force() {
    return {v1::CODE_TABLE_KIND_SIGNAL_TYPES, lists_.signal_types};
  }

  mailbox::RetentionOptions retention_wired() {
    auto options = retention_options(config_);
    options.clock_is_wrong = [this] { return clock_skew_->state().wrong; };
    options.told = [this](const store::Org& org, std::int64_t messages) {
      note_removed(log_, org, messages);
    };
    return options;
  }

  lists::ReaderOptions list_reading() {
    return {.sink = &signals::deliver_listed,
            .load_rules = [this] { return lists::load_rules(rule_files(config_)); },
            .read = [this](const v1::ListReading& reading) { note_reading(log_, reading); }};
  }

  void look_at_keys() {
    // The store says its errors itself; of the vault's each key's own is an alarm.
    (void)key_watch_.look();
  }

  // As they are now: somebody asks. May wait for the store.
  std::vector<v1::Alarm> alarms() {
    key_watch_.changed();
    look_at_keys();
    return key_watch_.alarms();
  }

  std::string page() {
    ProcessFacts facts{.version = facts_.version,
                       .ready = ready_.load(),
                       .started_at_ms = facts_.started_at_ms,
                       .now_ms = clock_.now_ms(),
                       .sessions = sessions_.count(),
                       .waiting = server_->waiting(),
                       .commits = commits_.load(),
                       .disk = disk_watch_.status(),
                       .clock = clock_status(clock_skew_->state()),
                       .task_kinds = {mailbox::fetch_kind(""), feedback::kSendTask},
                       .expiry = [this](const store::Org& org) { return expiry_.report(org); },
                       .alarms = key_watch_.alarms(),
                       .expiries = key_watch_.expiries()};
    return metrics_page(facts, server_->metrics(), *store_);
  }

  const Config config_;
  JsonLog& log_;
  std::unique_ptr<FolderLock> lock_;
  std::atomic<bool> ready_{false};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<bool> question_open_{false};
  std::atomic<rpc::Server*> listening_{nullptr};
  duties::SystemClock clock_;
  std::unique_ptr<store::Store> store_;
  Lists lists_;
  Network network_;
  std::shared_ptr<upstream::ClockSkew> clock_skew_;
  std::unique_ptr<vault::Shelf> vault_shelf_;
  std::shared_ptr<vault::Credentials> credentials_;
  vault::tokens::Pins pins_;
  std::shared_ptr<vault::KeyRing> tokens_;
  std::shared_ptr<vault::KeyRing> keys_;
  duties::Clients clients_;
  mailbox::Mailbox mailbox_;
  mailbox::MailboxSync mailbox_sync_;
  mailbox::ExpiryWatch expiry_;
  mailbox::Retention retention_;
  intake::Filing filing_;
  intake::WatchedFolder folder_;
  signals::Signals signals_;
  signals::SignalIntake signal_intake_;
  // What is loaded goes over the lists of the settings.
  const feedback::CodesInForce codes_in_force_{v1::CODE_TABLE_KIND_FEEDBACK_CODES, lists_.codes};
  feedback::Feedback feedback_;
  feedback::Outbox outbox_;
  feedback::Judgements judgements_;
  codes::Codes codes_;
  proposals::Proposals proposals_;
  lists::Lists read_lists_;
  lists::ListReader list_reader_;
  ChannelDuties channels_;
  work::Mergers mergers_;
  work::WorkFollower work_follower_;
  work::Reminders reminders_;
  work::Work work_;
  custody::Inventory inventory_;
  custody::KeyWatch key_watch_;
  DutyWatch duty_watch_;
  DiskWatch disk_watch_;
  custody::KeyKeeper key_keeper_;
  custody::CredentialDesk desk_;
  custody::Erasure erasure_;
  backup::Backups backups_;
  reports::Reports reports_;
  audit::AnchorFolder anchors_;
  std::unique_ptr<upstream::HttpClient> anchor_http_;
  audit::Recorder recorder_;
  audit::Refusals refusals_;
  audit::Anchoring anchoring_;
  Maintenance maintenance_;
  probe::UpstreamWalk walk_;
  // With the keys that are prepared to follow.
  probe::UpstreamWalk walk_with_next_;
  rpc::UseCases rooms_;
  rpc::GatewayFacts facts_;
  rpc::Sessions sessions_;
  rpc::LocalPolicy policy_;
  rpc::Programs programs_;
  std::unique_ptr<LocalFront> local_;
  rpc::Attestor attestor_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<HttpFront> front_;
  std::unique_ptr<Attestation> attestation_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const Config& config, JsonLog& log,
                                                const Seal& seal) {
  auto rules = rules_of(config.allow);
  if (!rules.ok()) return rules.error();
  auto lists = load_lists(config);
  if (!lists.ok()) return lists.error();
  if (auto is_private = check_private_places(config); !is_private) return is_private.error();
  auto lock = FolderLock::take(config.data_dir, kPredecessorEnds);
  if (!lock.ok()) return lock.error();
  if (seal == nullptr) note_unsealed(log);
  if (config.plaintext_keys) note_plaintext(log);
  auto store = open_store(config, log, seal);
  if (!store.ok()) return store.error();
  auto local = make_local_front(config, log);
  if (!local.ok()) return local.error();
  auto network = open_network(config, seal, &system_now_s);
  if (!network.ok()) return network.error();
  auto gateway = std::make_unique<WiredGateway>(config, log, std::move(*lock), std::move(*store),
                                                std::move(*lists), std::move(*rules),
                                                std::move(*local), std::move(*network), seal);
  if (auto begun = gateway->begin(); !begun.ok()) return begun.error();
  return std::unique_ptr<Gateway>(std::move(gateway));
}

std::string gateway_version() {
  return SEMAFOOR_VERSION;
}

}  // namespace semafoor::app
