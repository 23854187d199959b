// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/room_options.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "gateway/app/gateway.h"
#include "gateway/app/process.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/lists/current_statement.h"
#include "gateway/store/postgresql_store.h"

namespace semafoor::app {
namespace {

// A run a night: from the beginning of one to the end of the next.
constexpr std::int64_t kLongestNight = 37 * 3'600'000LL;

}  // namespace

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
    rule.program = one.program;
    rule.sha256 = one.sha256;
    rule.access.modules.insert(one.modules.begin(), one.modules.end());
    if (const auto role = rpc::role_of(one.role)) rule.access.roles.insert(*role);
    for (const std::string& org : one.organisations) {
      if (org == "*") rule.access.all_organisations = true;
      rule.access.organisations.insert(org);
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<Lists> load_lists(const Config& config) {
  auto families = mailbox::Families::load(config.families_file);
  if (!families.ok()) return families.error();
  auto types = signals::SignalTypes::load(config.signal_types_file);
  if (!types.ok()) return types.error();
  auto codes = feedback::CodeList::load(config.codes_file);
  if (!codes.ok()) return codes.error();
  auto tables = codes::BaseTables::load(config.codes_file, config.signal_types_file);
  if (!tables.ok()) return tables.error();
  auto rules = lists::load_rules(rule_files(config));
  if (!rules.ok()) return rules.error();
  return Lists{std::move(*families), std::move(*types), std::move(*codes), std::move(*tables),
               std::move(*rules)};
}

lists::RuleFiles rule_files(const Config& config) {
  return {.layouts = config.layouts_folder,
          .signal_types = config.signal_types_file,
          .feedback_codes = config.codes_file,
          .budget_articles = config.budget_articles_file};
}

upstream::UpstreamOptions upstream_options(const Config& config) {
  upstream::UpstreamOptions options = config.upstream;
  options.user_agent = "semafoor-gateway/" + gateway_version();
  return options;
}

probe::WalkOptions walk_options(const Config& config) {
  return {.upstream = upstream_options(config)};
}

mailbox::SyncOptions sync_options(const Config& config) {
  mailbox::SyncOptions options;
  options.interval_ms = config.sync_interval_s * 1000;
  options.first_delay_ms = config.first_delay_s * 1000;
  options.downloaders = static_cast<int>(config.downloads);
  options.read = config.read;
  options.provider_id = config.upstream.ebox_provider_id;
  options.provider_url = config.upstream.ebox_base_url;
  options.dialect3 = config.upstream.dialect3;
  return options;
}

mailbox::EboxSources ebox_sources(const Config& config, duties::Clients& clients) {
  mailbox::EboxSources sources;
  sources.ebox = clients.ebox_source();
  if (config.upstream.registry_url.empty()) return sources;
  sources.registry = clients.registry_source();
  sources.provider = clients.provider_source();
  return sources;
}

mailbox::ExpiryOptions expiry_options(const Config& config) {
  mailbox::ExpiryOptions options;
  options.interval_ms = config.expiry_interval_s * 1000;
  options.archive_days = static_cast<int>(config.archive_days);
  return options;
}

mailbox::RetentionOptions retention_options(const Config& config) {
  mailbox::RetentionOptions options;
  options.defaults = config.retention;
  options.night = config.retention_night;
  if (!config.retention_night) {
    options.interval_ms = config.retention_interval_s * 1000;
    options.first_delay_ms = std::min(options.first_delay_ms, options.interval_ms);
  }
  return options;
}

intake::WatchOptions watch_options(const Config& config) {
  intake::WatchOptions options;
  options.folder = config.intake_folder;
  options.interval_ms = config.intake_interval_s * 1000;
  options.look.settle_ms = std::min(options.interval_ms, options.look.settle_ms);
  return options;
}

std::vector<DutyLimit> duty_limits(const Config& config) {
  const auto limit = [](std::int64_t interval_s) {
    return std::max<std::int64_t>(3 * interval_s, 900) * 1000;
  };
  return {{mailbox::kSyncDuty, {v1::MODULE_EBOX}, limit(config.sync_interval_s)},
          {mailbox::kExpiryDuty, {v1::MODULE_EBOX}, limit(config.expiry_interval_s)},
          {signals::kIntakeDuty,
           {v1::MODULE_KNIPPERLICHT, v1::MODULE_FEEDBACK},
           config.signals_night ? kLongestNight : limit(config.signals_interval_s)}};
}

signals::IntakeOptions intake_options(const Config& config) {
  signals::IntakeOptions options;
  options.interval_ms = config.signals_interval_s * 1000;
  options.night = config.signals_night;
  options.first_delay_ms = config.first_delay_s * 1000;
  return options;
}

reports::ReportsOptions report_options(const Config& config, signals::TypesInForce types,
                                       feedback::CodesInForce codes,
                                       std::function<std::int64_t()> now_ms) {
  using Text = std::optional<v1::LocalizedText>;
  reports::ReportsOptions options;
  options.names.signal_type = [types = std::move(types)](store::Reader& reader,
                                                         const std::string& code,
                                                         std::int64_t moment_ms) -> Text {
    const auto list = types.at(reader, moment_ms);
    if (!list.ok()) return std::nullopt;
    const auto& all = (*list)->all();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const v1::SignalType& type) { return type.code() == code; });
    return found == all.end() ? Text() : Text(found->text());
  };
  options.names.feedback_code = [codes = std::move(codes)](store::Reader& reader,
                                                           const std::string& code,
                                                           std::int64_t moment_ms) -> Text {
    const auto list = codes.at(reader, moment_ms);
    if (!list.ok()) return std::nullopt;
    const auto* const found = (*list)->find(code, domain::belgian_time(moment_ms).date());
    return found == nullptr ? Text() : Text(found->text());
  };
  // Leefloon has a statement of its own, and so has the equivalent aid of the law of 1965.
  options.dossiers = [](store::Reader& reader, const store::Org& org, int month,
                        v1::Law law) -> Result<std::optional<std::int64_t>> {
    auto statement = lists::current_statement(
        reader, org, month,
        law == v1::LAW_1965 ? v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EQUIVALENT_LEEFLOON
                            : v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON);
    if (!statement) return statement.error();
    return *statement ? std::optional((*statement)->dossiers()) : std::nullopt;
  };
  options.work_folder = config.data_dir / "reports";
  options.now_ms = std::move(now_ms);
  return options;
}

