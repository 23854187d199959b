// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ledger/ledger.h"

#include <chrono>

namespace semafoor::sandbox::ledger {

using http::Json;

void Ledger::open(const std::string& organisation) {
  std::lock_guard lock(mutex_);
  books_[organisation];
}

void Ledger::listed(const std::string& organisation, const std::vector<std::string>& message_ids) {
  std::lock_guard lock(mutex_);
  auto& book = books_[organisation];
  for (const auto& id : message_ids) ++book.listed[id];
}

void Ledger::downloading(const std::string& organisation, const std::string& message_id,
                         const std::string& attachment_id, const std::string& sha256,
                         std::uint64_t size) {
  std::lock_guard lock(mutex_);
  auto& download = books_[organisation].downloads[attachment_id];
  download.message_id = message_id;
  download.sha256 = sha256;
  download.size = size;
  ++download.started;
}

void Ledger::downloaded(const std::string& organisation, const std::string& attachment_id,
                        http::Transfer transfer) {
  std::lock_guard lock(mutex_);
  auto& download = books_[organisation].downloads[attachment_id];
  switch (transfer) {
    case http::Transfer::complete:
      ++download.completed;
      break;
    case http::Transfer::interrupted:
      ++download.interrupted;
      break;
    case http::Transfer::corrupted:
      ++download.corrupted;
      break;
    case http::Transfer::withdrawn:
      if (download.completed > 0) --download.completed;
      ++download.interrupted;
      break;
  }
}

void Ledger::marked_read(const std::string& organisation, const std::string& message_id) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].read[message_id];
}

void Ledger::visibility(const std::string& organisation, const std::string& message_id,
                        bool visible) {
  std::lock_guard lock(mutex_);
  books_[organisation].visibility[message_id] = visible;
}

void Ledger::replied(const std::string& organisation, const ReplySeen& reply) {
  std::lock_guard lock(mutex_);
  books_[organisation].replies.push_back(reply);
}

void Ledger::list_published(const std::string& organisation, const std::string& attachment_id,
                            List list, const std::vector<std::string>& references) {
  std::lock_guard lock(mutex_);
  books_[organisation].lists[attachment_id] = {list, references};
}

void Ledger::returned(const std::string& organisation, const std::string& message_id,
                      const std::vector<content::ReturnedAnswer>& answers,
                      const std::vector<bool>& taken) {
  std::lock_guard lock(mutex_);
  auto& rows = books_[organisation].returned;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    rows.push_back({message_id, answers[i], i < taken.size() && taken[i]});
  }
}

void Ledger::signal_delivered(const std::string& organisation, const std::string& reference) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::lock_guard lock(mutex_);
  Seen& seen = books_[organisation].signals[reference];
  if (++seen.delivered == 1)
    seen.delivered_at_us = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

void Ledger::signal_acknowledged(const std::string& organisation, const std::string& reference) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].signals[reference].acknowledged;
}

void Ledger::signal_handed_out(const std::string& organisation, const std::string& reference) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].signals[reference].handed_out;
}

void Ledger::result_handed_out(const std::string& organisation, const std::string& feedback_id) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].results[feedback_id].handed_out;
}

void Ledger::result_emitted(const std::string& organisation, const std::string& feedback_id) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].results[feedback_id].emitted;
}

void Ledger::result_delivered(const std::string& organisation, const std::string& feedback_id) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].results[feedback_id].delivered;
}

void Ledger::result_acknowledged(const std::string& organisation, const std::string& feedback_id) {
  std::lock_guard lock(mutex_);
  ++books_[organisation].results[feedback_id].acknowledged;
}

void Ledger::feedback_effect(const std::string& organisation, const FeedbackSeen& feedback) {
  std::lock_guard lock(mutex_);
  auto& answer = books_[organisation].feedback[feedback.id];
  answer.seen = feedback;
  ++answer.received;
  ++answer.effects;
}

void Ledger::feedback_again(const std::string& organisation, const std::string& id, bool conflict) {
  std::lock_guard lock(mutex_);
  auto& answer = books_[organisation].feedback[id];
  ++answer.received;
  if (conflict) ++answer.conflicts;
}

std::map<std::string, std::uint64_t> Ledger::times_listed(const Book& book, List list) {
  std::map<std::string, std::uint64_t> times;
  for (const auto& [attachment, published] : book.lists) {
    if (published.list != list) continue;
    const auto download = book.downloads.find(attachment);
    if (download == book.downloads.end() || download->second.completed == 0) continue;
    for (const auto& reference : published.references) ++times[reference];
  }
  return times;
}

