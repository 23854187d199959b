// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/outbox.h"

#include <limits>
#include <optional>
#include <utility>

#include "gateway/domain/belgian_time.h"
#include "gateway/duties/duty_log.h"
#include "gateway/duties/task_pool.h"
#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/signal_writer.h"

namespace semafoor::feedback {
namespace {

using upstream::MailboxContent;

std::optional<AnswerStep> judgement_of(v1::FeedbackState state) {
  switch (state) {
    case v1::FEEDBACK_STATE_ACCEPTED:
      return AnswerStep::accepted;
    case v1::FEEDBACK_STATE_REFUSED:
      return AnswerStep::refused;
    case v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED:
      return AnswerStep::partially_accepted;
    default:
      return std::nullopt;
  }
}

// By the list of the day on which the answer was given.
domain::SignalAction action_of(AnswerStep judgement, const v1::FeedbackItem& item,
                               const CodeList& codes) {
  if (judgement != AnswerStep::accepted) return domain::SignalAction::refused;
  const auto* code =
      codes.find(item.code(), domain::belgian_time(item.submitted_at().unix_ms()).date());
  const bool open = code != nullptr && code->keeps_open();
  return open ? domain::SignalAction::accepted_open : domain::SignalAction::accepted;
}

// A refusal that no later try can mend. Missing rights and tokens can be mended by the
// administrator.
bool is_hopeless(const Error& error) {
  return !error.retryable && error.kind != ErrorKind::unauthenticated &&
         error.kind != ErrorKind::permission_denied && error.kind != ErrorKind::cancelled &&
         error.upstream_status >= 400 && error.upstream_status < 500 &&
         error.upstream_status != 401 && error.upstream_status != 403 &&
         error.upstream_status != 429;
}

// Tries count towards giving up only when the upstream itself failed at them: while it cannot be
// reached, or we have no right yet, an answer waits.
bool was_tried(const Error& error) {
  return error.upstream_status != 0 && error.kind != ErrorKind::unauthenticated &&
         error.kind != ErrorKind::permission_denied;
}

Error no_receipt() {
  return {.kind = ErrorKind::unavailable,
          .code = "upstream.no_receipt",
          .message = "Sent, and no receipt came: it is looked up under the same client id.",
          .retryable = true};
}

Result<void> tell_sent(store::Transaction& tx, const store::Org& org,
                       const v1::FeedbackItem& item) {
  return tell_answer(tx, org, item,
                     {.event = v1::SIGNAL_EVENT_SENT, .time_ms = item.sent_at().unix_ms()});
}

}  // namespace

Result<void> apply_result(store::Transaction& tx, const store::Org& org, const CodesInForce& codes,
                          const MailboxContent::FeedbackResult& result, std::int64_t now_ms) {
  auto item = result.client_id.empty() ? load_answer_by_reference(tx, org, result.client_reference)
                                       : load_answer(tx, org, result.client_id);
  if (!item) return item.error();
  const auto judgement = judgement_of(result.state);
  if (!judgement) {
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "feedback.no_judgement",
                 .message = "Storing the authority's judgement: the message holds none."};
  }
  if (item->state() == result.state) return tx.count_duplicate(org);
  if (is_final(item->state())) {
    return Error{
        .kind = ErrorKind::failed_precondition,
        .code = "feedback.already_decided",
        .message = "Storing the authority's judgement: this answer has another one already (" +
                   v1::FeedbackState_Name(item->state()) + "), which stands."};
  }
  item->set_authority_reference(result.authority_reference);
  item->mutable_errors()->Assign(result.errors.begin(), result.errors.end());
  item->mutable_decided_at()->set_unix_ms(now_ms);
  item->clear_last_problem();
  if (auto moved = move_answer(tx, org, *item, *judgement); !moved) return moved;
  auto list = codes.at(tx, item->submitted_at().unix_ms());
  if (!list) return list.error();
  if (auto followed = follow_answer(tx, org, *item, action_of(*judgement, *item, **list));
      !followed)
    return followed;
  return tell_answer(tx, org, *item,
                     {.event = *judgement == AnswerStep::accepted ? v1::SIGNAL_EVENT_ACCEPTED
                                                                  : v1::SIGNAL_EVENT_REFUSED,
                      .time_ms = now_ms,
                      .detail = result.authority_reference});
}

struct Outbox::State {
  store::Store& store;
  duties::PodmiSource podmi;
  CodesInForce codes;
  duties::Clock& clock;
  OutboxOptions options;
  std::function<void(const store::Org&)> on_sent;
  duties::Random random;
  duties::Circuits circuits;
  std::unique_ptr<duties::TaskPool> pool;

  using Release = duties::TaskPool::Release;

  void handle(const store::Task& task, const std::stop_token& stop, const Release& release) {
    auto item = read_item(task);
    if (!item) {
      // Without its answer the task has no meaning; a store that cannot be read is another matter.
      if (item.error().code == "feedback.unknown_client_id") return drop(task, release);
      return put_back(task, release, item.error());
    }
    switch (item->state()) {
      case v1::FEEDBACK_STATE_QUEUED:
        return send(task, std::move(*item), stop, release);
      case v1::FEEDBACK_STATE_SENDING:
      case v1::FEEDBACK_STATE_OUTCOME_UNKNOWN:
        // SENDING at this point: whoever wrote it died or was overtaken between send and receipt.
        return resolve(task, std::move(*item), stop, release);
      default:
        return drop(task, release);
    }
  }

