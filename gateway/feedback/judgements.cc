// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/judgements.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/duties/duty_log.h"
#include "gateway/duties/periodic_duty.h"
#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/outbox.h"

namespace semafoor::feedback {
namespace {

using Judgement = upstream::MailboxContent::FeedbackResult;

constexpr int kPage = 500;
constexpr char kNoJudgement[] =
    "The authority has it and did not judge it in time, nor when it was asked: ask the authority. "
    "A "
    "judgement that comes later counts.";
// Lost there, or cleared away: nobody but a person can tell the two apart.
constexpr char kNotKnown[] =
    "The authority took it, never judged it, and does not know it any more when it is asked. Ask "
    "the authority; replay sends it again under its client id.";

std::int64_t sent_ms(const v1::FeedbackItem& item) {
  return item.has_sent_at() ? item.sent_at().unix_ms() : item.submitted_at().unix_ms();
}

bool is_judgement(const Judgement& standing) {
  return is_final(standing.state);
}

}  // namespace

struct Judgements::State {
  store::Store& store;
  duties::PodmiSource podmi;
  CodesInForce codes;
  duties::Clock& clock;
  JudgementOptions options;
  std::unique_ptr<duties::PeriodicDuty> duty;

  Result<std::vector<v1::FeedbackItem>> overdue(const store::Org& org) {
    const std::int64_t before = clock.now_ms() - options.patience_ms;
    std::vector<v1::FeedbackItem> found;
    const auto read = store.read([&](store::Reader& reader) -> Result<void> {
      found.clear();
      store::FeedbackQuery query{.limit = kPage, .states = {v1::FEEDBACK_STATE_SENT}};
      do {
        auto page = reader.feedback_items(org, query);
        if (!page) return std::move(page).error();
        for (auto& item : page->items) {
          if (sent_ms(item) > before) continue;
          found.push_back(std::move(item));
          if (static_cast<int>(found.size()) == options.batch) return {};
        }
        query.position = page->position;
      } while (!query.position.empty());
      return {};
    });
    if (!read) return read.error();
    return found;
  }

  Result<void> run(const store::Org& org, const std::stop_token& stop) {
    if (options.patience_ms <= 0) return duties::rest_error("no judgement is asked for");
    auto items = overdue(org);
    if (!items) return items.error();
    if (items->empty()) return {};
    auto client = podmi(org);
    if (!client) return client.error();
    // One that cannot be asked for keeps nobody else waiting, unless it is the upstream that is
    // away.
    Result<void> outcome;
    for (const v1::FeedbackItem& item : *items) {
      if (stop.stop_requested()) return duties::stopped_error("Asking for judgements");
      auto standing = (*client)->lookup(item, stop);
      if (!standing) {
        outcome = standing.error();
        if (duties::is_cancelled(standing.error()) ||
            standing.error().kind == ErrorKind::unavailable ||
            standing.error().kind == ErrorKind::resource_exhausted ||
            standing.error().kind == ErrorKind::unauthenticated) {
          break;
        }
        continue;
      }
      if (auto settled = settle(org, item.client_id(), *standing); !settled) return settled;
    }
    return outcome;
  }

  Result<void> settle(const store::Org& org, const std::string& client_id,
                      const std::optional<Judgement>& standing) {
    return store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
      auto item = load_answer(tx, org, client_id);
      if (!item) return item.error();
      // It was judged while we asked.
      if (item->state() != v1::FEEDBACK_STATE_SENT) return {};
      if (standing && is_judgement(*standing))
        return apply_result(tx, org, codes, *standing, clock.now_ms());
      item->set_last_problem(standing ? kNoJudgement : kNotKnown);
      return move_answer(tx, org, *item, AnswerStep::unjudged);
    });
  }
};

Judgements::Judgements(store::Store& store, duties::PodmiSource podmi, CodesInForce codes,
                       duties::Clock& clock, JudgementOptions options, duties::Random random)
    : state_(new State{store, std::move(podmi), std::move(codes), clock, options, nullptr}) {
  duties::PeriodicOptions periodic;
  periodic.name = kJudgementDuty;
  periodic.modules = {v1::MODULE_FEEDBACK};
  periodic.interval_ms = options.interval_ms;
  periodic.first_delay_ms = options.first_delay_ms;
  periodic.threads = 1;
  periodic.backoff = options.backoff;
  state_->duty = std::make_unique<duties::PeriodicDuty>(
      store, clock, periodic,
      [state = state_.get()](const store::Org& org, const std::stop_token& stop) {
        return state->run(org, stop);
      },
      std::move(random));
}

Judgements::~Judgements() {
  stop();
}

void Judgements::start() {
  state_->duty->start();
}

void Judgements::stop() {
  state_->duty->stop();
}

Result<void> Judgements::run_once(const store::Org& org, const std::stop_token& stop) {
  return state_->run(org, stop);
}

}  // namespace semafoor::feedback
