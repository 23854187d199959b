// SPDX-License-Identifier: Apache-2.0
#include "gateway/mailbox/fetcher.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "gateway/duties/duty_log.h"
#include "gateway/mailbox/attachment_states.h"
#include "gateway/mailbox/body_content.h"
#include "gateway/mailbox/held_content.h"

namespace semafoor::mailbox {
namespace {

// How long a provider that is not to be called is left before it is looked at again.
constexpr std::int64_t kProviderRest = 60'000;
constexpr char kGone[] = "mailbox.task_without_attachment";

v1::Attachment* find_attachment(v1::Message& message, const std::string& id) {
  for (auto& attachment : *message.mutable_attachments()) {
    if (attachment.attachment_id() == id) return &attachment;
  }
  return nullptr;
}

// The bytes that came are wrong or incomplete: not a matter of waiting.
bool is_damaged(const Error& error) {
  return error.code == "attachment.digest_mismatch" || error.code == "upstream.truncated";
}

Result<void> fetch_body(upstream::EboxClient& client, const std::string& message_id,
                        const upstream::EboxClient::Sink& sink, const std::stop_token& stop) {
  auto body = client.body(message_id, stop);
  if (!body) return std::move(body).error();
  if (!*body) {
    return Error{.kind = ErrorKind::not_found,
                 .code = "mailbox.no_body",
                 .message =
                     "Fetching the text of a message: the provider says that it has one, and "
                     "then that it has none. Report it to the provider."};
  }
  const std::string text = written_body(**body);
  return sink(std::as_bytes(std::span(text)));
}

}  // namespace

struct Fetcher::Target {
  std::string message_id;
  std::string provider_message_id;
  std::string provider_attachment_id;
  std::string expected_sha256;
  v1::AttachmentState state = v1::ATTACHMENT_STATE_UNSPECIFIED;
  // Main content of a family that is never fetched: the policy changed after it was queued.
  bool forbidden = false;
};

Fetcher::Fetcher(store::Store& store, duties::EboxSource ebox, duties::Clock& clock,
                 const SyncOptions& options, OperationTracker& tracker, LaneNames names,
                 duties::Random random)
    : store_(store),
      ebox_(std::move(ebox)),
      clock_(clock),
      options_(options),
      tracker_(tracker),
      lane_(std::move(names)),
      random_(random),
      arrivals_(store, clock, tracker, lane_, options.downloaders),
      circuits_(clock, {}, std::move(random)) {}

void Fetcher::handle(const store::Task& task, const std::stop_token& stop, const Release& release) {
  const Arrivals::Busy busy(arrivals_);
  fetch(task, stop, release);
}

void Fetcher::fetch(const store::Task& task, const std::stop_token& stop, const Release& release) {
  if (stop.stop_requested()) return put_back(task, 0, release);
  auto found = target(task);
  if (!found) {
    if (found.error().code == kGone) return drop(task, release);
    return put_back(task, options_.backoff.base_ms, release);
  }
  if (found->state == v1::ATTACHMENT_STATE_STORED) return drop(task, release);
  if (found->forbidden) return hold(task, *found, release);
  auto blob = download(task, *found, stop);
  if (blob) {
    arrivals_.add({task, found->message_id, *blob, !found->expected_sha256.empty(), release});
    return;
  }
  if (duties::is_cancelled(blob.error()) || stop.stop_requested())
    return put_back(task, 0, release);
  if (duties::is_rest(blob.error())) return wait_for_provider(task, release);
  if (blob.error().code.starts_with("store.")) return own_failure(task, blob.error(), release);
  store_failure(task, *found, blob.error(), release);
}

Result<Fetcher::Target> Fetcher::target(const store::Task& task) {
  Target found;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    const Error gone{.kind = ErrorKind::not_found,
                     .code = kGone,
                     .message = "Fetching an attachment: it is no longer known here."};
    auto source = reader.attachment_source(task.org, task.key);
    if (!source) return source.error();
    if (!*source) return gone;
    auto message = reader.message(task.org, (*source)->message_id);
    if (!message) return message.error();
    if (!*message) return gone;
    const auto* attachment = find_attachment((*message)->message, task.key);
    if (attachment == nullptr) return gone;
    found = {(*source)->message_id, (*message)->message.provider_message_id(),
             (*source)->provider_attachment_id, (*source)->expected_sha256, attachment->state()};
    if (!attachment->main_content()) return {};
    auto policy = policy_in(reader, task.org, options_.read, (*message)->message.family());
    if (!policy) return policy.error();
    found.forbidden = *policy == v1::READ_POLICY_NEVER;
    return {};
  });
  if (!read) return read.error();
  return found;
}

Result<store::BlobRef> Fetcher::download(const store::Task& task, const Target& target,
                                         const std::stop_token& stop) {
  auto client = ebox_(task.org);
  if (!client) return client.error();
  std::unique_lock one_at_a_time(slow_, std::defer_lock);
  if (store_.headroom().room() != store::Room::ample) one_at_a_time.lock();
  auto writer = store_.blobs().create(task.org);
  if (!writer) return writer.error();
  const auto append = [&](std::span<const std::byte> bytes) { return (*writer)->append(bytes); };
  const auto fetched = target.provider_attachment_id == kBodyId
                           ? fetch_body(**client, target.provider_message_id, append, stop)
                           : (*client)->content(target.provider_message_id,
                                                target.provider_attachment_id, append, stop);
  // Destroying the writer leaves nothing behind.
  if (!fetched) return fetched.error();
  circuits_.answered(task.org);
  if (!target.expected_sha256.empty() && (*writer)->current().sha256 != target.expected_sha256) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "attachment.digest_mismatch",
                 .message =
                     "Fetching an attachment: its bytes do not match the digest that the provider "
                     "gave. It is fetched again later.",
                 .retryable = true};
  }
  return (*writer)->commit();
}

