// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/gateway.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "gateway/app/disk_watch.h"
#include "gateway/app/duty_watch.h"
#include "gateway/app/http_front.h"
#include "gateway/app/local_front.h"
#include "gateway/app/maintenance.h"
#include "gateway/app/metrics_page.h"
#include "gateway/app/process.h"
#include "gateway/backup/backups.h"
#include "gateway/duties/clients.h"
#include "gateway/duties/clock.h"
#include "gateway/feedback/outbox.h"
#include "gateway/rpc/attestation.h"
#include "gateway/rpc/local_policy.h"
#include "gateway/rpc/server.h"
#include "gateway/rpc/services.h"
#include "gateway/store/postgresql_store.h"

namespace semafoor::app {
namespace {

constexpr std::chrono::milliseconds kGrace{400};
constexpr std::chrono::milliseconds kPredecessorEnds{2'000};

// The accounts of the configuration as the system numbers them.
Result<std::vector<rpc::AllowRule>> rules_of(const std::vector<AllowSettings>& settings) {
  std::vector<rpc::AllowRule> rules;
  for (const AllowSettings& one : settings) {
    rpc::AllowRule rule;
    if (!one.user.empty()) rule.account = account_of(one.user);
    if (!one.group.empty()) rule.group = group_of(one.group);
    const bool user_missing = !one.user.empty() && !rule.account;
    if (user_missing || (!one.group.empty() && !rule.group))
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "config.account_unknown",
                   .message = std::string("A [[local.allow]] names the ") +
                              (user_missing ? "user " + one.user : "group " + one.group) +
                              ", which this system does not know. Create it, or correct the name."};
    rule.access.admin = one.admin;
    for (const std::string& org : one.organisations) {
      if (org == "*") rule.access.all_organisations = true;
      rule.access.organisations.insert(org);
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

struct Lists {
  mailbox::Families families;
  signals::SignalTypes signal_types;
  feedback::CodeList codes;
};

Result<Lists> load_lists(const Config& config) {
  auto families = mailbox::Families::load(config.families_file);
  if (!families.ok()) return families.error();
  auto types = signals::SignalTypes::load(config.signal_types_file);
  if (!types.ok()) return types.error();
  auto codes = feedback::CodeList::load(config.codes_file);
  if (!codes.ok()) return codes.error();
  return Lists{std::move(*families), std::move(*types), std::move(*codes)};
}

upstream::UpstreamOptions upstream_options(const Config& config) {
  upstream::UpstreamOptions options = config.upstream;
  options.user_agent = "semafoor-gateway/" + gateway_version();
  return options;
}

mailbox::SyncOptions sync_options(const Config& config) {
  mailbox::SyncOptions options;
  options.interval_ms = config.sync_interval_s * 1000;
  options.first_delay_ms = config.first_delay_s * 1000;
  options.downloaders = static_cast<int>(config.downloads);
  options.hold_back = config.hold_back;
  return options;
}

// Three runs may fail before their absence is called overdue, and never within a quarter of an
// hour.
std::vector<DutyLimit> duty_limits(const Config& config) {
  const auto limit = [](std::int64_t interval_s) {
    return std::max<std::int64_t>(3 * interval_s, 900) * 1000;
  };
  return {{mailbox::kSyncDuty, {v1::MODULE_EBOX}, limit(config.sync_interval_s)},
          {signals::kIntakeDuty,
           {v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK},
           limit(config.signals_interval_s)}};
}

signals::IntakeOptions intake_options(const Config& config) {
  signals::IntakeOptions options;
  options.interval_ms = config.signals_interval_s * 1000;
  options.first_delay_ms = config.first_delay_s * 1000;
  return options;
}

rpc::SessionOptions session_options(const Config& config) {
  rpc::SessionOptions options;
  options.lifetime = std::chrono::seconds(config.token_lifetime_s);
  return options;
}

Result<std::unique_ptr<store::Store>> open_store(const Config& config, JsonLog& log) {
  if (config.store_engine == "postgresql")
    return store::open_postgresql_store({.connection = config.store_connection,
                                         .password_file = config.store_password_file,
                                         .folder = config.data_dir});
  store::StoreOptions options;
  options.folder = config.data_dir;
  options.program_version = gateway_version();
  options.tell = [&log](const std::string& what) {
    log.note(rpc::Journal::Level::warning, "store.migrated", what);
  };
  auto opened = store::open_sqlite_store(options);
  if (!opened.ok()) return opened;
  // The folder is locked, and so the store is ours alone: whoever held a lease in it is dead.
  const auto ended =
      (*opened)->write_and_wait([](store::Transaction& tx) { return tx.end_leases(); });
  if (!ended.ok()) return ended.error();
  return opened;
}

void note_backup(JsonLog& log, const backup::Standing& one) {
  using Level = rpc::Journal::Level;
  if (one.operation.state() == v1::OPERATION_STATE_FAILED)
    return log.note(Level::error, "backup.failed", one.operation.problem(),
                    {{"folder", one.folder}});
  const bool whole = one.operation.state() == v1::OPERATION_STATE_SUCCEEDED;
  log.note(whole ? Level::info : Level::error, "backup.made",
           whole ? "A backup was made." : one.operation.problem(),
           {{"folder", one.folder},
            {"bytes", std::to_string(one.bytes)},
            {"attachments", std::to_string(one.attachments)},
            {"attachments_missing", std::to_string(one.attachments_missing)}});
}

// The members stand in the order in which they need each other, and go in the reverse one.
class WiredGateway final : public Gateway {
 public:
  WiredGateway(const Config& config, JsonLog& log, std::unique_ptr<FolderLock> lock,
               std::unique_ptr<store::Store> store, Lists lists, std::vector<rpc::AllowRule> rules,
               std::unique_ptr<LocalFront> local)
      : config_(config),
        log_(log),
        lock_(std::move(lock)),
        store_(std::move(store)),
        lists_(std::move(lists)),
        clients_(*store_, upstream::make_upstreams(upstream_options(config),
                                                   vault::make_pem_key_ring(config.keys_folder))),
        mailbox_(*store_, lists_.families, [this] { return clock_.now_ms(); }),
        mailbox_sync_(*store_, clients_.ebox_source(), lists_.families, clock_,
                      sync_options(config)),
        signals_(*store_, lists_.signal_types, [this] { return clock_.now_ms(); }),
        signal_intake_(
            *store_, clients_.podmi_source(),
            [this](store::Transaction& tx, const store::Org& org,
                   const upstream::MailboxContent::FeedbackResult& result) {
              return feedback::apply_result(tx, org, lists_.codes, result, clock_.now_ms());
            },
            clock_, intake_options(config)),
        feedback_(*store_, lists_.codes, [this] { return clock_.now_ms(); }),
        outbox_(*store_, clients_.podmi_source(), lists_.codes, clock_, {},
                [this](const store::Org& org) { signal_intake_.expect_result(org); }),
        maintenance_(*store_, clock_, log),
        duty_watch_(*store_, clock_, log, duty_limits(config)),
        disk_watch_(store_->headroom(), config.data_dir, config.disk, log),
        backups_(*store_,
                 {.data_folder = config.data_dir,
                  .program_version = gateway_version(),
                  .now_ms = [this] { return clock_.now_ms(); },
                  .ended = [&log](const backup::Standing& one) { note_backup(log, one); }}),
        rooms_{.store = *store_,
               .mailbox = mailbox_,
               .mailbox_sync = mailbox_sync_,
               .signals = signals_,
               .signal_intake = signal_intake_,
               .feedback = feedback_,
               .backups = backups_},
        facts_{.version = gateway_version(),
               .started_at_ms = clock_.now_ms(),
               .ready = [this] { return ready_.load(); },
               .disk = [this] { return disk_watch_.status(); }},
        sessions_(session_options(config)),
        policy_(masters(), std::move(rules)),
        local_(std::move(local)),
        attestor_(
            sessions_, [this](const rpc::PeerIdentity& peer) { return policy_.access_of(peer); },
            [this] { return local_->endpoint(); }, gateway_version(), log) {}

  ~WiredGateway() override { stop(); }

  Result<void> begin() {
    store_->on_commit([this](const store::CommitNotice& notice) {
      commits_.fetch_add(1, std::memory_order_relaxed);
      if (rpc::Server* const server = listening_.load()) server->committed(notice);
    });
    auto server = rpc::Server::start({}, rooms_, facts_, sessions_, local_->door(), log_);
    if (!server.ok()) return server.error();
    server_ = std::move(*server);
    listening_.store(server_.get());
    // First: on a full disk nothing is fetched, also not at the start.
    disk_watch_.start();
    mailbox_sync_.start();
    signal_intake_.start();
    outbox_.start();
    maintenance_.start();
    duty_watch_.start();
    if (!config_.metrics_host.empty()) {
      auto front = HttpFront::start(config_.metrics_host, config_.metrics_port,
                                    {.metrics = [this] { return page(); },
                                     .readiness =
                                         [this] {
                                           return readiness(ready_.load(), duty_watch_.unwell(),
                                                            disk_watch_.status());
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
      stopping.emplace_back([this] { signal_intake_.stop(); });
      stopping.emplace_back([this] { outbox_.stop(); });
      stopping.emplace_back([this] { maintenance_.stop(); });
      stopping.emplace_back([this] { duty_watch_.stop(); });
      stopping.emplace_back([this] { disk_watch_.stop(); });
      stopping.emplace_back([this] { backups_.stop(); });
      if (server_) server_->stop(kGrace);
    }
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
  std::string page() {
    ProcessFacts facts{.version = facts_.version,
                       .ready = ready_.load(),
                       .started_at_ms = facts_.started_at_ms,
                       .now_ms = clock_.now_ms(),
                       .sessions = sessions_.count(),
                       .waiting = server_->waiting(),
                       .commits = commits_.load(),
                       .disk = disk_watch_.status(),
                       .task_kinds = {mailbox::kFetchTask, feedback::kSendTask}};
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
  duties::Clients clients_;
  mailbox::Mailbox mailbox_;
  mailbox::MailboxSync mailbox_sync_;
  signals::Signals signals_;
  signals::SignalIntake signal_intake_;
  feedback::Feedback feedback_;
  feedback::Outbox outbox_;
  Maintenance maintenance_;
  DutyWatch duty_watch_;
  DiskWatch disk_watch_;
  backup::Backups backups_;
  rpc::UseCases rooms_;
  rpc::GatewayFacts facts_;
  rpc::Sessions sessions_;
  rpc::LocalPolicy policy_;
  std::unique_ptr<LocalFront> local_;
  rpc::Attestor attestor_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<HttpFront> front_;
  std::unique_ptr<Attestation> attestation_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Gateway>> Gateway::start(const Config& config, JsonLog& log) {
  auto rules = rules_of(config.allow);
  if (!rules.ok()) return rules.error();
  auto lists = load_lists(config);
  if (!lists.ok()) return lists.error();
  auto lock = FolderLock::take(config.data_dir, kPredecessorEnds);
  if (!lock.ok()) return lock.error();
  auto store = open_store(config, log);
  if (!store.ok()) return store.error();
  auto local = make_local_front(config, log);
  if (!local.ok()) return local.error();
  auto gateway =
      std::make_unique<WiredGateway>(config, log, std::move(*lock), std::move(*store),
                                     std::move(*lists), std::move(*rules), std::move(*local));
  if (auto begun = gateway->begin(); !begun.ok()) return begun.error();
  return std::unique_ptr<Gateway>(std::move(gateway));
}

std::string gateway_version() {
  return SEMAFOOR_VERSION;
}

}  // namespace semafoor::app
