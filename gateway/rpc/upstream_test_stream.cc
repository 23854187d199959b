// SPDX-License-Identifier: Apache-2.0
#include "gateway/rpc/upstream_test_stream.h"

#include <condition_variable>
#include <memory>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

namespace semafoor::rpc {
namespace {

// gRPC holds it until OnDone, its walk until that has ended: whichever is later.
class TestStream final : public grpc::ServerWriteReactor<v1::TestUpstreamResponse>,
                         public std::enable_shared_from_this<TestStream> {
 public:
  TestStream(Gate& gate, const TestUpstream& walk, Walkers& walkers, Context& context,
             const v1::TestUpstreamRequest& request)
      : gate_(gate), walk_(walk), walkers_(walkers), context_(context), request_(request) {}

  void begin() {
    self_ = shared_from_this();
    auto call =
        gate_.admit(context_, Method::test_upstream, {.organisation = &request_.organisation()});
    if (!call.ok()) return end(call.error());
    if (!walk_)
      return end(failure(ErrorKind::unimplemented, "gateway.no_upstream_test",
                         "The upstreams were to be tested; this gateway cannot do that."));
    call_ = std::move(*call);
    gate_.journal().note(Journal::Level::info, "upstream.tested",
                         "An administrator has the upstreams of an organisation tested.",
                         {{"organisation", call_.org()}, {"account", call_.session->peer.account}});
    const auto self = self_;
    if (!walkers_.try_start([self] { self->run(); }))
      end(Error{.kind = ErrorKind::resource_exhausted,
                .code = "gateway.too_much_work",
                .message = "The upstreams were to be tested while other such tests are under way. "
                           "Try again when they have ended.",
                .retryable = true,
                .retry_after_ms = 10'000});
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) stop_.request_stop();
    written_.notify_all();
  }
  void OnCancel() override { stop_.request_stop(); }
  void OnDone() override { self_.reset(); }

 private:
  void run() {
    end(gate_.guarded([this] {
      return walk_(
          call_.org(), [this](const v1::UpstreamStep& step) { return tell(step); },
          stop_.get_token());
    }));
  }

  // One step at a time; returns when it is on its way.
  bool tell(const v1::UpstreamStep& step) {
    if (stop_.stop_requested()) return false;
    *response_.mutable_step() = step;
    {
      const std::lock_guard lock(mutex_);
      writing_ = true;
    }
    StartWrite(&response_);
    std::unique_lock lock(mutex_);
    written_.wait(lock, [this] { return !writing_; });
    return !stop_.stop_requested();
  }

  void end(const Result<void>& result) {
    Finish(gate_.ended(context_, Method::test_upstream, result));
  }

  Gate& gate_;
  const TestUpstream& walk_;
  Walkers& walkers_;
  Context& context_;
  const v1::TestUpstreamRequest& request_;
  Call call_;
  v1::TestUpstreamResponse response_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable written_;
  bool writing_ = false;
  std::shared_ptr<TestStream> self_;
};

}  // namespace

bool Walkers::try_start(std::function<void()> walk) {
  const std::lock_guard lock(mutex_);
  walkers_.remove_if([](const Walker& one) { return one.ended; });
  if (walkers_.size() >= kMost) return false;
  Walker& one = walkers_.emplace_back();
  try {
    one.thread = std::jthread([this, &one, walk = std::move(walk)] {
      walk();
      const std::lock_guard done(mutex_);
      one.ended = true;
    });
  } catch (const std::system_error&) {
    walkers_.pop_back();
    return false;
  }
  return true;
}

grpc::ServerWriteReactor<v1::TestUpstreamResponse>* test_upstream(
    Gate& gate, const TestUpstream& walk, Walkers& walkers, Context& context,
    const v1::TestUpstreamRequest& request) {
  auto stream = std::make_shared<TestStream>(gate, walk, walkers, context, request);
  stream->begin();
  return stream.get();
}

}  // namespace semafoor::rpc