  Result<v1::FeedbackItem> read_item(const store::Task& task) {
    std::optional<Result<v1::FeedbackItem>> item;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      item = load_answer(reader, task.org, task.key);
      return {};
    });
    if (!read) return read.error();
    return std::move(*item);
  }

  // The answer's state may only be changed by who holds the lease: `extend` checks the fencing
  // token.
  Result<std::string> commit_sending(const store::Task& task, v1::FeedbackItem& item) {
    std::string reference;
    const auto stored = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      if (auto mine = tx.extend(task, options.lease_ms); !mine) return mine;
      auto current = load_answer(tx, task.org, task.key);
      if (!current) return current.error();
      auto signal = tx.signal(task.org, current->signal_id());
      if (!signal) return signal.error();
      // Of the day it was given; an answer from before that was kept has its signal's.
      reference = current->signal_reference();
      if (reference.empty() && *signal) reference = (*signal)->signal_reference();
      current->set_attempts(current->attempts() + 1);
      if (auto moved = move_answer(tx, task.org, *current, AnswerStep::send); !moved) return moved;
      item = std::move(*current);
      return {};
    });
    if (!stored) return stored.error();
    return reference;
  }

  void send(const store::Task& task, v1::FeedbackItem item, const std::stop_token& stop,
            const Release& release) {
    auto client = podmi(task.org);
    if (!client) return not_sent(task, release, client.error(), false);
    if (stop.stop_requested())
      return put_back(task, release, duties::stopped_error("Sending an answer"));
    auto reference = commit_sending(task, item);
    if (!reference) return put_back(task, release, reference.error());
    auto outcome = (*client)->send(item, *reference, stop);
    if (!outcome) {
      circuits.failed(task.org, outcome.error());
      return not_sent(task, release, outcome.error(), true);
    }
    if (outcome->outcome == upstream::SendOutcome::received) {
      circuits.answered(task.org);
      return received(task, release, std::move(outcome->result));
    }
    // Who took it and said nothing is not there either.
    const Error silence = no_receipt();
    circuits.failed(task.org, silence);
    unknown(task, release, silence.message, options.lookup_after_ms);
  }

  void resolve(const store::Task& task, v1::FeedbackItem item, const std::stop_token& stop,
               const Release& release) {
    if (item.state() == v1::FEEDBACK_STATE_SENDING) {
      if (auto shown = show_unknown(task); !shown) return put_back(task, release, shown.error());
    }
    auto client = podmi(task.org);
    if (!client) return still_unknown(task, release, client.error());
    auto known = (*client)->lookup(item, stop);
    if (!known) {
      circuits.failed(task.org, known.error());
      return still_unknown(task, release, known.error());
    }
    circuits.answered(task.org);
    if (*known) return received(task, release, **known);
    // The upstream never had it: the same answer goes out under the same client id.
    send(task, std::move(item), stop, release);
  }

  // Nobody is left in doubt about a doubt: what was being sent when a gateway died is shown as
  // unknown before anything else is done about it.
  Result<void> show_unknown(const store::Task& task) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      if (auto mine = tx.extend(task, options.lease_ms); !mine) return mine;
      auto current = load_answer(tx, task.org, task.key);
      if (!current) return current.error();
      if (current->state() != v1::FEEDBACK_STATE_SENDING) return {};
      current->set_last_problem(
          "Sending was cut short: whether it arrived is looked up under the same client id.");
      return move_answer(tx, task.org, *current, AnswerStep::unknown);
    });
  }

  void received(const store::Task& task, const Release& release,
                std::optional<MailboxContent::FeedbackResult> judged) {
    store.write(
        [this, task, judged = std::move(judged)](store::Transaction& tx) -> Result<void> {
          if (auto done = tx.complete(task); !done) return done;
          auto item = load_answer(tx, task.org, task.key);
          if (!item) return item.error();
          if (!is_final(item->state())) {
            if (!item->has_sent_at()) {
              item->mutable_sent_at()->set_unix_ms(clock.now_ms());
              if (auto told = tell_sent(tx, task.org, *item); !told) return told;
            }
            if (judged && judgement_of(judged->state)) {
              auto result = *judged;
              result.client_id = task.key;
              if (auto put = keep_answer(tx, task.org, *item); !put) return put;
              if (auto applied = apply_result(tx, task.org, codes, result, clock.now_ms());
                  !applied) {
                return applied;
              }
            } else if (item->state() != v1::FEEDBACK_STATE_SENT) {
              item->clear_last_problem();
              if (auto moved = move_answer(tx, task.org, *item, AnswerStep::received); !moved)
                return moved;
            }
          }
          return duties::record_success(tx, task.org, kOutboxDuty, clock.now_ms());
        },
        [this, org = task.org, release](const Result<void>& stored) {
          // Before the release: whoever waits for the last one destroys what is used here.
          if (stored && on_sent) on_sent(org);
          release(stored, -1);
        });
  }

  void unknown(const store::Task& task, const Release& release, const std::string& problem,
               std::int64_t delay) {
    finish(task, release, delay, problem,
           [problem](store::Transaction& tx, const store::Task& its) -> Result<void> {
             auto item = load_answer(tx, its.org, its.key);
             if (!item) return item.error();
             if (!next_state(item->state(), AnswerStep::unknown)) return {};
             item->set_last_problem(problem);
             return move_answer(tx, its.org, *item, AnswerStep::unknown);
           });
  }

  void still_unknown(const store::Task& task, const Release& release, const Error& error) {
    if (duties::is_cancelled(error)) return put_back(task, release, error);
    unknown(task, release, duties::problem_text(error),
            duties::backoff_ms(options.backoff, task.attempts, error, random));
  }

  // The try certainly had no effect upstream. `sending`: it was committed that we were about to.
  void not_sent(const store::Task& task, const Release& release, const Error& error, bool sending) {
    const auto problem = duties::problem_text(error);
    const bool cancelled = duties::is_cancelled(error);
    const auto delay =
        cancelled ? 0 : duties::backoff_ms(options.backoff, task.attempts, error, random);
    const bool hopeless = is_hopeless(error);
    const int most = was_tried(error) ? options.max_attempts : std::numeric_limits<int>::max();
    auto ended = std::make_shared<bool>(false);
    store.write(
        [this, task, problem, cancelled, delay, hopeless, most, sending,
         ended](store::Transaction& tx) -> Result<void> {
          *ended = false;
          auto item = load_answer(tx, task.org, task.key);
          if (!item) return item.error();
          if (!cancelled) item->set_last_problem(problem);
          const bool waits = item->state() == v1::FEEDBACK_STATE_QUEUED ||
                             item->state() == v1::FEEDBACK_STATE_SENDING;
          if (waits && (hopeless || item->attempts() >= most)) {
            *ended = true;
            if (auto moved = move_answer(tx, task.org, *item, AnswerStep::give_up); !moved)
              return moved;
            if (auto followed = follow_answer(tx, task.org, *item, domain::SignalAction::refused);
                !followed) {
              return followed;
            }
            if (auto told = tell_answer(tx, task.org, *item,
                                        {.event = v1::SIGNAL_EVENT_WITHDRAWN,
                                         .time_ms = clock.now_ms(),
                                         .detail = "given up"});
                !told) {
              return told;
            }
          } else if (sending && !cancelled && item->state() == v1::FEEDBACK_STATE_SENDING) {
            // A send that our own stop cut short may have arrived: SENDING stays, and is looked up.
            if (auto moved = move_answer(tx, task.org, *item, AnswerStep::no_effect); !moved)
              return moved;
          }
          if (!cancelled) {
            if (auto noted =
                    duties::record_failure(tx, task.org, kOutboxDuty, clock.now_ms(), problem);
                !noted) {
              return noted;
            }
          }
          return *ended ? tx.complete(task) : tx.retry(task, clock.now_ms() + delay, problem);
        },
        [release, delay, ended](const Result<void>& stored) {
          release(stored, *ended ? -1 : delay);
        });
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

  void finish(const store::Task& task, const Release& release, std::int64_t delay,
              const std::string& problem,
              std::function<Result<void>(store::Transaction&, const store::Task&)> change) {
    store.write(
        [this, task, delay, problem,
         change = std::move(change)](store::Transaction& tx) -> Result<void> {
          if (auto changed = change(tx, task); !changed) return changed;
          if (auto noted =
                  duties::record_failure(tx, task.org, kOutboxDuty, clock.now_ms(), problem);
              !noted) {
            return noted;
          }
          return tx.retry(task, clock.now_ms() + delay, problem);
        },
        [release, delay](const Result<void>& stored) { release(stored, delay); });
  }

  void drop(const store::Task& task, const Release& release) {
    store.write([task](store::Transaction& tx) { return tx.complete(task); },
                [release](const Result<void>& stored) { release(stored, -1); });
  }
};

Outbox::Outbox(store::Store& store, duties::PodmiSource podmi, CodesInForce codes,
               duties::Clock& clock, OutboxOptions options,
               std::function<void(const store::Org&)> on_sent, const duties::Random& random)
    : state_(new State{store, std::move(podmi), std::move(codes), clock, options,
                       std::move(on_sent), random, duties::Circuits(clock, {}, random), nullptr}) {
  duties::TaskPoolOptions pool;
  pool.kind = kSendTask;
  pool.workers = options.senders;
  pool.lease_ms = options.lease_ms;
  pool.circuits = &state_->circuits;
  state_->pool = std::make_unique<duties::TaskPool>(
      store, clock, pool,
      [state = state_.get()](const store::Task& task, const std::stop_token& stop,
                             const duties::TaskPool::Release& release) {
        state->handle(task, stop, release);
      });
}

Outbox::~Outbox() {
  stop();
}

void Outbox::start() {
  state_->pool->start();
}

void Outbox::stop() {
  state_->pool->stop();
}

}  // namespace semafoor::feedback
