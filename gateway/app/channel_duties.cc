// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/channel_duties.h"

#include <utility>

#include "gateway/app/room_options.h"
#include "gateway/codes/tables.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/feedback/outbox.h"
#include "gateway/sheets/sheet.h"

namespace semafoor::app {
namespace {

constexpr char kSettlingDuty[] = "channels.settle";

// For spreadsheets in the making.
std::filesystem::path work_folder(const Config& config) {
  auto folder = config.data_dir / "returns";
  sheets::open_work_folder(folder);
  return folder;
}

changeover::ReturnRules return_rules(const Config& config, duties::Clock& clock,
                                     const feedback::CodesInForce& codes) {
  return {.valid = [codes](store::Reader& reader, const std::string& code, std::int64_t given_ms,
                           const v1::Signal&) { return was_valid(reader, codes, code, given_ms); },
          .judge =
              [&clock, codes](store::Transaction& tx, const store::Org& org,
                              const upstream::MailboxContent::FeedbackResult& result) {
                return feedback::apply_result(tx, org, codes, result, clock.now_ms());
              },
          .now_ms = [&clock] { return clock.now_ms(); },
          .work_folder = work_folder(config)};
}

mailbox::ProviderRules provider_rules(const Config& config) {
  const auto options = sync_options(config);
  return {.settings_id = options.provider_id,
          .settings_url = options.provider_url,
          .dialect3 = options.dialect3};
}

duties::FollowerOptions settling_options() {
  duties::FollowerOptions options;
  options.name = kSettlingDuty;
  options.module = v1::MODULE_EBOX;
  options.types = {"list.read"};
  return options;
}

}  // namespace

Result<bool> was_valid(store::Reader& reader, const feedback::CodesInForce& codes,
                       const std::string& code, std::int64_t given_ms) {
  auto list = codes.at(reader, given_ms);
  if (!list) return list.error();
  const int day = domain::date_number(domain::belgian_day(given_ms));
  const auto* const row = (*list)->find(code, day);
  return row != nullptr && codes::valid_on(*row, day);
}

ChannelDuties::ChannelDuties(const Config& config, store::Store& store, duties::Clock& clock,
                             duties::Clients& clients, const feedback::CodesInForce& codes)
    : providers_(store, clock, ebox_sources(config, clients), provider_rules(config)),
      room_(store, return_rules(config, clock, codes),
            {.months = static_cast<int>(config.clean_months)}),
      sender_(
          store,
          [this](const store::Org& org, const std::string& provider) {
            return providers_.client(org, provider);
          },
          clock),
      settler_(
          store, clock, settling_options(),
          [this](const store::Org& org, const std::vector<v1::Event>&, const std::stop_token&) {
            return room_.returns().settle(org);
          },
          [this](const store::Org& org, const std::stop_token&) {
            return room_.returns().settle(org);
          }) {}

void ChannelDuties::start() {
  sender_.start();
  settler_.start();
}

void ChannelDuties::stop() {
  sender_.stop();
  settler_.stop();
}

}  // namespace semafoor::app
