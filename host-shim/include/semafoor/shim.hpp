// SPDX-License-Identifier: Apache-2.0
//
// The C++17 face of host-shim: header-only, over the C face of shim.h, so that it does not matter
// with which compiler the shim was built. Failures are exceptions of type Error; objects close
// themselves. Order of life: Plugins, then Instance, then EventPump and Stream; end them the other
// way round, as scopes do.
#ifndef SEMAFOOR_SHIM_HPP
#define SEMAFOOR_SHIM_HPP

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "semafoor/shim.h"

namespace semafoor::shim {

inline semafoor_span span(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view view(const semafoor_span& bytes) {
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

// Why something failed. May be logged as it is: it never holds a national number or a secret.
class Error : public std::runtime_error {
 public:
  // Takes the C error over and releases it.
  Error(semafoor_status status, const semafoor_error* error)
      : std::runtime_error(error != nullptr ? std::string(view(error->message))
                                            : std::string(semafoor_shim_status_name(status))),
        status_(status) {
    if (error == nullptr) return;
    retryable_ = error->retryable != 0;
    if (error->retry_after_ms >= 0) retry_after_ = std::chrono::milliseconds(error->retry_after_ms);
    domain_ = view(error->domain);
    code_ = view(error->code);
    message_key_ = view(error->message_key);
    correlation_id_ = view(error->correlation_id);
    details_json_ = view(error->details_json);
    error->release(error);
  }

  semafoor_status status() const { return status_; }
  // "E_GATEWAY_ABSENT"
  std::string status_name() const { return semafoor_shim_status_name(status_); }
  // The same call may succeed later without change.
  bool retryable() const { return retryable_; }
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }
  const std::string& domain() const { return domain_; }
  const std::string& code() const { return code_; }
  const std::string& message_key() const { return message_key_; }
  const std::string& correlation_id() const { return correlation_id_; }
  const std::string& details_json() const { return details_json_; }

 private:
  semafoor_status status_;
  bool retryable_ = false;
  std::optional<std::chrono::milliseconds> retry_after_;
  std::string domain_, code_, message_key_, correlation_id_, details_json_;
};

namespace detail {

inline void check(semafoor_status status, const semafoor_error* error) {
  if (status != SEMAFOOR_OK) throw Error(status, error);
}

inline void SEMAFOOR_CALL append(void* sink, const uint8_t* data, size_t size) noexcept {
  static_cast<std::string*>(sink)->append(reinterpret_cast<const char*>(data), size);
}

// Takes a reply's bytes and releases it.
inline std::string take(const semafoor_reply* reply) {
  if (reply == nullptr) return {};
  std::string body(view(reply->body));
  reply->release(reply);
  return body;
}

}  // namespace detail

// What the host offers to plugins; leave out what it does not. Called from threads of the plugin
// (wake, log) or on the thread of the host's own call (dossiers).
struct Host {
  std::function<void()> wake;
  std::function<void(int32_t severity, std::string_view json_line)> log;
  // ResolvePersonsRequest in, ResolvePersonsResponse out, in the instance's encoding. An exception
  // means: the database cannot be asked now.
  std::function<std::string(std::string_view request)> dossiers;
};

// Who makes a call, for the audit, and how long it may take. Zero deadline: the ABI's 30 seconds.
struct CallOptions {
  std::chrono::milliseconds deadline{0};
  uint64_t operation_id = 0;
  std::string actor_id, actor_name, purpose, correlation_id, legal_context;

  semafoor_call_options raw() const {
    semafoor_call_options options{};
    options.struct_size = sizeof options;
    options.deadline_ms = static_cast<uint32_t>(deadline.count());
    options.operation_id = operation_id;
    options.actor_id = span(actor_id);
    options.actor_name = span(actor_name);
    options.purpose = span(purpose);
    options.correlation_id = span(correlation_id);
    options.legal_context = span(legal_context);
    return options;
  }
};

// A copy of an event; `body` is semafoor.v1.Event in the instance's encoding.
struct Event {
  uint64_t sequence = 0;
  std::chrono::milliseconds time{0};  // since 1970-01-01 UTC
  std::string id, type, subject_id, cursor, body;
  uint64_t subject_version = 0;

  static Event copy(const semafoor_event& event) {
    return {event.sequence,
            std::chrono::milliseconds(event.time_ms),
            std::string(view(event.id)),
            std::string(view(event.type)),
            std::string(view(event.subject_id)),
            std::string(view(event.cursor)),
            std::string(view(event.body)),
            event.subject_version};
  }
};

// An attachment as it is read, in constant memory.
class Stream {
 public:
  Stream(semafoor_shim_stream* stream, std::string head)
      : stream_(stream, semafoor_shim_stream_close), head_(std::move(head)) {}

  // The first message: file name, media type, size, SHA-256.
  const std::string& head() const { return head_; }

  // How many bytes came; 0 is the end, and only then the whole was verified. An Error with status
  // SEMAFOOR_DATA_LOSS: throw away what was read.
  size_t read(uint8_t* buffer, size_t capacity) {
    size_t size = 0;
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_stream_read(stream_.get(), buffer, capacity, &size, &error);
    detail::check(status, error);
    return size;
  }

 private:
  std::unique_ptr<semafoor_shim_stream, decltype(&semafoor_shim_stream_close)> stream_;
  std::string head_;
};

// A plugin at work for one organisation. Calls may come from several threads at once.
class Instance {
 public:
  Instance(semafoor_shim_plugin* plugin, std::string_view config, Host host = {})
      : host_(std::make_unique<HostTables>(std::move(host))) {
    const semafoor_span config_span = span(config);
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_create(plugin, &host_->table, &config_span, &handle_, &error);
    detail::check(status, error);
  }
  Instance(Instance&& other) noexcept
      : host_(std::move(other.host_)), handle_(std::exchange(other.handle_, nullptr)) {}
  Instance& operator=(Instance&&) = delete;
  // Stops and destroys. What cannot be ended in 5 seconds is left behind for the life of the
  // process rather than freed under somebody's feet.
  ~Instance() {
    if (handle_ == nullptr) return;
    semafoor_shim_stop(handle_, 5000, nullptr);
    const semafoor_status status = semafoor_shim_destroy(handle_, nullptr);
    // Invalid: somebody destroyed it through its handle before.
    if (status != SEMAFOOR_OK && status != SEMAFOOR_INVALID_ARGUMENT) (void)host_.release();
  }

  void start() {
    const semafoor_error* error = nullptr;
    const semafoor_status status = semafoor_shim_start(handle_, &error);
    detail::check(status, error);
  }

  void stop(std::chrono::milliseconds deadline = std::chrono::seconds(5)) {
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_stop(handle_, static_cast<uint32_t>(deadline.count()), &error);
    detail::check(status, error);
  }

  // `method` as "Mailbox/ListMessages"; request and answer in the instance's encoding (JSON).
  std::string call(std::string_view method, std::string_view request = "{}",
                   const CallOptions& options = {}) {
    const semafoor_span method_span = span(method);
    const semafoor_span request_span = span(request);
    const semafoor_call_options raw = options.raw();
    const semafoor_reply* reply = nullptr;
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_call(handle_, &method_span, &request_span, &raw, &reply, &error);
    detail::check(status, error);
    return detail::take(reply);
  }

  // False: no call with this id is running.
  bool cancel(uint64_t operation_id) {
    return semafoor_shim_cancel(handle_, operation_id) == SEMAFOOR_OK;
  }

  Stream open(std::string_view method, std::string_view request, const CallOptions& options = {}) {
    const semafoor_span method_span = span(method);
    const semafoor_span request_span = span(request);
    const semafoor_call_options raw = options.raw();
    semafoor_shim_stream* stream = nullptr;
    const semafoor_reply* head = nullptr;
    const semafoor_error* error = nullptr;
    const semafoor_status status = semafoor_shim_stream_open(handle_, &method_span, &request_span,
                                                             &raw, &stream, &head, &error);
    detail::check(status, error);
    return {stream, detail::take(head)};
  }

  // Nothing when no event came within `wait`.
  std::optional<Event> next(std::chrono::milliseconds wait) {
    const semafoor_event* event = nullptr;
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_next(handle_, static_cast<uint32_t>(wait.count()), &event, &error);
    if (status == SEMAFOOR_E_AGAIN) return std::nullopt;
    detail::check(status, error);
    Event copy = Event::copy(*event);
    event->release(event);
    return copy;
  }

  void acknowledge(std::string_view cursor) {
    const semafoor_span cursor_span = span(cursor);
    const semafoor_error* error = nullptr;
    const semafoor_status status = semafoor_shim_ack(handle_, &cursor_span, &error);
    detail::check(status, error);
  }

  semafoor_shim_instance* handle() const { return handle_; }

 private:
  // The host's C tables around its functions; on the heap, since the plugin keeps their address.
  struct HostTables {
    explicit HostTables(Host offered) : host(std::move(offered)) {
      table.struct_size = sizeof table;
      table.abi_minor = SEMAFOOR_ABI_MINOR;
      table.context = this;
      table.get_extension = get_extension;
      if (host.wake) table.wake = wake;
      if (host.log) table.log = log;
      dossiers.struct_size = sizeof dossiers;
      dossiers.resolve = resolve;
    }

    static const void* SEMAFOOR_CALL get_extension(void* context,
                                                   const semafoor_span* id) noexcept {
      const auto* self = static_cast<HostTables*>(context);
      return view(*id) == SEMAFOOR_EXT_DOSSIERS && self->host.dossiers ? &self->dossiers : nullptr;
    }
    static void SEMAFOOR_CALL wake(void* context, semafoor_instance*) noexcept {
      static_cast<HostTables*>(context)->host.wake();
    }
    static void SEMAFOOR_CALL log(void* context, int32_t severity,
                                  const semafoor_span* line) noexcept {
      static_cast<HostTables*>(context)->host.log(severity, view(*line));
    }
    static semafoor_status SEMAFOOR_CALL resolve(void* context, const semafoor_span* request,
                                                 semafoor_write_fn write, void* sink) noexcept {
      try {
        const std::string answer = static_cast<HostTables*>(context)->host.dossiers(view(*request));
        write(sink, reinterpret_cast<const uint8_t*>(answer.data()), answer.size());
        return SEMAFOOR_OK;
      } catch (...) {
        return SEMAFOOR_UNAVAILABLE;
      }
    }

    Host host;
    semafoor_host table{};
    semafoor_dossiers_v1 dossiers{};
  };

  std::unique_ptr<HostTables> host_;
  semafoor_shim_instance* handle_ = nullptr;
};

// What the host made of an event, for the pump.
enum class Handled { stored, again, end };
// What a pump does at the moment. `waiting` and `ended` may bring the reason.
enum class Flow { flowing = 1, waiting = 2, ended = 3 };

// Hands events to `on_event` one by one, on a thread of its own unless `Thread::none`, and
// acknowledges what was stored. Waits calmly while the gateway is away. Close it (end its life)
// before its instance, and not from within `on_event`.
class EventPump {
 public:
  enum class Thread { own, none };
  using OnEvent = std::function<Handled(const Event&)>;
  // The text is the error's message, empty when there is none.
  using OnFlow = std::function<void(Flow, semafoor_status, std::string_view)>;

  struct Options {
    Thread thread = Thread::own;
    uint32_t ack_every = 100;
    bool never_acknowledge = false;
  };

  EventPump(Instance& instance, OnEvent on_event, OnFlow on_flow = {})
      : EventPump(instance, std::move(on_event), std::move(on_flow), Options{}) {}
  EventPump(Instance& instance, OnEvent on_event, OnFlow on_flow, Options options)
      : calls_{std::move(on_event), std::move(on_flow)} {
    semafoor_shim_pump_options raw{};
    raw.struct_size = sizeof raw;
    raw.ack_every = options.ack_every;
    raw.context = &calls_;
    raw.on_event = handle_event;
    raw.on_state = handle_state;
    raw.never_ack = options.never_acknowledge ? 1 : 0;
    const semafoor_error* error = nullptr;
    semafoor_status status = semafoor_shim_pump_create(instance.handle(), &raw, &pump_, &error);
    detail::check(status, error);
    if (options.thread == Thread::none) return;
    status = semafoor_shim_pump_start(pump_, &error);
    if (status != SEMAFOOR_OK) semafoor_shim_pump_close(std::exchange(pump_, nullptr));
    detail::check(status, error);
  }
  EventPump(const EventPump&) = delete;
  EventPump& operator=(const EventPump&) = delete;
  ~EventPump() { close(); }

  // Waits until the event in hand is finished and what was stored is acknowledged.
  void close() {
    if (pump_ != nullptr) semafoor_shim_pump_close(std::exchange(pump_, nullptr));
  }

  // With Thread::none: one round on this thread. False when nothing came within `wait`.
  bool step(std::chrono::milliseconds wait) {
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_pump_step(pump_, static_cast<uint32_t>(wait.count()), &error);
    if (status == SEMAFOOR_E_AGAIN) return false;
    detail::check(status, error);
    return true;
  }

 private:
  struct Calls {
    OnEvent on_event;
    OnFlow on_flow;
  };

  // An exception out of the host's function means: not stored, try again later.
  static semafoor_status SEMAFOOR_CALL handle_event(void* context,
                                                    const semafoor_event* event) noexcept {
    try {
      switch (static_cast<Calls*>(context)->on_event(Event::copy(*event))) {
        case Handled::stored:
          return SEMAFOOR_OK;
        case Handled::end:
          return SEMAFOOR_CANCELLED;
        case Handled::again:
          break;
      }
    } catch (...) {  // NOLINT(bugprone-empty-catch): said above
    }
    return SEMAFOOR_E_AGAIN;
  }
  static void SEMAFOOR_CALL handle_state(void* context, uint32_t state,
                                         const semafoor_error* error) noexcept {
    const auto& on_flow = static_cast<Calls*>(context)->on_flow;
    if (!on_flow) return;
    on_flow(static_cast<Flow>(state), error != nullptr ? error->status : SEMAFOOR_OK,
            error != nullptr ? view(error->message) : std::string_view());
  }

  Calls calls_;
  semafoor_shim_pump* pump_ = nullptr;
};

// The plugins in some folders.
class Plugins {
 public:
  // Absolute paths; the first that has a plugin wins.
  explicit Plugins(const std::vector<std::string>& folders) {
    std::vector<semafoor_span> spans;
    spans.reserve(folders.size());
    for (const std::string& folder : folders) spans.push_back(span(folder));
    semafoor_shim_catalogue* catalogue = nullptr;
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_find(spans.data(), spans.size(), &catalogue, &error);
    detail::check(status, error);
    catalogue_.reset(catalogue);
  }

  // The JSON document of semafoor_shim_describe.
  std::string describe() const {
    std::string text;
    const semafoor_error* error = nullptr;
    const semafoor_status status =
        semafoor_shim_describe(catalogue_.get(), detail::append, &text, &error);
    detail::check(status, error);
    return text;
  }

  // Checked and loaded; valid for the life of the process.
  semafoor_shim_plugin* load(std::string_view id) const {
    const semafoor_span id_span = span(id);
    semafoor_shim_plugin* plugin = nullptr;
    const semafoor_error* error = nullptr;
    const semafoor_status status = semafoor_shim_load(catalogue_.get(), &id_span, &plugin, &error);
    detail::check(status, error);
    return plugin;
  }

  // Loaded, with an instance that is started: ready for calls. `config` is one JSON document.
  Instance start(std::string_view id, std::string_view config, Host host = {}) const {
    Instance instance(load(id), config, std::move(host));
    instance.start();
    return instance;
  }

 private:
  struct Forget {
    void operator()(semafoor_shim_catalogue* catalogue) const { semafoor_shim_forget(catalogue); }
  };
  std::unique_ptr<semafoor_shim_catalogue, Forget> catalogue_;
};

}  // namespace semafoor::shim

#endif  // SEMAFOOR_SHIM_HPP
