// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/feedback.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "gateway/channels/channel.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"
#include "gateway/domain/signal_life_cycle.h"
#include "gateway/feedback/answer_states.h"
#include "gateway/feedback/answer_writer.h"
#include "gateway/feedback/digests.h"
#include "gateway/feedback/outbox.h"
#include "gateway/feedback/problems.h"
#include "gateway/feedback/signal_writer.h"

namespace semafoor::feedback {
namespace {

constexpr std::size_t kLongestRemark = 256;
constexpr std::size_t kLongestReference = 32;

std::optional<v1::FeedbackProblem> check_code(const v1::FeedbackDraft& draft, const CodeList& codes,
                                              const v1::Signal* signal, std::int64_t now_ms) {
  const int today = domain::date_number(domain::belgian_day(now_ms));
  const auto* code = codes.find(draft.code(), today);
  if (code == nullptr) {
    return problem("feedback.code_unknown", "code", "Take one of ListFeedbackCodes.");
  }
  if (today < domain::date_number(code->valid_from())) {
    return problem("feedback.code_not_yet_valid", "code", "");
  }
  if (code->has_valid_to() && today > domain::date_number(code->valid_to())) {
    return problem("feedback.code_expired", "code",
                   "Take one of ListFeedbackCodes with validOn today.");
  }
  if (code->requires_decision_reference() && draft.decision_reference().empty()) {
    return problem("feedback.decision_reference_missing", "decisionReference", "");
  }
  if (signal == nullptr) return std::nullopt;
  const auto& types = code->signal_types();
  if (!types.empty() &&
      std::find(types.begin(), types.end(), signal->signal_type()) == types.end()) {
    return problem("feedback.code_wrong_signal_type", "code", "");
  }
  const auto& laws = code->laws();
  if (!laws.empty() && std::find(laws.begin(), laws.end(), signal->law()) == laws.end()) {
    return problem("feedback.code_wrong_law", "code", "");
  }
  return std::nullopt;
}

// One batch inside its transaction. Problems are outcomes; an Error fails the whole and nothing is
// stored.
class Intake {
 public:
  struct Ground {
    const Feedback& rules;
    const CodeList& codes;
    const Terms& terms;
    const v1::Actor& actor;
    const domain::Act& act;
    std::int64_t now_ms = 0;
  };
  Intake(store::Transaction& tx, const store::Org& org, const Ground& ground)
      : tx_(tx), org_(org), ground_(ground) {}

  Result<v1::SubmitFeedbackResult> take(v1::FeedbackDraft draft, std::size_t index) {
    v1::SubmitFeedbackResult result;
    result.set_client_id(draft.client_id());
    const auto refuse = [&](v1::FeedbackProblem why) {
      *result.mutable_problem() = std::move(why);
      return result;
    };

    const auto client_id = normalised_client_id(draft.client_id());
    if (!client_id) {
      return refuse(
          problem("feedback.client_id_invalid", "clientId", "Send a UUID, kept for every retry."));
    }
    draft.set_client_id(*client_id);
    result.set_client_id(*client_id);
    const auto hash = content_hash(draft);

    // A repeat is answered before anything is checked: what was right when it was stored stays
    // stored.
    auto stored = tx_.feedback_content_hash(org_, *client_id);
    if (!stored) return stored.error();
    if (*stored) {
      if (**stored != hash) return refuse(problem("feedback.conflict", "clientId", ""));
      auto item = tx_.feedback(org_, *client_id);
      if (!item) return item.error();
      if (*item) *result.mutable_feedback() = std::move(**item);
      result.set_repeated_submission(true);
      return result;
    }

    if (draft.signal_id().empty())
      return refuse(problem("feedback.signal_missing", "signalId", ""));
    auto signal = tx_.signal(org_, draft.signal_id());
    if (!signal) return signal.error();
    if (auto wrong = ground_.rules.validate(draft, ground_.codes, *signal ? &**signal : nullptr)) {
      return refuse(std::move(*wrong));
    }
    if (!*signal) {
      return refuse(problem("feedback.signal_unknown", "signalId", "Take one of ListSignals."));
    }
    auto blocked = blocked_by(**signal);
    if (!blocked) return blocked.error();
    if (*blocked) return refuse(std::move(**blocked));
    if (ground_.terms.check) {
      auto wrong = ground_.terms.check(tx_, index, **signal);
      if (!wrong) return wrong.error();
      if (*wrong) return refuse(std::move(**wrong));
    }

    auto item = store_answer(draft, hash, **signal);
    if (!item) return item.error();
    *result.mutable_feedback() = std::move(*item);
    return result;
  }