feedback::JudgementOptions judgement_options(const Config& config) {
  feedback::JudgementOptions options;
  options.patience_ms = config.judgement_days * 86'400'000;
  return options;
}

rpc::SessionOptions session_options(const Config& config) {
  rpc::SessionOptions options;
  options.lifetime = std::chrono::seconds(config.token_lifetime_s);
  options.calls_per_second = config.calls_per_second;
  return options;
}

Result<std::unique_ptr<store::Store>> open_store(const Config& config, JsonLog& log,
                                                 const Seal& seal) {
  const auto tell = [&log](const std::string& what) {
    log.note(rpc::Journal::Level::warning, "store.migrated", what);
  };
  if (config.store_engine == "postgresql")
    return store::open_postgresql_store({.connection = config.store_connection,
                                         .password_file = config.store_password_file,
                                         .folder = config.data_dir,
                                         .root = seal,
                                         .tell = tell});
  store::StoreOptions options;
  options.folder = config.data_dir;
  options.root = seal;
  options.program_version = gateway_version();
  options.tell = tell;
  auto opened = store::open_sqlite_store(options);
  if (!opened.ok()) return opened;
  // The folder is locked, and so the store is ours alone: whoever held a lease in it is dead.
  const auto ended =
      (*opened)->write_and_wait([](store::Transaction& tx) { return tx.end_leases(); });
  if (!ended.ok()) return ended.error();
  return opened;
}

std::shared_ptr<vault::KeyRing> make_keys(const Config& config,
                                          std::shared_ptr<vault::Credentials> credentials,
                                          std::shared_ptr<vault::KeyRing> tokens,
                                          vault::Slot slot) {
  return vault::make_key_ring({.credentials = std::move(credentials),
                               .tokens = std::move(tokens),
                               .files = vault::make_pem_key_ring(config.keys_folder),
                               .plaintext = config.plaintext_keys,
                               .slot = slot});
}

std::shared_ptr<vault::KeyRing> make_tokens(const Config& config, vault::tokens::Pins& pins) {
  if (config.tokens.empty()) return nullptr;
  std::vector<std::shared_ptr<vault::tokens::Token>> tokens;
  for (const vault::tokens::TokenSettings& one : config.tokens)
    tokens.push_back(std::make_shared<vault::tokens::Token>(
        one, [&pins, name = one.name] { return pins.pin(name); }));
  return vault::tokens::make_token_ring(std::move(tokens));
}

}  // namespace semafoor::app