Json Ledger::signals_to_json(const Book& book) {
  auto monthly = times_listed(book, List::monthly);
  auto half_yearly = times_listed(book, List::half_yearly);
  std::map<std::string, Seen> all = book.signals;
  for (const auto& [reference, times] : monthly) all[reference];
  for (const auto& [reference, times] : half_yearly) all[reference];
  Json signals = Json::array();
  for (const auto& [reference, seen] : all) {
    signals.push_back({{"signalReference", reference},
                       {"delivered", seen.delivered},
                       {"deliveredAtUs", seen.delivered_at_us},
                       {"acknowledged", seen.acknowledged},
                       {"handedOut", seen.handed_out},
                       {"monthlyLists", monthly[reference]},
                       {"halfYearlyLists", half_yearly[reference]}});
  }
  return signals;
}

Json Ledger::answers_to_json(const Book& book) {
  Json answers = Json::array();
  for (const auto& [id, answer] : book.feedback) {
    if (answer.effects == 0) continue;
    answers.push_back({{"signalReference", answer.seen.signal_reference},
                       {"channel", "feedback"},
                       {"code", answer.seen.code},
                       {"evaluation", answer.seen.evaluation},
                       {"id", id}});
  }
  for (const auto& row : book.returned) {
    answers.push_back({{"signalReference", row.answer.reference},
                       {"channel", row.message_id.empty() ? "upload" : "reply"},
                       {"code", row.answer.code},
                       {"evaluation", row.taken ? "TAKEN" : "IGNORED"},
                       {"id", row.message_id}});
  }
  return answers;
}

Json Ledger::to_json(const Book& book) {
  Json messages = Json::array();
  for (const auto& [id, times] : book.listed)
    messages.push_back({{"messageId", id}, {"listed", times}});
  Json attachments = Json::array();
  Json downloaded = Json::array();
  for (const auto& [id, download] : book.downloads) {
    attachments.push_back({{"attachmentId", id},
                           {"messageId", download.message_id},
                           {"sha256", download.sha256},
                           {"size", download.size},
                           {"started", download.started},
                           {"completed", download.completed},
                           {"interrupted", download.interrupted},
                           {"corrupted", download.corrupted}});
    if (download.completed == 0) continue;
    downloaded.push_back({{"attachmentId", id},
                          {"messageId", download.message_id},
                          {"sha256", download.sha256},
                          {"size", download.size},
                          {"times", download.completed}});
  }
  Json read = Json::array();
  for (const auto& [id, times] : book.read) read.push_back({{"messageId", id}, {"times", times}});
  Json visibility = Json::array();
  for (const auto& [id, visible] : book.visibility) {
    visibility.push_back({{"messageId", id}, {"visible", visible}});
  }
  Json replies = Json::array();
  for (const auto& reply : book.replies) {
    Json files = Json::array();
    for (const auto& one : reply.attachments) {
      files.push_back({{"fileName", one.file_name},
                       {"mediaType", one.media_type},
                       {"sha256", one.sha256},
                       {"size", one.size},
                       {"mainContent", one.main_content}});
    }
    replies.push_back({{"messageId", reply.message_id},
                       {"originalMessageId", reply.original_id},
                       {"subject", reply.subject},
                       {"body", reply.body},
                       {"attachments", std::move(files)}});
  }
  Json acknowledged = Json::array();
  for (const auto& [reference, seen] : book.signals) {
    if (seen.acknowledged > 0) acknowledged.push_back(reference);
  }
  Json feedback = Json::array();
  for (const auto& [id, answer] : book.feedback) {
    feedback.push_back({{"id", id},
                        {"signalReference", answer.seen.signal_reference},
                        {"feedbackCode", answer.seen.code},
                        {"evaluation", answer.seen.evaluation},
                        {"authorityReference", answer.seen.authority_reference},
                        {"received", answer.received},
                        {"effects", answer.effects},
                        {"doubles", answer.received - answer.effects},
                        {"conflicts", answer.conflicts}});
  }
  Json results = Json::array();
  for (const auto& [id, result] : book.results) {
    results.push_back({{"feedbackId", id},
                       {"emitted", result.emitted},
                       {"delivered", result.delivered},
                       {"acknowledged", result.acknowledged},
                       {"handedOut", result.handed_out}});
  }
  return {{"messagesListed", std::move(messages)},
          {"attachments", std::move(attachments)},
          {"attachmentsDownloaded", std::move(downloaded)},
          {"markedRead", std::move(read)},
          {"visibility", std::move(visibility)},
          {"replies", std::move(replies)},
          {"signals", signals_to_json(book)},
          {"answers", answers_to_json(book)},
          {"signalsAcknowledged", std::move(acknowledged)},
          {"feedback", std::move(feedback)},
          {"results", std::move(results)}};
}

