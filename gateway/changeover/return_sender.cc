// SPDX-License-Identifier: Apache-2.0
#include "gateway/changeover/return_sender.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "gateway/changeover/return_file.h"
#include "gateway/changeover/return_records.h"
#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/duties/duty_log.h"
#include "gateway/duties/task_pool.h"

namespace semafoor::changeover {
namespace {

// Contract 2.1 takes 400 characters.
constexpr std::size_t kLongestSubject = 300;
constexpr char kCutShort[] =
    "Sending was cut short: whether it arrived only a person can find out. Look in the portal, or "
    "ask the provider's support, and confirm.";

// The whole file is in memory already: it has some hundreds of rows.
class Bytes final : public upstream::ContentReader {
 public:
  explicit Bytes(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<std::byte> into) override {
    const std::size_t size = std::min(into.size(), bytes_->size() - at_);
    std::memcpy(into.data(), bytes_->data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  const std::shared_ptr<const std::string> bytes_;
  std::size_t at_ = 0;
};

upstream::ContentSource source_of(std::string bytes) {
  auto shared = std::make_shared<const std::string>(std::move(bytes));
  return [shared]() -> Result<std::unique_ptr<upstream::ContentReader>> {
    return std::unique_ptr<upstream::ContentReader>(std::make_unique<Bytes>(shared));
  };
}

// At most `most` bytes, and no half character.
std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

// One language only, as the NSSO wants it: the original's first.
v1::LocalizedText subject_of(const v1::LocalizedText& original) {
  v1::LocalizedText subject;
  if (!original.nl().empty())
    subject.set_nl("Antwoord: " + cut(original.nl(), kLongestSubject));
  else if (!original.fr().empty())
    subject.set_fr("Réponse : " + cut(original.fr(), kLongestSubject));
  else if (!original.de().empty())
    subject.set_de("Antwort: " + cut(original.de(), kLongestSubject));
  else
    subject.set_nl("Antwoord: knipperlichten");
  return subject;
}

upstream::ReplyMessage reply_to(const v1::Message& original, ReturnFile file) {
  upstream::ReplyMessage reply;
  reply.original_message_id = original.provider_message_id();
  const auto sender = domain::CbeNumber::parse(original.sender_organisation_id());
  reply.recipient_id = sender ? sender->value() : original.sender_organisation_id();
  reply.subject = subject_of(original.subject());
  upstream::ReplyAttachment attachment;
  attachment.file_name = std::move(file.name);
  attachment.media_type = std::move(file.media_type);
  attachment.main_content = true;
  attachment.content = source_of(std::move(file.bytes));
  reply.attachments.push_back(std::move(attachment));
  return reply;
}

// Refused by the interface itself, in a way that no later try mends.
bool is_hopeless(const Error& error) {
  return !error.retryable && error.kind != ErrorKind::cancelled &&
         error.kind != ErrorKind::unauthenticated;
}

// What is about to be sent.
struct Ready {
  std::string provider;
  upstream::ReplyMessage reply;
};

}  // namespace

struct ReturnSender::State {
  store::Store& store;
  ReplySource source;
  duties::Clock& clock;
  SenderOptions options;
  duties::Random random;
  std::unique_ptr<duties::TaskPool> pool;

  using Release = duties::TaskPool::Release;
  using Change = std::function<Result<void>(store::Transaction&, v1::ListReturn&)>;

  void handle(const store::Task& task, const std::stop_token& stop, const Release& release) {
    Ready ready;
    std::optional<v1::ReturnState> state;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      auto its = load_return(reader, task.org, task.key);
      if (!its) return its.error();
      state = its->state();
      return *state == v1::RETURN_STATE_QUEUED ? prepare(reader, task.org, *its, ready)
                                               : Result<void>();
    });
    // Whoever wrote SENDING died between the commit and the answer.
    if (state == v1::RETURN_STATE_SENDING) return unknown(task, release, kCutShort);
    if (!read && state == v1::RETURN_STATE_QUEUED && is_hopeless(read.error()))
      return refused(task, release, read.error());
    if (!read && read.error().code != "channels.return_unknown")
      return put_back(task, release, read.error());
    if (state != v1::RETURN_STATE_QUEUED) return finish(task, release, {});
    send(task, ready, stop, release);
  }

  static Result<void> prepare(store::Reader& reader, const store::Org& org,
                              const v1::ListReturn& its, Ready& ready) {
    auto message = reader.message(org, its.message_id());
    if (!message) return message.error();
    if (!*message) {
      return Error{.kind = ErrorKind::not_found,
                   .code = "channels.message_gone",
                   .message =
                       "Replying with a half-yearly list: its message is not here any more. "
                       "Fetch the file and upload it."};
    }
    auto rows = return_rows(reader, org, its.return_id());
    if (!rows) return rows.error();
    auto file = write_return(its, *rows, v1::RETURN_FORMAT_CSV, {});
    if (!file) return file.error();
    ready.provider = (*message)->message.provider_id();
    ready.reply = reply_to((*message)->message, std::move(*file));
    return {};
  }

