// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/control/world.h"

#include <algorithm>
#include <chrono>

#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/content/signal_list.h"

namespace semafoor::sandbox::control {
namespace {

using http::Json;

// Above this the main content becomes a PDF, the kind that needs no memory for its filling.
constexpr std::uint64_t kStreamFrom = 1U << 20;
// No world has so many signals in turn that every person had this many.
constexpr std::uint32_t kWantedRound = 1000;
// The last day of a month on which something is detected.
constexpr std::uint32_t kDetectedUntil = 15;

// Where the message is a list of signals, the ledger hears of it.
void note_list(ledger::Ledger& ledger, const std::string& organisation,
               const content::Message& message, const std::vector<content::Signal>& signals) {
  const bool half_yearly = message.type_id == content::kHalfYearlyList;
  if (!half_yearly && message.type_id != content::kMonthlyList) return;
  std::vector<std::string> references;
  for (const auto& signal : signals) references.push_back(signal.reference);
  using List = ledger::Ledger::List;
  ledger.list_published(organisation, message.attachments.front().id,
                        half_yearly ? List::half_yearly : List::monthly, references);
}

}  // namespace

content::Message with_big_attachment(content::Message message, std::uint64_t bytes,
                                     std::uint64_t key) {
  for (auto& attachment : message.attachments) {
    if (!attachment.main_content) continue;
    attachment.file = content::make_pdf({"Grote bijlage (verzonnen)"}, bytes, key);
    attachment.media_type = "application/pdf";
    attachment.file_name = "grote_bijlage.pdf";
    attachment.has_digest = true;
  }
  return message;
}

World::World(const WorldOptions& options, ebox::Boxes& boxes, podmi::Mailbox& mailbox,
             ledger::Ledger& ledger)
    : options_(options), boxes_(boxes), mailbox_(mailbox), ledger_(ledger) {
  organisations_ =
      content::make_organisations(options.seed, options.organisations, options.persons);
  content::MessageShape shape{options.seed, options.attachment_bytes, options.annexes};
  for (const auto& organisation : organisations_) {
    boxes_.open(organisation.cbe);
    mailbox_.open(organisation.cbe);
    auto signals =
        content::make_signals(options.seed, organisation, options.signals, options.anchor);
    std::vector<podmi::Repeat> repeats;
    for (std::size_t i = 0; i < signals.size(); ++i) {
      repeats.push_back(i % 4 == 0   ? podmi::Repeat::same_event
                        : i % 5 == 1 ? podmi::Repeat::new_event
                                     : podmi::Repeat::none);
    }
    mailbox_.fill(signals, repeats);
    // A list shows what was open then, not thousands of lines in every message.
    auto listed = signals;
    if (listed.size() > 200) listed.resize(200);
    auto messages =
        content::make_messages(shape, organisation, listed, options.messages, options.anchor);
    for (auto& message : messages) {
      note_list(ledger_, organisation.cbe, message, listed);
      boxes_.add(organisation.cbe, std::move(message));
    }
    next_message_[organisation.cbe] = static_cast<std::uint32_t>(options.messages);
    next_signal_[organisation.cbe] = static_cast<std::uint32_t>(options.signals);
  }
  if (options.big_attachment > 0 && !organisations_.empty()) {
    const auto& organisation = organisations_.front();
    auto index = next_message_[organisation.cbe]++;
    auto received = content::Moment(options.anchor) + std::chrono::hours(6);
    auto message = content::make_message(shape, organisation, {}, index, received);
    boxes_.add(organisation.cbe,
               with_big_attachment(std::move(message), options.big_attachment << 20, index));
  }
}

const content::Organisation* World::find(const std::string& cbe) const {
  for (const auto& organisation : organisations_) {
    if (organisation.cbe == cbe) return &organisation;
  }
  return nullptr;
}

std::optional<std::vector<std::string>> World::add_messages(const NewMessage& wish,
                                                            std::string& why) {
  const auto* organisation = find(wish.organisation);
  if (organisation == nullptr) {
    why = "the organisation has no e-Box here";
    return std::nullopt;
  }
  if (!wish.type.empty() && content::find_family(wish.type) == nullptr) {
    why = "the message type is not known";
    return std::nullopt;
  }
  bool stream = wish.attachment_bytes > kStreamFrom;
  content::MessageShape shape{options_.seed, stream ? 0 : wish.attachment_bytes, wish.annexes};
  auto signals = mailbox_.signals(organisation->cbe);
  if (signals.size() > 200) signals.resize(200);
  std::vector<std::string> ids;
  for (int i = 0; i < wish.count; ++i) {
    const auto index = take_message_index(organisation->cbe, wish.type);
    const auto received = wish.received.value_or(next_receipt(organisation->cbe));
    auto message = content::make_message(shape, *organisation, signals, index, received);
    note_list(ledger_, organisation->cbe, message, signals);
    if (stream) message = with_big_attachment(std::move(message), wish.attachment_bytes, index);
    for (auto& attachment : message.attachments) {
      if (wish.digest) attachment.has_digest = *wish.digest;
      if (!attachment.main_content) continue;
      if (!wish.file_name.empty()) attachment.file_name = wish.file_name;
      attachment.wrong_digest = wish.wrong_digest;
      if (wish.wrong_digest) attachment.has_digest = true;
    }
    ids.push_back(message.id);
    boxes_.add(organisation->cbe, std::move(message));
  }
  return ids;
}

std::optional<std::vector<std::string>> World::add_signals(const NewSignal& wish,
                                                           std::string& why) {
  const auto* organisation = find(wish.organisation);
  if (organisation == nullptr) {
    why = "the organisation has no mailbox here";
    return std::nullopt;
  }
  if (!wish.type.empty() && !content::known_signal_type(wish.type)) {
    why = "the signal type is not known";
    return std::nullopt;
  }
  std::vector<std::string> references;
  for (int i = 0; i < wish.count; ++i) {
    const auto signal = next_signal(*organisation, wish);
    references.push_back(signal.reference);
    if (wish.channels == Channels::list || !mailbox_.integrated(signal.organisation, signal.ssin)) {
      // Mutations come only for who is integrated (KSZ).
      mailbox_.know(signal);
      std::lock_guard lock(mutex_);
      unsent_.insert(signal.organisation + "/" + signal.reference);
      continue;
    }
    if (wish.channels == Channels::mutation) {
      std::lock_guard lock(mutex_);
      unlisted_.insert(signal.reference);
    }
    mailbox_.add_signal(signal, wish.repeat, wish.hole && i == 0);
    if (wish.disorder && i % 2 == 1) mailbox_.disorder(signal.organisation);
  }
  return references;
}

content::Signal World::next_signal(const content::Organisation& organisation,
                                   const NewSignal& wish) {
  const auto& persons = organisation.persons;
  const auto current = [&](const content::Person& person) {
    return mailbox_.current_ssin(organisation.cbe, person.ssin);
  };
  const auto wanted = std::find_if(persons.begin(), persons.end(), [&](const auto& person) {
    return person.ssin == wish.ssin || current(person) == wish.ssin;
  });
  std::uint32_t index = 0;
  content::Day anchor = options_.anchor;
  {
    std::lock_guard lock(mutex_);
    anchor = today_.value_or(anchor);
    // Signals of a person who is asked for are counted apart, far behind those that come in turn.
    index = wanted == persons.end() ? next_signal_[organisation.cbe]++
                                    : static_cast<std::uint32_t>(wanted - persons.begin()) +
                                          static_cast<std::uint32_t>(persons.size()) *
                                              (kWantedRound + next_wanted_[organisation.cbe]++);
  }
  auto signal = content::make_signal(options_.seed, organisation, index, anchor);
  if (wanted != persons.end()) {
    const auto month = content::first_of_month(anchor);
    signal.from = content::add_months(month, -1);
    signal.to = content::last_of_month(signal.from);
    signal.detected_on = month + std::chrono::days(index % kDetectedUntil);
  }
  if (today()) {
    signal.detected_on = std::min(signal.detected_on, anchor);
    // Whoever sets the date publishes the recalls too.
    signal.cycle = "MONTHLY";
  }
  signal.ssin =
      wish.ssin.empty() ? mailbox_.current_ssin(organisation.cbe, signal.ssin) : wish.ssin;
  signal.replaces_ssin = mailbox_.former_ssin(organisation.cbe, signal.ssin);
  if (!wish.type.empty() && wish.type != signal.type) {
    content::retype(signal, wish.type, content::derive(options_.seed, signal.reference));
  }
  if (wish.month) {
    signal.from = content::first_of_month(*wish.month);
    signal.to = content::last_of_month(*wish.month);
  }
  if (wish.eurocents) signal.eurocents = wish.eurocents;
  if (!wish.dossier_number.empty()) signal.dossier_number = wish.dossier_number;
  if (!wish.suffix.empty()) signal.suffix = wish.suffix;
  if (!wish.observed.empty()) signal.fields.front().second = wish.observed;
  signal.organisation = heir(organisation.cbe);
  if (const auto* now = find(signal.organisation)) signal.nis_code = now->nis_code;
  return signal;
}

std::optional<std::string> World::replace_person(const std::string& cbe, const std::string& ssin,
                                                 std::string& why) {
  const auto* organisation = find(cbe);
  if (organisation == nullptr) {
    why = "the organisation has no mailbox here";
    return std::nullopt;
  }
  bool known = false;
  for (const auto& person : organisation->persons) {
    known = known || mailbox_.current_ssin(cbe, person.ssin) == ssin;
  }
  for (const auto& signal : mailbox_.signals(cbe)) known = known || signal.ssin == ssin;
  if (!known) {
    why = "the organisation knows no person who has this number now";
    return std::nullopt;
  }
  std::lock_guard lock(mutex_);
  auto taken = [this](const std::string& number) {
    if (new_ssins_.contains(number)) return true;
    for (const auto& one : organisations_) {
      for (const auto& person : one.persons) {
        if (person.ssin == number) return true;
      }
    }
    return false;
  };
  auto by = content::next_ssin(ssin);
  while (taken(by)) by = content::next_ssin(by);
  new_ssins_.insert(by);
  mailbox_.replace_person(cbe, ssin, by);
  return by;
}

Json World::expected(const std::string& cbe) const {
  Json messages = Json::array(), signals = Json::array(), counts = Json::object();
  for (const auto& organisation : organisations_) {
    if (!cbe.empty() && organisation.cbe != cbe) continue;
    std::size_t attachment_count = 0;
    std::uint64_t bytes = 0;
    std::map<std::string, int> types;
    auto entries = boxes_.entries(organisation.cbe);
    for (const auto& entry : entries) {
      Json attachments = Json::array();
      for (const auto& attachment : entry.message->attachments) {
        ++attachment_count;
        bytes += attachment.file->size();
        attachments.push_back({{"attachmentId", attachment.id},
                               {"fileName", attachment.file_name},
                               {"mediaType", attachment.media_type},
                               {"mainContent", attachment.main_content},
                               {"size", attachment.file->size()},
                               {"sha256", content::to_hex(attachment.file->digest())}});
      }
      ++types[entry.message->type_id];
      messages.push_back({{"organisation", organisation.cbe},
                          {"messageId", entry.message->id},
                          {"messageTypeId", entry.message->type_id},
                          {"attachments", std::move(attachments)}});
    }
    std::size_t matched = 0;
    std::set<std::string> with_dossier;
    for (const auto& person : organisation.persons) {
      if (person.dossiers.empty()) continue;
      with_dossier.insert(person.ssin);
      with_dossier.insert(mailbox_.current_ssin(organisation.cbe, person.ssin));
    }
    auto known = mailbox_.signals(organisation.cbe);
    std::erase_if(known, [this](const auto& signal) {
      std::lock_guard lock(mutex_);
      const auto key = signal.organisation + "/" + signal.reference;
      return unsent_.contains(key) && !listed_.contains(key);
    });
    for (const auto& signal : known) {
      bool dossier = with_dossier.contains(signal.ssin);
      matched += dossier ? 1 : 0;
      signals.push_back({{"organisation", organisation.cbe},
                         {"signalReference", signal.reference},
                         {"signalType", signal.type},
                         {"withDossier", dossier}});
    }
    counts[organisation.cbe] = {{"messages", entries.size()},
                                {"attachments", attachment_count},
                                {"attachmentBytes", bytes},
                                {"messageTypes", types.size()},
                                {"signals", known.size()},
                                {"signalsWithDossier", matched},
                                {"mailboxEvents", mailbox_.event_count(organisation.cbe)}};
  }
  return {{"messages", std::move(messages)},
          {"signals", std::move(signals)},
          {"counts", std::move(counts)}};
}

}  // namespace semafoor::sandbox::control
