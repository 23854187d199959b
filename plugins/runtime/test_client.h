// SPDX-License-Identifier: Apache-2.0
//
// The built runtime as a plugin sees it: loaded by path, called through its table.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "semafoor_runtime.h"

namespace semafoor::runtime::testing {

// From its file. Ends the process, with the reason, when it cannot be loaded.
const sfr_api& load_runtime();

inline const sfr_api& runtime() {
  static const sfr_api& api = load_runtime();
  return api;
}

inline semafoor_span span(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string text(const semafoor_span& bytes) {
  return bytes.size == 0 ? std::string()
                         : std::string(reinterpret_cast<const char*>(bytes.data), bytes.size);
}

// What came of a call, in values.
struct Outcome {
  semafoor_status status = SEMAFOOR_OK;
  std::string body;
  bool has_body = false;
  std::string domain;
  std::string message;
  std::string details;
  std::string code;
  bool retryable = false;
  int64_t retry_after_ms = -1;
};

inline Outcome outcome(semafoor_status status, const sfr_reply* reply, const sfr_error* error) {
  Outcome result{.status = status};
  if (reply != nullptr) {
    result.has_body = true;
    result.body = text(reply->body);
    reply->release(reply);
  }
  if (error != nullptr) {
    EXPECT_EQ(error->status, status);
    result.domain = text(error->domain);
    result.message = text(error->message);
    result.details = text(error->details);
    result.code = text(error->code);
    result.retryable = error->retryable != 0;
    result.retry_after_ms = error->retry_after_ms;
    error->release(error);
  }
  EXPECT_EQ(status == SEMAFOOR_OK, error == nullptr);
  return result;
}

struct CallArguments {
  uint32_t deadline_ms = 20'000;
  uint64_t operation_id = 0;
  std::vector<std::pair<std::string, std::string>> metadata;
};

class CallOptionsHolder {
 public:
  explicit CallOptionsHolder(const CallArguments& arguments) {
    for (const auto& [key, value] : arguments.metadata)
      metadata_.push_back({span(key), span(value)});
    options.struct_size = sizeof options;
    options.deadline_ms = arguments.deadline_ms;
    options.operation_id = arguments.operation_id;
    options.metadata = metadata_.data();
    options.metadata_count = metadata_.size();
  }
  sfr_call_options options{};

 private:
  std::vector<sfr_metadata> metadata_;
};

class Client {
 public:
  struct Arguments {
    std::string path;
    bool check_owner = false;
    uint32_t owner_uid = 0;
    void(SEMAFOOR_CALL* wake)(void*) SEMAFOOR_NOEXCEPT = nullptr;
    void* wake_context = nullptr;
    std::string watch_key;
    std::string network_address;
    std::string identity_folder;
    std::string pairing_code;
    std::string authority_fingerprint;
  };

  explicit Client(const std::string& path) : Client(Arguments{.path = path}) {}
  explicit Client(const Arguments& arguments) {
    const std::string host = "test host";
    const std::string name = "runtime_test";
    sfr_session_options options{};
    options.struct_size = sizeof options;
    options.attestation_path = span(arguments.path);
    options.check_owner = arguments.check_owner ? 1 : 0;
    options.owner_uid = arguments.owner_uid;
    options.host_name = span(host);
    options.client_name = span(name);
    options.wake = arguments.wake;
    options.wake_context = arguments.wake_context;
    options.watch_key = span(arguments.watch_key);
    options.network_address = span(arguments.network_address);
    options.identity_folder = span(arguments.identity_folder);
    options.pairing_code = span(arguments.pairing_code);
    options.authority_fingerprint = span(arguments.authority_fingerprint);
    const sfr_error* error = nullptr;
    const semafoor_status status = runtime().open(&options, &session_, &error);
    opened = outcome(status, nullptr, error);
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Outcome call(const std::string& method, const std::string& request,
               const CallArguments& arguments = {}) {
    const CallOptionsHolder holder(arguments);
    const std::string path = method.front() == '/' ? method : "/test.Gateway/" + method;
    const semafoor_span method_span = span(path);
    const semafoor_span request_span = span(request);
    const sfr_reply* reply = nullptr;
    const sfr_error* error = nullptr;
    const semafoor_status status =
        runtime().call(session_, &method_span, &request_span, &holder.options, &reply, &error);
    return outcome(status, reply, error);
  }

  std::pair<sfr_stream*, Outcome> open_stream(const std::string& method, const std::string& request,
                                              const CallArguments& arguments = {}) {
    const CallOptionsHolder holder(arguments);
    const std::string path = "/test.Gateway/" + method;
    const semafoor_span method_span = span(path);
    const semafoor_span request_span = span(request);
    sfr_stream* stream = nullptr;
    const sfr_error* error = nullptr;
    const semafoor_status status = runtime().stream_open(session_, &method_span, &request_span,
                                                         &holder.options, &stream, &error);
    return {stream, outcome(status, nullptr, error)};
  }

  static Outcome read(sfr_stream* stream) {
    const sfr_reply* reply = nullptr;
    const sfr_error* error = nullptr;
    const semafoor_status status = runtime().stream_read(stream, &reply, &error);
    return outcome(status, reply, error);
  }

  semafoor_status stop(uint32_t deadline_ms = 10'000) {
    return runtime().stop(session_, deadline_ms);
  }
  semafoor_status cancel(uint64_t operation_id) { return runtime().cancel(session_, operation_id); }
  void close() {
    if (session_ == nullptr) return;
    (void)stop();
    runtime().close(session_);
    session_ = nullptr;
  }
  sfr_session* handle() { return session_; }

  Outcome opened;

 private:
  sfr_session* session_ = nullptr;
};

inline sfr_stats stats() {
  sfr_stats result{};
  result.struct_size = sizeof result;
  runtime().stats(&result);
  return result;
}

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::random_device chance;
    do {
      // Short: a socket's path has no room.
      const std::string name = "sfr." + std::to_string(chance());
      path = (std::filesystem::temp_directory_path() / name).string();
    } while (!std::filesystem::create_directory(path));
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path;
};

}  // namespace semafoor::runtime::testing
