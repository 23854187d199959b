// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/alarm.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "gateway/rpc/event_calls.h"
#include "gateway/rpc/event_reading.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr std::int32_t kLongestWaitMs = 60'000;

// A long poll. Claim the lease; read; when there is nothing, wait for the hub, the alarm or the
// caller's end, whichever comes first, and read again.
class PullCall final : public grpc::ServerUnaryReactor,
                       public std::enable_shared_from_this<PullCall> {
 public:
  PullCall(EventSources sources, Context& context, const v1::PullEventsRequest& request,
           v1::PullEventsResponse& response)
      : sources_(sources), context_(context), request_(request), response_(response) {}

  void begin() {
    self_ = shared_from_this();
    auto call = sources_.gate.admit(
        context_, Method::pull_events,
        {.organisation = &request_.organisation(), .module = request_.module()});
    if (!call.ok()) return finish(call.error());
    auto key = consumer_key(call->org(), request_.module(), request_.consumer(), request_.holder());
    if (!key.ok()) return finish(key.error());
    key_ = std::move(*key);
    process_ = call->session->process;
    auto max = page_size(request_.max_events(), 100, 500);
    if (!max.ok()) return finish(invalid("maxEvents", max.error().message));
    max_ = *max;
    if (request_.wait_ms() < 0 || request_.wait_ms() > kLongestWaitMs)
      return finish(invalid("waitMs", "The wait is out of bounds. Send 0 to 60000 milliseconds."));
    auto after = read_cursor(request_.after(), "after");
    if (!after.ok()) return finish(after.error());
    after_ = *after;

    auto self = shared_from_this();
    if (request_.release()) {
      sources_.consumers.release(key_, request_.holder(),
                                 [self](const Result<void>& done) { self->finish(done); });
      return;
    }
    const std::chrono::milliseconds wait(request_.wait_ms());
    deadline_ = std::chrono::system_clock::now() + wait;
    timed_out_ = wait.count() == 0;
    const auto here = std::this_thread::get_id();
    sources_.consumers.claim(key_, request_.holder(), call->session->process, wait,
                             [self, here](const Result<void>& claimed) {
                               if (!claimed.ok()) return self->finish(claimed);
                               // On the store's writer thread nobody reads the store.
                               if (std::this_thread::get_id() == here)
                                 self->read();
                               else
                                 self->sources_.gate.pool().post([self] { self->read(); });
                             });
  }

  void OnCancel() override {
    if (stop_waiting(cancelled_)) finish(cancelled_error());
  }
  void OnDone() override { self_.reset(); }

 private:
  enum class Phase { working, waiting, finished };

  // Only who set `working` reads, writes the response or finishes.
  void read() {
    // Before the store is read: an event that comes in between moves it.
    const std::uint64_t seen = sources_.hub.generation(key_.org);
    auto events = sources_.gate.guarded([&] {
      return read_events(sources_.store, sources_.consumers, key_, request_.holder(), after_, max_,
                         *response_.mutable_events());
    });
    if (!events.ok()) return finish(events);
    if (process_ && !process_->alive()) return finish(caller_ended_error());
    if (response_.events_size() > 0) return finish({});
    if (sources_.hub.closed()) return finish(ending_error());
    if (!armed_ && request_.wait_ms() > 0) {
      armed_ = true;
      // Weak: an alarm keeps its function for as long as it lives itself, and it is part of this.
      alarm_.Set(deadline_, [weak = weak_from_this()](bool expired) {
        const auto self = weak.lock();
        if (expired && self && self->stop_waiting(self->timed_out_)) self->finish({});
      });
    }
    auto self = shared_from_this();
    bool cancelled = false;
    {
      const std::lock_guard lock(mutex_);
      cancelled = cancelled_;
      if (!cancelled_ && !timed_out_) {
        phase_ = Phase::waiting;
        waiter_ = sources_.hub.wait(key_.org, seen, [self] { self->woken(); });
        return;
      }
    }
    finish(cancelled ? Result<void>(cancelled_error()) : Result<void>());
  }

  // On the writer thread, or within hub.wait().
  void woken() {
    auto self = shared_from_this();
    sources_.gate.pool().post([self] {
      {
        const std::lock_guard lock(self->mutex_);
        if (self->phase_ != Phase::waiting) return;
        self->phase_ = Phase::working;
      }
      self->read();
    });
  }

  // Sets `reason`. True when the call was waiting: it is the caller's to finish now; otherwise
  // whoever works on it sees the reason at the end.
  bool stop_waiting(bool& reason) {
    const std::lock_guard lock(mutex_);
    reason = true;
    if (phase_ != Phase::waiting) return false;
    phase_ = Phase::working;
    return true;
  }

  void finish(const Result<void>& result) {
    std::uint64_t waiter = 0;
    {
      const std::lock_guard lock(mutex_);
      phase_ = Phase::finished;
      waiter = waiter_;
    }
    // Now, not when they would have fired: the hub holds this object.
    if (waiter != 0) sources_.hub.cancel(waiter);
    if (armed_) alarm_.Cancel();
    if (!key_.name.empty() && !request_.release())
      sources_.consumers.waited(key_, request_.holder());
    Finish(sources_.gate.ended(context_, Method::pull_events, result));
  }

  EventSources sources_;
  Context& context_;
  const v1::PullEventsRequest& request_;
  v1::PullEventsResponse& response_;
  ConsumerKey key_;
  std::shared_ptr<const ProcessHold> process_;
  std::optional<std::int64_t> after_;
  int max_ = 0;
  std::chrono::system_clock::time_point deadline_;
  grpc::Alarm alarm_;
  // Until OnDone.
  std::shared_ptr<PullCall> self_;

  std::mutex mutex_;
  Phase phase_ = Phase::working;
  std::uint64_t waiter_ = 0;
  bool armed_ = false;
  bool timed_out_ = false;
  bool cancelled_ = false;
};

}  // namespace

grpc::ServerUnaryReactor* pull_events(EventSources sources, Context& context,
                                      const v1::PullEventsRequest& request,
                                      v1::PullEventsResponse& response) {
  auto call = std::make_shared<PullCall>(sources, context, request, response);
  call->begin();
  return call.get();
}

}  // namespace semafoor::rpc
