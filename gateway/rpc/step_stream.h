// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <utility>

#include "gateway/rpc/gate.h"

namespace semafoor::rpc {

// A stream of answers that are made one after the other: each by one job of the pool, begun when
// the one before is on its way. Nothing runs twice at once, and nothing is locked. Owns itself
// until gRPC is done with it.
template <typename Response>
class StepStream final : public grpc::ServerWriteReactor<Response> {
 public:
  // Fills the next answer; false: it is the last.
  using Step = std::function<Result<bool>(Response&)>;
  // What the call asks for; runs on the pool and may block.
  using Open = std::function<Result<Step>(const Call&)>;

  static StepStream* start(Gate& gate, Context& context, Method method, const Need& need,
                           Open open) {
    auto* stream = new StepStream(gate, context, method);
    stream->begin(need, std::move(open));
    return stream;
  }

  void OnWriteDone(bool ok) override {
    if (!ok)
      return end(Error{.kind = ErrorKind::cancelled,
                       .code = "call.cancelled",
                       .message = "The caller ended the stream before it was complete."});
    if (!more_) return end({});
    gate_.pool().post([this] { next(); });
  }
  void OnDone() override { delete this; }

 private:
  StepStream(Gate& gate, Context& context, Method method)
      : gate_(gate), context_(context), method_(method) {}

  void begin(const Need& need, Open open) {
    auto call = gate_.admit(context_, method_, need);
    if (!call.ok()) return end(call.error());
    auto first = [this, call = std::move(*call), open = std::move(open)] {
      const auto opened = gate_.guarded([&]() -> Result<void> {
        auto step = open(call);
        if (!step.ok()) return step.error();
        step_ = std::move(*step);
        return {};
      });
      if (!opened.ok()) return end(opened);
      next();
    };
    if (!gate_.pool().try_post(std::move(first)))
      end(Error{.kind = ErrorKind::resource_exhausted,
                .code = "gateway.too_much_work",
                .message = "The call came while the gateway has as much work as it takes on. Try "
                           "again in a moment.",
                .retryable = true,
                .retry_after_ms = 1000});
  }

  void next() {
    response_.Clear();
    const auto made = gate_.guarded([&]() -> Result<void> {
      auto more = step_(response_);
      if (!more.ok()) return more.error();
      more_ = *more;
      return {};
    });
    if (!made.ok()) return end(made);
    this->StartWrite(&response_);
  }

  void end(const Result<void>& result) { this->Finish(gate_.ended(context_, method_, result)); }

  Gate& gate_;
  Context& context_;
  const Method method_;
  Step step_;
  Response response_;
  bool more_ = false;
};

}  // namespace semafoor::rpc
