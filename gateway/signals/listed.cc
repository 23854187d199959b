// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/listed.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/ssin.h"
#include "gateway/signals/arrival.h"

namespace semafoor::signals {
namespace {

// As the interface of the mutations has them (signals.proto).
constexpr std::size_t kLongestReference = 20;
constexpr std::size_t kLongestDossier = 11;
constexpr std::size_t kLongestForm = 12;
constexpr std::size_t kLongestCode = 64;
constexpr int kMostFields = 500;
constexpr std::size_t kLongestName = 64;
// 256 characters.
constexpr std::size_t kLongestValue = 1024;

Error refused(const char* reason, const char* field, std::string why) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = std::string("signals.") + reason,
               .message = "Taking a signal from a list: " + std::move(why) +
                          " The row stays with its list; answer it there or ask the authority.",
               .field = field};
}

bool is_code(std::string_view text, std::size_t longest) {
  return text.size() <= longest && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c > 0x20 && c < 0x7f && c != '|';
         });
}

Result<void> check_person(const ListedSignal& row) {
  if (!domain::is_valid_ssin(row.facts.person().value()))
    return refused("person_invalid", "person", "the national number has another check number.");
  if (!row.replaced_ssin.empty() && !domain::is_valid_ssin(row.replaced_ssin))
    return refused("person_invalid", "replacedSsin",
                   "the replaced national number has another check number.");
  return {};
}

Result<void> check_dossier(const v1::Signal& facts) {
  if (facts.law() != v1::LAW_RMI && facts.law() != v1::LAW_1965)
    return refused("law_missing", "law", "it does not say by which law.");
  if (domain::normalised_dossier(facts.dossier_number()).empty() ||
      facts.dossier_number().size() > kLongestDossier)
    return refused("dossier_invalid", "dossierNumber",
                   "the dossier number is empty, or longer than 11 characters.");
  const std::string& suffix = facts.suffix();
  const bool digits =
      std::all_of(suffix.begin(), suffix.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!suffix.empty() && (suffix.size() != 2 || !digits))
    return refused("suffix_invalid", "suffix", "the suffix of the dossier is not two digits.");
  return {};
}

Result<void> check_period(const v1::Signal& facts) {
  const v1::Period& period = facts.reference_period();
  if (!domain::is_valid_date(period.from()) ||
      (period.has_to() && !domain::is_valid_date(period.to())))
    return refused("period_invalid", "referencePeriod", "its period does not begin with a date.");
  if (period.has_to() && domain::date_number(period.to()) < domain::date_number(period.from()))
    return refused("period_invalid", "referencePeriod", "its period ends before it begins.");
  if (facts.has_detected_on() && !domain::is_valid_date(facts.detected_on()))
    return refused("date_invalid", "detectedOn", "the day of the detection is no date.");
  return {};
}

Result<void> check_codes(const v1::Signal& facts) {
  if (facts.signal_type().empty() || !is_code(facts.signal_type(), kLongestCode))
    return refused("type_invalid", "signalType", "it has no type of at most 64 characters.");
  if (!is_code(facts.source_flow(), kLongestCode))
    return refused("flow_invalid", "sourceFlow", "the flow is no code of at most 64 characters.");
  if (!is_code(facts.signal_reference(), kLongestReference))
    return refused("reference_invalid", "signalReference",
                   "the reference is no code of at most 20 characters.");
  if (facts.form_reference().size() > kLongestForm)
    return refused("form_invalid", "formReference",
                   "the reference of the form is longer than 12 characters.");
  if (facts.fields_size() > kMostFields ||
      std::any_of(facts.fields().begin(), facts.fields().end(), [](const v1::ObservedField& its) {
        return its.name().size() > kLongestName || its.value().size() > kLongestValue;
      }))
    return refused("fields_invalid", "fields",
                   "it has more than 500 observed fields, or one that is too long.");
  return {};
}

Result<void> check(const store::Org& org, const ListedSignal& row, const ListFacts& list) {
  if (list.channel != v1::SIGNAL_CHANNEL_MONTHLY_LIST &&
      list.channel != v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST)
    return refused("channel_invalid", "channel", "the list is neither monthly nor half-yearly.");
  const std::string& named = row.facts.organisation().value();
  if (!named.empty() && named != org)
    return refused("other_organisation", "organisation", "it names another organisation.");
  if (auto fine = check_person(row); !fine) return fine;
  if (auto fine = check_dossier(row.facts); !fine) return fine;
  if (auto fine = check_period(row.facts); !fine) return fine;
  return check_codes(row.facts);
}

// The first day of the list's month; of the month of its receipt when it tells none.
v1::Date cycle_of(const ListFacts& list) {
  v1::Date cycle =
      domain::is_valid_date(list.cycle) ? list.cycle : domain::belgian_day(list.received_ms);
  cycle.set_day(1);
  return cycle;
}

}  // namespace

Result<Listed> deliver_listed(store::Transaction& tx, const store::Org& org,
                              const ListedSignal& row, const ListFacts& list, std::int64_t now_ms) {
  if (auto fine = check(org, row, list); !fine) return fine.error();
  const v1::Date cycle = cycle_of(list);
  Arrival arrival{
      .facts = row.facts,
      .channel = list.channel,
      .list = list.message_id.empty() ? domain::write_date(cycle).substr(0, 7) : list.message_id,
      .recall = std::nullopt,
      .replaced_ssin = row.replaced_ssin};
  // It belongs to the law of 1965 only.
  if (row.facts.law() == v1::LAW_RMI) arrival.facts.clear_suffix();
  if (list.channel == v1::SIGNAL_CHANNEL_HALF_YEARLY_LIST) {
    arrival.recall.emplace();
    *arrival.recall->mutable_cycle() = cycle;
    arrival.recall->set_message_id(list.message_id);
    arrival.recall->mutable_received_at()->set_unix_ms(list.received_ms);
  }
  auto arrived = arrive(tx, org, arrival, now_ms);
  if (!arrived) return arrived.error();
  return Listed{.signal_id = arrived->signal_id,
                .is_new = arrived->is_new,
                .problem = std::move(arrived->problem)};
}

}  // namespace semafoor::signals