  void send(const store::Task& task, const Ready& ready, const std::stop_token& stop,
            const Release& release) {
    auto client = source(task.org, ready.provider);
    if (!client) return put_back(task, release, client.error());
    if (stop.stop_requested())
      return put_back(task, release, duties::stopped_error("Sending a list back"));
    const auto committed = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      if (auto mine = tx.extend(task, options.lease_ms); !mine) return mine;
      auto its = load_return(tx, task.org, task.key);
      if (!its) return its.error();
      return move_return(tx, task.org, *its, ReturnStep::hand_over, domain::act_of_gateway());
    });
    // Also when a person took it back meanwhile: the next look finds that.
    if (!committed) return put_back(task, release, committed.error());
    auto outcome = (*client)->reply(ready.reply, stop);
    if (!outcome) return not_sent(task, release, outcome.error());
    if (outcome->state == upstream::SendOutcome::received) return received(task, release, *outcome);
    unknown(task, release,
            outcome->why_unknown ? duties::problem_text(*outcome->why_unknown) : kCutShort);
  }

  void received(const store::Task& task, const Release& release,
                const upstream::ReplyOutcome& outcome) {
    finish(task, release, [outcome, org = task.org](store::Transaction& tx, v1::ListReturn& its) {
      its.set_reply_message_id(outcome.message_id);
      if (const auto day = domain::parse_date(outcome.expiration_date))
        *its.mutable_reply_kept_until() = *day;
      its.clear_last_problem();
      return move_return(tx, org, its, ReturnStep::received, domain::act_of_gateway());
    });
  }

  void unknown(const store::Task& task, const Release& release, const std::string& problem) {
    finish(task, release, [problem, org = task.org](store::Transaction& tx, v1::ListReturn& its) {
      its.set_last_problem(problem);
      return move_return(tx, org, its, ReturnStep::unknown, domain::act_of_gateway());
    });
  }

  // It certainly had no effect.
  void not_sent(const store::Task& task, const Release& release, const Error& error) {
    if (is_hopeless(error)) return refused(task, release, error);
    const auto delay = duties::is_cancelled(error)
                           ? 0
                           : duties::backoff_ms(options.backoff, task.attempts, error, random);
    const auto problem = duties::problem_text(error);
    store.write(
        [task, problem, at = clock.now_ms() + delay](store::Transaction& tx) -> Result<void> {
          auto its = load_return(tx, task.org, task.key);
          if (!its) return its.error();
          its->set_last_problem(problem);
          auto moved =
              move_return(tx, task.org, *its, ReturnStep::no_effect, domain::act_of_gateway());
          if (!moved) return moved;
          return tx.retry(task, at, problem);
        },
        [release, delay](const Result<void>& stored) { release(stored, delay); });
  }

  // Nothing left and nothing will: its answers wait again, and the file remains.
  void refused(const store::Task& task, const Release& release, const Error& error) {
    finish(task, release,
           [problem = duties::problem_text(error), org = task.org](store::Transaction& tx,
                                                                   v1::ListReturn& its) {
             its.set_last_problem(problem);
             its.set_way(v1::RETURN_WAY_FILE);
             its.clear_left_at();
             its.clear_left_by();
             auto moved = move_return(tx, org, its, ReturnStep::refused, domain::act_of_gateway());
             if (!moved) return moved;
             return take_back(tx, org, its, [](const v1::ReturnRow&) { return true; });
           });
  }

  // Ends the task with a change of its return; with none when that has gone elsewhere.
  void finish(const store::Task& task, const Release& release, const Change& change) {
    store.write(
        [task, change](store::Transaction& tx) -> Result<void> {
          if (auto done = tx.complete(task); !done) return done;
          auto its = load_return(tx, task.org, task.key);
          if (!its)
            return its.error().code == "channels.return_unknown" ? Result<void>() : its.error();
          const bool travels =
              its->state() == v1::RETURN_STATE_QUEUED || its->state() == v1::RETURN_STATE_SENDING;
          return change && travels ? change(tx, *its) : Result<void>();
        },
        [release](const Result<void>& stored) { release(stored, -1); });
  }

  void put_back(const store::Task& task, const Release& release, const Error& error) {
    const bool cancelled = duties::is_cancelled(error);
    const auto delay =
        cancelled ? 0 : duties::backoff_ms(options.backoff, task.attempts, error, random);
    const auto problem = cancelled ? task.last_problem : duties::problem_text(error);
    store.write([task, problem, at = clock.now_ms() + delay](
                    store::Transaction& tx) { return tx.retry(task, at, problem); },
                [release, delay](const Result<void>& stored) { release(stored, delay); });
  }
};

ReturnSender::ReturnSender(store::Store& store, ReplySource source, duties::Clock& clock,
                           SenderOptions options, const duties::Random& random)
    : state_(new State{store, std::move(source), clock, options, random, nullptr}) {
  duties::TaskPoolOptions pool;
  pool.kind = kReturnTask;
  pool.workers = 1;
  pool.prefetch = 1;
  pool.lease_ms = options.lease_ms;
  state_->pool = std::make_unique<duties::TaskPool>(
      store, clock, pool,
      [state = state_.get()](const store::Task& task, const std::stop_token& stop,
                             const duties::TaskPool::Release& release) {
        state->handle(task, stop, release);
      });
}

ReturnSender::~ReturnSender() {
  stop();
}

void ReturnSender::start() {
  state_->pool->start();
}

void ReturnSender::stop() {
  state_->pool->stop();
}

}  // namespace semafoor::changeover
