// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/national/archive.h"

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>
#include <utility>

#include "gateway/domain/hex.h"
#include "gateway/domain/signal_identity.h"
#include "gateway/domain/uuid.h"
#include "gateway/lists/rules.h"
#include "gateway/signals/delivery.h"
#include "gateway/vault/seal/seal_key.h"
#include "tests/bench/national/measure.h"

namespace semafoor::national {
namespace {

constexpr int kHandlers = 20;
// Of ten signals so many are closed, and so many more assigned.
constexpr int kClosed = 6;
constexpr int kAssigned = 2;

void treat(v1::Signal& signal, int index) {
  const int kind = index % 10;
  if (kind < kClosed) {
    signal.set_state(v1::SIGNAL_STATE_CLOSED);
  } else if (kind < kClosed + kAssigned) {
    signal.set_state(v1::SIGNAL_STATE_ASSIGNED);
    signal.mutable_assignee()->set_id("worker-" + std::to_string(index % kHandlers));
  }
}

}  // namespace

void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

void must(const Result<void>& result) {
  if (!result) fail(result.error().code + ": " + result.error().message);
}

Archive::Archive(const std::filesystem::path& folder) {
  store_ = must(store::open_sqlite_store(
      {.folder = folder,
       .root = std::make_shared<const vault::SealKey>(must(vault::SealKey::make()))}));
  types_ = std::make_unique<signals::SignalTypes>(must(signals::SignalTypes::load()));
  signals_ = std::make_unique<signals::Signals>(*store_, *types_, [this] { return now_ms_; });
  lists_ = std::make_unique<lists::Lists>(*store_);
  reader_ = std::make_unique<lists::ListReader>(
      *store_, clock_, must(lists::load_rules({})),
      lists::ReaderOptions{.sink = &signals::deliver_listed, .load_rules = {}});
}

Archive::~Archive() {
  reader_.reset();
  store_->close();
}

std::int64_t Archive::next_ms() {
  return ++now_ms_;
}

void Archive::add(const Centre& centre) {
  v1::Organisation organisation;
  organisation.mutable_organisation()->set_value(centre.cbe);
  organisation.add_enabled_modules(v1::MODULE_EBOX);
  organisation.add_enabled_modules(v1::MODULE_KNIPPERLICHT);
  must(store_->write_and_wait(
      [&](store::Transaction& tx) { return tx.put_organisation(organisation); }));
}

std::string Archive::store_statement(const Centre& centre, const std::string& bytes, int month) {
  auto writer = must(store_->blobs().create(centre.cbe));
  must(writer->append(std::as_bytes(std::span(bytes))));
  const auto blob = must(writer->commit());
  store::StoredMessage stored;
  v1::Message& message = stored.message;
  message.set_message_id(domain::uuid_v7(next_ms()));
  message.mutable_organisation()->set_value(centre.cbe);
  message.set_provider_id("national");
  message.set_provider_message_id(message.message_id());
  message.set_family(v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON);
  message.mutable_subject()->set_nl("Maandstaat leefloon " + std::to_string(month));
  message.mutable_received_at()->set_unix_ms(now_ms_);
  v1::Attachment& attachment = *message.add_attachments();
  attachment.set_attachment_id(domain::uuid_v7(next_ms()));
  attachment.set_file_name("maandstaat.txt");
  attachment.set_main_content(true);
  attachment.set_state(v1::ATTACHMENT_STATE_STORED);
  attachment.set_size_bytes(blob.size);
  attachment.set_sha256(*domain::from_hex(blob.sha256));
  const std::string attachment_id = attachment.attachment_id();
  must(store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
    auto copy = stored;
    if (auto put = tx.put_message(centre.cbe, copy, "message.stored"); !put) return put;
    return tx.put_attachment_source(centre.cbe,
                                    {attachment_id, stored.message.message_id(), "1", ""});
  }));
  attachment_of_[stored.message.message_id()] = attachment_id;
  return stored.message.message_id();
}

double Archive::read_statement(const Centre& centre, const std::string& message_id) {
  const Watch watch;
  const auto reading = must(reader_->read(centre.cbe, message_id, attachment_of_.at(message_id)));
  const double seconds = watch.seconds();
  if (!reading || reading->rows() != centre.lines || reading->bad_rows() != 0)
    fail("A statement of " + std::to_string(centre.lines) + " lines was not read whole: " +
         (reading ? std::to_string(reading->rows()) + " lines, " +
                        std::to_string(reading->bad_rows()) + " bad ones. " + reading->problem()
                  : std::string("nothing was read.")));
  return seconds;
}

int Archive::deliver_signals(const Country& country, const Centre& centre, int month) {
  int made = 0;
  must(store_->write_and_wait([&](store::Transaction& tx) -> Result<void> {
    made = 0;
    for (int index = 0; index < centre.signals; ++index) {
      signals::ParsedItem item{
          .item = {.source = "urn:x-national",
                   .id = std::to_string(month) + "/" + std::to_string(index),
                   .type = "signal",
                   .cursor = {},
                   .raw = "{}",
                   .sequence = 0},
          .content = upstream::MailboxContent{
              .signal = country.signal(centre, month, index), .replaced_ssin = {}, .result = {}}};
      const std::string key = domain::signal_key(*item.content->signal);
      auto before = tx.signal_by_key(centre.cbe, key);
      if (!before) return before.error();
      if (auto done = signals::deliver(tx, centre.cbe, item, nullptr, next_ms()); !done)
        return done;
      if (*before) continue;
      ++made;
      auto signal = tx.signal_by_key(centre.cbe, key);
      if (!signal) return signal.error();
      treat(**signal, index);
      if (auto put = tx.put_signal(centre.cbe, key, **signal, ""); !put) return put;
    }
    return {};
  }));
  return made;
}

}  // namespace semafoor::national