 private:
  Result<std::optional<v1::FeedbackProblem>> blocked_by(const v1::Signal& signal) {
    if (!signal.feedback_client_id().empty()) {
      auto former = tx_.feedback(org_, signal.feedback_client_id());
      if (!former) return former.error();
      if (*former && in_flight((*former)->state())) {
        return std::optional(problem("feedback.answer_pending", "signalId", ""));
      }
    }
    if (signal.state() == v1::SIGNAL_STATE_CLOSED) {
      return std::optional(problem("feedback.signal_closed", "signalId", ""));
    }
    if (signal.state() == v1::SIGNAL_STATE_SUPERSEDED) {
      const std::string& by = signal.supersession().signal_id();
      return std::optional(problem("feedback.signal_superseded", "signalId",
                                   by.empty() ? "" : "Answer the signal " + by + "."));
    }
    if (!domain::next_state(signal.state(), domain::SignalAction::answer, signal.has_assignee())) {
      return std::optional(problem("feedback.answer_pending", "signalId", ""));
    }
    return std::optional<v1::FeedbackProblem>();
  }

  // Asked once for all of the batch.
  Result<bool> goes_by_list() {
    if (!by_list_) {
      auto channel = channels::channel_of(tx_, org_);
      if (!channel) return channel.error();
      by_list_ = channel->mode() == v1::CHANNEL_MODE_LISTS;
    }
    return *by_list_;
  }

  Result<v1::FeedbackItem> store_answer(const v1::FeedbackDraft& draft, const std::string& hash,
                                        v1::Signal& signal) {
    v1::FeedbackItem item;
    item.set_client_id(draft.client_id());
    item.set_client_reference(client_reference(draft.client_id()));
    item.mutable_organisation()->set_value(org_);
    item.set_signal_id(draft.signal_id());
    item.set_signal_reference(signal.signal_reference());
    item.set_code(draft.code());
    item.set_remark(draft.remark());
    item.set_decision_reference(draft.decision_reference());
    if (draft.has_decision_date()) *item.mutable_decision_date() = draft.decision_date();
    auto by_list = goes_by_list();
    if (!by_list) return by_list.error();
    item.set_state(*by_list ? v1::FEEDBACK_STATE_FOR_LIST : v1::FEEDBACK_STATE_QUEUED);
    *item.mutable_submitted_by() = ground_.actor;
    item.mutable_submitted_at()->set_unix_ms(ground_.now_ms);
    const char* const event = *by_list ? "feedback.for_list" : "feedback.queued";
    if (auto put = tx_.put_feedback(org_, hash, item, event); !put) return put.error();

    signal.set_feedback_client_id(draft.client_id());
    if (auto moved = move_signal(tx_, org_, signal, domain::SignalAction::answer); !moved) {
      return moved.error();
    }
    if (auto told = tell_answer(
            tx_, org_, item,
            {.event = v1::SIGNAL_EVENT_ANSWERED,
             .time_ms = ground_.now_ms,
             .actor = &ground_.actor,
             .detail =
                 draft.code() + (ground_.terms.detail.empty() ? "" : ", " + ground_.terms.detail)});
        !told) {
      return told.error();
    }
    if (!*by_list) {
      store::Task task;
      task.org = org_;
      task.kind = kSendTask;
      task.key = draft.client_id();
      if (auto queued = tx_.enqueue(task); !queued) return queued.error();
    }
    auto noted = tx_.append_audit(org_, {.what = "feedback.submit",
                                         .act = ground_.act,
                                         .subject_kind = "feedback",
                                         .subject_id = draft.client_id(),
                                         .persons = {signal.person().value()},
                                         .result = {},
                                         .upstream_ticket = {},
                                         .count = 1,
                                         .detail = ground_.terms.detail});
    if (!noted) return noted.error();
    return item;
  }

