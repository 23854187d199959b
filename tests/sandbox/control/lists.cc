// SPDX-License-Identifier: Apache-2.0
//
// What lies in the e-Box is made of the same persons, dossiers and signals as the mutations.
#include <algorithm>

#include "tests/sandbox/content/notices.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/content/signal_list.h"
#include "tests/sandbox/control/world.h"

namespace semafoor::sandbox::control {
namespace {

constexpr int kHalfYear = 6;
// What a test publishes for a month of last year shall not have expired meanwhile.
constexpr int kKeptMonths = 24;

std::string cycle_name(content::Day cycle) {
  const bool march = std::chrono::year_month_day(cycle).month() == std::chrono::month(3);
  return march ? "MARCH" : "OCTOBER";
}

content::Attachment list_file(const NewList& wish, const std::vector<content::Signal>& signals,
                              std::uint64_t key) {
  content::Attachment file;
  const std::string name = std::string("knipperlichten_") +
                           (wish.half_yearly ? "halfjaar_" : "maand_") +
                           content::compact_month(wish.cycle);
  if (wish.format == ListFormat::xml) {
    file.file = content::make_signal_xml(signals, key);
    file.file_name = name + ".xml";
    file.media_type = "text/xml";
    return file;
  }
  file.file = content::make_csv(content::signal_columns(), content::signal_rows(signals), 0, key);
  file.file_name = name + ".csv";
  file.media_type = "text/csv";
  if (wish.format == ListFormat::zip) {
    file.file = content::make_zip({{file.file_name, file.file->bytes()}}, 0, key);
    file.file_name = name + ".zip";
    file.media_type = "application/zip";
  }
  return file;
}

std::string media_type_of(const std::string& file_name) {
  const auto dot = file_name.rfind('.');
  const auto extension = dot == std::string::npos ? "" : file_name.substr(dot + 1);
  if (extension == "csv") return "text/csv";
  if (extension == "xml") return "text/xml";
  if (extension == "zip") return "application/zip";
  if (extension == "pdf") return "application/pdf";
  return extension == "doc" ? "application/msword" : "text/plain";
}

constexpr std::string_view kStatements = "X-MONTHLY-STATEMENT-";

// What belongs to the message type; nullptr: nothing. A statement is of the month before.
content::FilePtr own_list(const std::string& type, const content::Organisation& organisation,
                          content::Day day, std::uint64_t key) {
  using content::Statement;
  if (!type.starts_with(kStatements)) return content::make_notices(type, organisation, day, key);
  const auto kind = type.substr(kStatements.size());
  const auto month = content::add_months(content::first_of_month(day), -1);
  return content::make_monthly_statement(kind == "LEEFLOON" ? Statement::leefloon
                                         : kind == "EQUIVALENT-LEEFLOON"
                                             ? Statement::equivalent_leefloon
                                             : Statement::employment,
                                         organisation, month, 0, key);
}

}  // namespace

void World::set_today(content::Day day) {
  std::lock_guard lock(mutex_);
  today_ = day;
}

std::optional<content::Day> World::today() const {
  std::lock_guard lock(mutex_);
  return today_;
}

std::string World::heir(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  auto current = organisation;
  // An organisation that is gone takes nobody in, so this ends.
  for (auto next = merged_.find(current); next != merged_.end(); next = merged_.find(current)) {
    current = next->second;
  }
  return current;
}

// Newer than everything that is there.
content::Moment World::next_receipt(const std::string& organisation) const {
  constexpr std::chrono::hours kMorning(7);
  auto received = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (const auto day = today()) received = content::Moment(*day) + kMorning;
  const auto newest = boxes_.newest(organisation);
  return newest ? std::max(received, *newest + std::chrono::seconds(1)) : received;
}

std::uint32_t World::take_message_index(const std::string& organisation, const std::string& type) {
  const auto all = content::families();
  std::lock_guard lock(mutex_);
  auto& next = next_message_[organisation];
  // Goes on to the next index that is of the family wanted.
  while (!type.empty() && all[next % all.size()].type_id != type) ++next;
  return next++;
}

Published World::publish(const content::Organisation& organisation, const std::string& type,
                         content::Attachment file, bool reply_authorised,
                         std::optional<content::Moment> received) {
  const content::MessageShape shape{options_.seed, 0, false};
  const auto index = take_message_index(organisation.cbe, type);
  const auto when = received.value_or(next_receipt(organisation.cbe));
  // Of an organisation with nobody: what the family usually holds is replaced below.
  auto hollow = organisation;
  hollow.persons.clear();
  auto message = content::make_message(shape, hollow, {}, index, when);
  message.reply_authorised = reply_authorised;
  const auto day = content::local_day(when);
  message.expires = when + (content::add_months(day, kKeptMonths) - day);
  auto& content = message.attachments.front();
  content.file = std::move(file.file);
  content.file_name = std::move(file.file_name);
  content.media_type = std::move(file.media_type);
  content.has_digest = true;
  Published published{message.id, content.id, {}};
  boxes_.add(organisation.cbe, std::move(message));
  return published;
}

std::vector<content::Signal> World::on_list(const NewList& wish) const {
  const auto month = content::first_of_month(wish.cycle);
  const auto from = wish.half_yearly ? content::add_months(month, -kHalfYear) : month;
  const auto end = wish.half_yearly ? month : content::add_months(month, 1);
  auto signals = wish.half_yearly ? mailbox_.unanswered(wish.organisation)
                                  : mailbox_.signals(wish.organisation);
  std::erase_if(signals, [&](const auto& signal) {
    return signal.detected_on < from || signal.detected_on >= end ||
           wish.without.contains(signal.reference);
  });
  std::lock_guard lock(mutex_);
  std::erase_if(signals, [&](const auto& one) { return unlisted_.contains(one.reference); });
  return signals;
}

std::optional<Published> World::publish_list(const NewList& wish, std::string& why) {
  const auto* organisation = find(wish.organisation);
  if (organisation == nullptr) {
    why = "the organisation has no e-Box here";
    return std::nullopt;
  }
  auto signals = on_list(wish);
  if (wish.former_numbers) {
    for (auto& signal : signals) {
      if (!signal.replaces_ssin.empty()) signal.ssin = signal.replaces_ssin;
    }
  }
  const std::string type(wish.half_yearly ? content::kHalfYearlyList : content::kMonthlyList);
  const auto key =
      content::derive(options_.seed, type + wish.organisation,
                      static_cast<std::uint64_t>(wish.cycle.time_since_epoch().count()));
  auto published = publish(*organisation, type, list_file(wish, signals, key),
                           wish.reply_authorised, wish.received);
  for (const auto& signal : signals) published.references.push_back(signal.reference);
  using List = ledger::Ledger::List;
  ledger_.list_published(wish.organisation, published.attachment_id,
                         wish.half_yearly ? List::half_yearly : List::monthly,
                         published.references);
  {
    std::lock_guard lock(mutex_);
    for (const auto& reference : published.references) {
      listed_.insert(wish.organisation + "/" + reference);
    }
  }
  if (wish.half_yearly && wish.mutations) {
    std::vector<std::string> sent;
    for (const auto& signal : signals) {
      if (mailbox_.integrated(wish.organisation, signal.ssin)) sent.push_back(signal.reference);
    }
    mailbox_.recall(wish.organisation, sent, cycle_name(wish.cycle));
  }
  return published;
}

std::optional<Published> World::publish_document(const NewDocument& wish, std::string& why) {
  const auto* organisation = find(wish.organisation);
  if (organisation == nullptr) {
    why = "the organisation has no e-Box here";
    return std::nullopt;
  }
  if (content::find_family(wish.type) == nullptr) {
    why = "the message type is not known";
    return std::nullopt;
  }
  content::Attachment file;
  file.file_name = wish.file_name;
  if (wish.bytes) {
    file.file = std::make_shared<const content::File>(*wish.bytes, 0, 0, "");
  } else {
    const auto received = wish.received.value_or(next_receipt(wish.organisation));
    const auto day = content::local_day(received);
    file.file = own_list(wish.type, *organisation, day, content::derive(options_.seed, wish.type));
    if (file.file == nullptr) {
      why = "this message type has no list of its own: base64 is missing";
      return std::nullopt;
    }
    if (file.file_name.empty()) {
      const bool statement = wish.type.starts_with(kStatements);
      file.file_name = (statement ? "maandstaat_" : "lijst_") + content::compact_day(day) +
                       (statement ? ".txt" : ".csv");
    }
  }
  file.media_type = media_type_of(file.file_name);
  return publish(*organisation, wish.type, std::move(file), wish.reply_authorised, wish.received);
}

std::optional<std::vector<std::string>> World::merge(const std::string& from,
                                                     const std::string& into, std::string& why) {
  const auto* heir_organisation = find(into);
  if (find(from) == nullptr || heir_organisation == nullptr || from == into || heir(from) != from ||
      heir(into) != into) {
    why = "from and into must be two organisations that are known here and not merged yet";
    return std::nullopt;
  }
  auto moved = mailbox_.merge(from, into, heir_organisation->nis_code);
  std::lock_guard lock(mutex_);
  merged_[from] = into;
  for (const auto& reference : moved) unsent_.insert(into + "/" + reference);
  return moved;
}

}  // namespace semafoor::sandbox::control
