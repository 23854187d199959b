// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/rpc/event_calls.h"
#include "gateway/rpc/event_reading.h"
#include "gateway/rpc/requests.h"

namespace semafoor::rpc {
namespace {

constexpr int kEventsPerMessage = 100;
// While a stream is open its lease does not run out; when it ends the usual 30 s begin.
constexpr std::chrono::hours kWhileOpen{24 * 365};

// Events as they come. Reads on the pool; while a message is being written nothing is read.
class EventStream final : public grpc::ServerWriteReactor<v1::StreamEventsResponse>,
                          public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(EventSources sources, Context& context, const v1::StreamEventsRequest& request)
      : sources_(sources), context_(context), request_(request) {}

  void begin() {
    self_ = shared_from_this();
    auto call = sources_.gate.admit(
        context_, Method::stream_events,
        {.organisation = &request_.organisation(), .module = request_.module()});
    if (!call.ok()) return finish(call.error());
    auto key = consumer_key(call->org(), request_.module(), request_.consumer(), request_.holder());
    if (!key.ok()) return finish(key.error());
    key_ = std::move(*key);
    process_ = call->session->process;
    auto self = shared_from_this();
    sources_.consumers.claim(key_, request_.holder(), call->session->process, kWhileOpen,
                             [self](const Result<void>& claimed) {
                               if (!claimed.ok()) return self->finish(claimed);
                               self->sources_.gate.pool().post([self] { self->read(); });
                             });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return finish(cancelled_error());
    auto self = shared_from_this();
    sources_.gate.pool().post([self] { self->read(); });
  }
  void OnCancel() override {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
      if (!waiting_) return;
      waiting_ = false;
    }
    finish(cancelled_error());
  }
  void OnDone() override { self_.reset(); }

 private:
  void read() {
    const std::uint64_t seen = sources_.hub.generation(key_.org);
    message_.Clear();
    auto events = sources_.gate.guarded([&] {
      return read_events(sources_.store, sources_.consumers, key_, request_.holder(), position_,
                         kEventsPerMessage, *message_.mutable_events());
    });
    if (!events.ok()) return finish(events);
    if (process_ && !process_->alive()) return finish(caller_ended_error());
    if (message_.events_size() > 0) {
      position_ = message_.events(message_.events_size() - 1).sequence();
      return StartWrite(&message_);
    }
    if (sources_.hub.closed()) return finish(ending_error());
    auto self = shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      if (!cancelled_) {
        waiting_ = true;
        waiter_ = sources_.hub.wait(key_.org, seen, [self] { self->woken(); });
        return;
      }
    }
    finish(cancelled_error());
  }

  void woken() {
    auto self = shared_from_this();
    sources_.gate.pool().post([self] {
      {
        const std::lock_guard lock(self->mutex_);
        if (!self->waiting_) return;
        self->waiting_ = false;
      }
      self->read();
    });
  }

  // By whoever reads, or took the stream out of its waiting: never two at a time.
  void finish(const Result<void>& result) {
    std::uint64_t waiter = 0;
    {
      const std::lock_guard lock(mutex_);
      waiter = waiter_;
    }
    if (waiter != 0) sources_.hub.cancel(waiter);
    if (!key_.name.empty()) sources_.consumers.waited(key_, request_.holder());
    Finish(sources_.gate.ended(context_, Method::stream_events, result));
  }

  EventSources sources_;
  Context& context_;
  const v1::StreamEventsRequest& request_;
  ConsumerKey key_;
  std::shared_ptr<const ProcessHold> process_;
  v1::StreamEventsResponse message_;
  // What was written last; unset: from what the consumer has acknowledged.
  std::optional<std::int64_t> position_;
  std::shared_ptr<EventStream> self_;

  std::mutex mutex_;
  std::uint64_t waiter_ = 0;
  bool waiting_ = false;
  bool cancelled_ = false;
};

class WatchStream final : public grpc::ServerWriteReactor<v1::WatchResponse>,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(EventSources sources, Context& context) : sources_(sources), context_(context) {}

  void begin() {
    self_ = shared_from_this();
    auto call = sources_.gate.admit(context_, Method::watch, {});
    if (!call.ok()) {
      finished_ = true;
      Finish(sources_.gate.ended(context_, Method::watch, call.error()));
      return;
    }
    session_ = call->session;
    // The caller learns that it is heard.
    StartSendInitialMetadata();
    std::weak_ptr<WatchStream> weak = weak_from_this();
    {
      // News may come before the number is known: it waits here.
      const std::lock_guard lock(mutex_);
      watcher_ = sources_.hub.watch([weak](const std::string& org) {
        if (const auto stream = weak.lock()) stream->news(org);
      });
    }
    auto self = shared_from_this();
    sources_.gate.pool().post([self] { self->begin_with_all(); });
  }

  void OnWriteDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      if (!ok) cancelled_ = true;
    }
    advance();
  }
  void OnCancel() override {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    advance();
  }
  void OnDone() override { self_.reset(); }

 private:
  void begin_with_all() {
    std::vector<std::string> names;
    (void)sources_.store.read([&](store::Reader& reader) -> Result<void> {
      auto all = reader.organisations();
      if (!all.ok()) return all.error();
      for (const v1::Organisation& one : *all) names.push_back(one.organisation().value());
      return {};
    });
    for (const std::string& name : names) news(name);
    // Should the hub have closed before it was watched.
    if (sources_.hub.closed()) advance();
  }

  void news(const std::string& org) {
    {
      const std::lock_guard lock(mutex_);
      if (session_->process && !session_->process->alive())
        cancelled_ = true;
      else if (!org.empty() && session_->access.may_use(org))
        pending_.insert(org);
    }
    advance();
  }

  // May be called by anybody at any time while a shared pointer is held.
  void advance() {
    const bool closed = sources_.hub.closed();
    bool write = false;
    bool cancelled = false;
    std::uint64_t watcher = 0;
    {
      const std::lock_guard lock(mutex_);
      if (finished_ || writing_) return;
      cancelled = cancelled_;
      watcher = watcher_;
      if (cancelled_ || closed) {
        finished_ = true;
      } else if (!pending_.empty()) {
        message_.set_organisation(*pending_.begin());
        pending_.erase(pending_.begin());
        write = writing_ = true;
      } else {
        return;
      }
    }
    if (write) return StartWrite(&message_);
    sources_.hub.unwatch(watcher);
    Finish(sources_.gate.ended(context_, Method::watch,
                               cancelled ? cancelled_error() : ending_error()));
  }

  EventSources sources_;
  Context& context_;
  std::shared_ptr<const Session> session_;
  std::uint64_t watcher_ = 0;
  v1::WatchResponse message_;
  std::shared_ptr<WatchStream> self_;

  std::mutex mutex_;
  std::set<std::string> pending_;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

}  // namespace

grpc::ServerWriteReactor<v1::StreamEventsResponse>* stream_events(
    EventSources sources, Context& context, const v1::StreamEventsRequest& request) {
  auto stream = std::make_shared<EventStream>(sources, context, request);
  stream->begin();
  return stream.get();
}

grpc::ServerWriteReactor<v1::WatchResponse>* watch(EventSources sources, Context& context) {
  auto stream = std::make_shared<WatchStream>(sources, context);
  stream->begin();
  return stream.get();
}

}  // namespace semafoor::rpc