void Fetcher::store_failure(const store::Task& task, const Target& target, const Error& error,
                            const Release& release) {
  const bool busy = error.kind == ErrorKind::resource_exhausted || error.retry_after_ms.has_value();
  const auto delay = duties::backoff_ms(options_.backoff, task.attempts, error, random_);
  const auto problem = duties::problem_text(error);
  if (const auto rest = circuits_.failed(task.org, error); rest > 0) {
    tracker_.waiting(task.org, (busy ? "waiting: upstream asked for " : "waiting for upstream: ") +
                                   std::to_string((rest + 999) / 1000) + " s");
    tracker_.downloads_rest(task.org, lane_.provider);
  }
  // An upstream that asks for patience gets more of it than one that fails.
  const int patience = options_.attempts_until_failed * (busy ? 4 : 1);
  // Only what the upstream will never give is given up: anything else is tried for ever, slowly.
  const bool give_up = !error.retryable && task.attempts >= options_.attempts_until_given_up;
  const bool counts_as_failed =
      give_up || is_damaged(error) || !error.retryable || task.attempts >= patience;
  auto newly_failed = std::make_shared<bool>(false);
  store_.write(
      [this, task, problem, delay, give_up, counts_as_failed, newly_failed,
       message_id = target.message_id](store::Transaction& tx) -> Result<void> {
        *newly_failed = false;
        auto ended = give_up ? tx.complete(task) : tx.retry(task, clock_.now_ms() + delay, problem);
        if (!ended) return ended;
        auto message = tx.message(task.org, message_id);
        if (!message) return message.error();
        auto* attachment = *message ? find_attachment((*message)->message, task.key) : nullptr;
        if (attachment == nullptr) return {};
        const auto next = next_state(attachment->state(), AttachmentStep::fail);
        if (!next) return {};
        *newly_failed = counts_as_failed && attachment->state() != *next;
        if (*newly_failed || attachment->problem() != problem) {
          if (counts_as_failed) attachment->set_state(*next);
          attachment->set_problem(problem);
          if (auto put =
                  tx.put_message(task.org, **message, *newly_failed ? "attachment.failed" : "");
              !put) {
            return put;
          }
        }
        return duties::record_failure(tx, task.org, lane_.fetch_duty, clock_.now_ms(), problem);
      },
      [this, org = task.org, problem, delay, give_up, newly_failed,
       release](const Result<void>& stored) {
        if (stored && *newly_failed) tracker_.settled(org, lane_.provider, problem);
        release(stored, give_up ? -1 : delay);
      });
}

// Our disk, not the attachment: that is neither tried nor failed.
void Fetcher::own_failure(const store::Task& task, const Error& error, const Release& release) {
  constexpr std::int64_t kPause = 2'000;
  store_.write(
      [this, task, problem = duties::problem_text(error)](store::Transaction& tx) -> Result<void> {
        if (auto back = tx.postpone(task, clock_.now_ms() + kPause); !back) return back;
        return duties::record_failure(tx, task.org, lane_.fetch_duty, clock_.now_ms(), problem);
      },
      [release](const Result<void>& stored) { release(stored, kPause); });
}

void Fetcher::wait_for_provider(const store::Task& task, const Release& release) {
  circuits_.rest(task.org, kProviderRest);
  store_.write(
      [this, task](store::Transaction& tx) -> Result<void> {
        if (auto back = tx.postpone(task, clock_.now_ms() + kProviderRest); !back) return back;
        return duties::record_rest(tx, task.org, lane_.fetch_duty);
      },
      [release](const Result<void>& stored) { release(stored, kProviderRest); });
}

void Fetcher::put_back(const store::Task& task, std::int64_t delay_ms, const Release& release) {
  store_.write([task, at = clock_.now_ms() +
                           delay_ms](store::Transaction& tx) { return tx.postpone(task, at); },
               [release, delay_ms](const Result<void>& stored) { release(stored, delay_ms); });
}

void Fetcher::hold(const store::Task& task, const Target& target, const Release& release) {
  auto was_pending = std::make_shared<bool>(false);
  store_.write(
      [task, was_pending, message_id = target.message_id](store::Transaction& tx) -> Result<void> {
        *was_pending = false;
        if (auto ended = tx.complete(task); !ended) return ended;
        auto message = tx.message(task.org, message_id);
        if (!message) return message.error();
        auto* attachment = *message ? find_attachment((*message)->message, task.key) : nullptr;
        if (attachment == nullptr) return {};
        *was_pending = attachment->state() == v1::ATTACHMENT_STATE_PENDING;
        if (!hold_back(*attachment)) return {};
        return tx.put_message(task.org, **message, "message.changed");
      },
      [this, org = task.org, was_pending, release](const Result<void>& stored) {
        if (stored && *was_pending) tracker_.settled(org, lane_.provider, "");
        release(stored, -1);
      });
}

void Fetcher::drop(const store::Task& task, const Release& release) {
  store_.write([task](store::Transaction& tx) { return tx.complete(task); },
               [release](const Result<void>& stored) { release(stored, -1); });
}

}  // namespace semafoor::mailbox