  store::Transaction& tx_;
  const store::Org& org_;
  const Ground ground_;
  std::optional<bool> by_list_;
};

}  // namespace

Feedback::Feedback(store::Store& store, CodesInForce codes, std::function<std::int64_t()> now_ms)
    : store_(store), codes_(std::move(codes)), now_ms_(std::move(now_ms)) {}

Result<std::shared_ptr<const CodeList>> Feedback::codes(std::optional<int> day) {
  std::shared_ptr<const CodeList> found;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto list = codes_.at(
        reader, day ? domain::belgian_midnight_ms(domain::next_day(*day)) - 1 : now_ms_());
    if (!list) return list.error();
    found = std::move(*list);
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<std::shared_ptr<const CodeList>> Feedback::codes_at(store::Reader& reader) const {
  return codes_.at(reader, now_ms_());
}

std::optional<v1::FeedbackProblem> Feedback::validate(const v1::FeedbackDraft& draft,
                                                      const CodeList& codes,
                                                      const v1::Signal* signal) const {
  if (!normalised_client_id(draft.client_id())) {
    return problem("feedback.client_id_invalid", "clientId", "Send a UUID, kept for every retry.");
  }
  if (draft.signal_id().empty()) return problem("feedback.signal_missing", "signalId", "");
  if (auto wrong = check_code(draft, codes, signal, now_ms_())) return wrong;
  if (characters(draft.remark()) > kLongestRemark) {
    return problem("feedback.remark_too_long", "remark", "");
  }
  if (characters(draft.decision_reference()) > kLongestReference) {
    return problem("feedback.decision_reference_too_long", "decisionReference", "");
  }
  if (draft.has_decision_date() && !domain::is_valid_date(draft.decision_date())) {
    return problem("feedback.decision_date_invalid", "decisionDate", "");
  }
  return std::nullopt;
}

void Feedback::submit(const store::Org& org, std::vector<v1::FeedbackDraft> drafts, v1::Actor actor,
                      const domain::Act& act, std::function<void(Result<Submission>)> done,
                      Terms terms) {
  if (auto admitted = store_.headroom().admit_work(); !admitted) return done(admitted.error());
  auto submission = std::make_shared<Submission>();
  auto work = [this, org, drafts = std::move(drafts), actor = std::move(actor), act,
               terms = std::move(terms), submission](store::Transaction& tx) -> Result<void> {
    // A transaction may be run again: it starts from nothing each time.
    submission->results.clear();
    const std::int64_t now = now_ms_();
    auto codes = codes_at(tx);
    if (!codes) return codes.error();
    Intake intake(tx, org, {*this, **codes, terms, actor, act, now});
    for (std::size_t i = 0; i < drafts.size(); ++i) {
      auto result = intake.take(drafts[i], i);
      if (!result) return result.error();
      if (result->has_problem()) {
        auto& field = *result->mutable_problem()->mutable_field();
        field = "items[" + std::to_string(i) + "]." + field;
      }
      submission->results.push_back(std::move(*result));
    }
    return terms.finish ? terms.finish(tx, *submission) : Result<void>();
  };
  store_.write(std::move(work), [submission, done = std::move(done)](const Result<void>& stored) {
    if (stored) {
      done(std::move(*submission));
    } else {
      done(stored.error());
    }
  });
}

Result<Submission> Feedback::submit(const store::Org& org,
                                    const std::vector<v1::FeedbackDraft>& drafts,
                                    const v1::Actor& actor, const domain::Act& act) {
  auto promise = std::make_shared<std::promise<Result<Submission>>>();
  auto outcome = promise->get_future();
  submit(org, drafts, actor, act,
         [promise](Result<Submission> result) { promise->set_value(std::move(result)); });
  return outcome.get();
}

void Feedback::decide(const store::Org& org, const std::string& client_id, DecisionKind kind,
                      Decision decision, const domain::Act& act,
                      std::function<void(Result<v1::FeedbackItem>)> done) {
  auto decided = std::make_shared<v1::FeedbackItem>();
  decision.at_ms = now_ms_();
  const auto id = normalised_client_id(client_id).value_or(client_id);
  store_.write(
      [org, id, kind, act, decision = std::move(decision),
       decided](store::Transaction& tx) -> Result<void> {
        const bool replays = kind == DecisionKind::replay;
        auto item = replays ? replay(tx, org, id, decision) : discard(tx, org, id, decision);
        if (!item) return item.error();
        *decided = std::move(*item);
        return record_answer(tx, org, replays ? "feedback.replay" : "feedback.discard", act,
                             *decided);
      },
      [decided, done = std::move(done)](const Result<void>& stored) {
        if (stored) {
          done(std::move(*decided));
        } else {
          done(stored.error());
        }
      });
}

Result<v1::FeedbackItem> Feedback::get(const store::Org& org, const std::string& client_id) {
  const auto id = normalised_client_id(client_id).value_or(client_id);
  std::optional<v1::FeedbackItem> found;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto item = reader.feedback(org, id);
    if (!item) return item.error();
    found = std::move(*item);
    return {};
  });
  if (!read) return read.error();
  if (!found) {
    return Error{.kind = ErrorKind::not_found,
                 .code = "feedback.unknown_client_id",
                 .message =
                     "Looking up an answer by its client id: there is none of this organisation. "
                     "Take one of ListFeedback.",
                 .field = "clientId"};
  }
  return std::move(*found);
}

Result<store::Page<v1::FeedbackItem>> Feedback::list(const store::Org& org,
                                                     const store::FeedbackQuery& query) {
  store::Page<v1::FeedbackItem> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.feedback_items(org, query);
    if (!found) return found.error();
    page = std::move(*found);
    return {};
  });
  if (!read) return read.error();
  return page;
}

}  // namespace semafoor::feedback