Json Ledger::counts(const Book& book) {
  std::uint64_t complete = 0, downloads = 0, broken = 0, bytes = 0;
  for (const auto& [id, download] : book.downloads) {
    if (download.completed > 0) {
      ++complete;
      bytes += download.size;
    }
    downloads += download.completed;
    broken += download.interrupted + download.corrupted;
  }
  std::uint64_t delivered = 0, deliveries = 0, acknowledged = 0, handed_out = 0;
  for (const auto& [reference, seen] : book.signals) {
    if (seen.delivered > 0) ++delivered;
    deliveries += seen.delivered;
    if (seen.acknowledged > 0) ++acknowledged;
    if (seen.handed_out > 0) ++handed_out;
  }
  std::uint64_t accepted = 0, refused = 0, partial = 0, effects = 0, doubles = 0, conflicts = 0;
  std::map<std::string, std::uint64_t> per_signal;
  for (const auto& [id, answer] : book.feedback) {
    doubles += answer.received - answer.effects;
    conflicts += answer.conflicts;
    if (answer.effects == 0) continue;
    ++effects;
    accepted += answer.seen.evaluation == "ACCEPTED" ? 1U : 0U;
    refused += answer.seen.evaluation == "REFUSED" ? 1U : 0U;
    partial += answer.seen.evaluation == "PARTIALLYACCEPTED" ? 1U : 0U;
    if (answer.seen.evaluation == "ACCEPTED") ++per_signal[answer.seen.signal_reference];
  }
  std::uint64_t answered_twice = 0;
  for (const auto& [reference, times] : per_signal) answered_twice += times > 1 ? 1U : 0U;
  std::uint64_t results = 0, results_acknowledged = 0;
  for (const auto& [id, result] : book.results) {
    results += result.delivered > 0 ? 1U : 0U;
    results_acknowledged += result.acknowledged > 0 ? 1U : 0U;
  }
  return {{"messagesListed", book.listed.size()},
          {"attachmentsDownloaded", complete},
          {"attachmentBytes", bytes},
          {"downloadsCompleted", downloads},
          {"downloadsBroken", broken},
          {"messagesMarkedRead", book.read.size()},
          {"replies", book.replies.size()},
          {"signalsDelivered", delivered},
          {"signalDeliveries", deliveries},
          {"signalsAcknowledged", acknowledged},
          {"signalsHandedOut", handed_out},
          {"feedbackEffects", effects},
          {"feedbackAccepted", accepted},
          {"feedbackRefused", refused},
          {"feedbackPartiallyAccepted", partial},
          {"feedbackDoubles", doubles},
          {"feedbackConflicts", conflicts},
          {"signalsAcceptedTwice", answered_twice},
          {"resultsDelivered", results},
          {"resultsAcknowledged", results_acknowledged}};
}

Json Ledger::everything(const std::string& organisation) const {
  std::lock_guard lock(mutex_);
  Json list = Json::object();
  for (const auto& [cbe, book] : books_) {
    if (organisation.empty() || cbe == organisation) list[cbe] = to_json(book);
  }
  return {{"organisations", std::move(list)}};
}

Json Ledger::summary() const {
  std::lock_guard lock(mutex_);
  Json list = Json::object();
  Json totals = counts(Book{});
  for (const auto& [cbe, book] : books_) {
    auto one = counts(book);
    for (auto& [name, value] : totals.items()) {
      value = value.get<std::uint64_t>() + one[name].get<std::uint64_t>();
    }
    list[cbe] = std::move(one);
  }
  return {{"organisations", std::move(list)}, {"totals", std::move(totals)}};
}

void Ledger::clear() {
  std::lock_guard lock(mutex_);
  for (auto& [cbe, book] : books_) {
    // What lies in the e-Box is no effect: it may be fetched yet.
    auto lists = std::move(book.lists);
    book = Book{};
    book.lists = std::move(lists);
  }
}

}  // namespace semafoor::sandbox::ledger
