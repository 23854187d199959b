// SPDX-License-Identifier: Apache-2.0
//
// One instance: one organisation's way to the gateway. Costs no thread and no connection of its
// own.
#pragma once

#include <google/protobuf/message.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "plugins/kit/attachment_stream.h"
#include "plugins/kit/gateway_call.h"
#include "plugins/kit/host.h"
#include "plugins/kit/plugin.h"
#include "semafoor/ext/events.h"
#include "semafoor/ext/stream.h"

namespace semafoor::kit {

// What a call gave: the bytes as the host wants them, and the message's type. With the protobuf
// encoding the bytes are the runtime's own, not copied.
struct Answer {
  const sfr_reply* raw = nullptr;
  std::string text;
  const google::protobuf::Descriptor* type = nullptr;
};

class Instance {
 public:
  Instance(const Definition& definition, Host host, Config config);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  Done start();
  // DEADLINE_EXCEEDED when something has not left in time.
  Done stop(std::uint32_t deadline_ms);
  bool may_be_destroyed() const { return session_ == nullptr || left_; }

  // [any-thread]
  Result<Answer> call(std::string_view method, std::string_view request,
                      const CallContext& context);
  bool cancel(std::uint64_t operation_id);
  // Positioned behind its head.
  Result<std::unique_ptr<AttachmentStream>> open_stream(std::string_view method,
                                                        std::string_view request,
                                                        const CallContext& context);
  // For local handlers: the stream of the method at `path` (Method::path).
  Result<std::unique_ptr<AttachmentStream>> open_path(std::string_view path,
                                                      const google::protobuf::Descriptor& answers,
                                                      const google::protobuf::Message& request,
                                                      const CallContext& context);

  // [instance] The next event, which stays the next until event_given(). E_AGAIN is a failure
  // without message.
  Result<const v1::Event*> next_event(std::uint32_t wait_ms);
  void event_given() { fetched_.pop_front(); }
  Done acknowledge(std::string_view cursor);

  // For local handlers: a typed call under the same options.
  Done ask(std::string_view path, const google::protobuf::Message& request,
           google::protobuf::Message& response, const CallContext& context);

  const Config& config() const { return config_; }
  const Host& host() const { return host_; }
  const Definition& definition() const { return definition_; }
  PluginState* state() { return state_.get(); }
  const sfr_api& runtime() const { return *runtime_; }
  semafoor_instance* handle() { return reinterpret_cast<semafoor_instance*>(this); }

 private:
  // A call inside this object, for as long as it lives; stop() waits for its end.
  class Caller {
   public:
    explicit Caller(Instance& instance);
    ~Caller();
    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;

   private:
    Instance& instance_;
  };

  Result<const Method*> find(std::string_view name) const;
  // The request as a message with the organisation filled in.
  Result<std::unique_ptr<google::protobuf::Message>> read_request(const Method& method,
                                                                  std::string_view request) const;
  Done fill_organisation(google::protobuf::Message& request) const;
  Done ready(const CallContext& context);
  Done handshake(const CallContext& context);
  Result<const sfr_reply*> forward(std::string_view path, std::string_view request,
                                   const CallContext& context);

  const Definition& definition_;
  const Host host_;
  const Config config_;
  const std::unique_ptr<PluginState> state_;
  const sfr_api* runtime_ = nullptr;
  sfr_session* session_ = nullptr;
  std::atomic<bool> stopped_{false};
  // Stopped, and nobody is inside any more.
  std::atomic<bool> left_{false};
  std::mutex callers_mutex_;
  std::condition_variable caller_left_;
  int callers_ = 0;
  std::atomic<bool> shaken_{false};
  std::mutex greeting_mutex_;
  std::condition_variable greeted_;
  bool greeting_ = false;

  // The event queue: [instance], so without a lock.
  const std::string holder_;
  std::deque<v1::Event> fetched_;
  std::string read_ahead_;
  bool pulled_ = false;
};

}  // namespace semafoor::kit
