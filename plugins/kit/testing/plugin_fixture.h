// SPDX-License-Identifier: Apache-2.0
//
// A plugin as a host sees it, through semafoor_entry_v1() alone, with a gateway that the test
// plays.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "plugins/kit/plugin.h"
#include "plugins/kit/spans.h"
#include "plugins/kit/testing/fake_gateway.h"
#include "semafoor/semafoor.h"

namespace semafoor::kit::testing {

inline constexpr char kOrg[] = "0212344876";

// A failed function's reason, read and released.
struct Problem {
  semafoor_status status = SEMAFOOR_OK;
  std::string code;
  std::string message;
  std::string details;
  std::string domain;
  bool retryable = false;
  std::int64_t retry_after_ms = -1;
};

class PluginTest : public ::testing::Test {
 protected:
  PluginTest() { make(R"({"organisation":"0212344876"})"); }
  void TearDown() override { remove(); }

  // Replaces the instance by a started one of this configuration.
  void make(const std::string& config) {
    remove();
    ASSERT_EQ(create(config), SEMAFOOR_OK) << problem_.message;
    ASSERT_EQ(entry_->instance->start(instance_, nullptr), SEMAFOOR_OK);
  }
  semafoor_status create(const std::string& config, std::string_view id = definition().id) {
    const semafoor_span id_span = span_of(id);
    const semafoor_span config_span = span_of(config);
    const semafoor_error* error = nullptr;
    const auto status = entry_->create(&host_, &id_span, &config_span, &instance_, &error);
    return note(status, error);
  }
  void remove() {
    if (instance_ == nullptr) return;
    gateway_.stop_answers(SEMAFOOR_OK);
    EXPECT_EQ(entry_->instance->stop(instance_, 100, nullptr), SEMAFOOR_OK);
    entry_->instance->destroy(instance_);
    instance_ = nullptr;
  }

  template <typename Table>
  const Table& extension(std::string_view id) const {
    const semafoor_span span = span_of(id);
    return *static_cast<const Table*>(entry_->instance->get_extension(instance_, &span));
  }
  // The answer is in `body_`, the reason in `problem_`.
  semafoor_status call(std::string_view method, std::string_view request,
                       const semafoor_call_options* options = nullptr) {
    const semafoor_span method_span = span_of(method);
    const semafoor_span request_span = span_of(request);
    const semafoor_reply* reply = nullptr;
    const semafoor_error* error = nullptr;
    const auto status = extension<semafoor_call_v1>(SEMAFOOR_EXT_CALL)
                            .call(instance_, &method_span, &request_span, options, &reply, &error);
    body_.clear();
    if (reply != nullptr) {
      body_ = std::string(view_of(reply->body));
      schema_ = std::string(view_of(reply->schema));
      reply->release(reply);
    }
    EXPECT_EQ(reply != nullptr, status == SEMAFOOR_OK);
    return note(status, error);
  }
  // Calls `function(&error)` and keeps the reason.
  template <typename Function>
  semafoor_status note(Function&& function) {
    const semafoor_error* error = nullptr;
    const semafoor_status status = function(&error);
    return note(status, error);
  }
  semafoor_status note(semafoor_status status, const semafoor_error* error) {
    problem_ = {.status = status};
    if (error == nullptr) return status;
    EXPECT_EQ(error->status, status);
    problem_.code = std::string(view_of(error->code));
    problem_.message = std::string(view_of(error->message));
    problem_.details = std::string(view_of(error->details_json));
    problem_.domain = std::string(view_of(error->domain));
    problem_.retryable = error->retryable != 0;
    problem_.retry_after_ms = error->retry_after_ms;
    error->release(error);
    return status;
  }

  static void SEMAFOOR_CALL write_log(void* context, std::int32_t /*severity*/,
                                      const semafoor_span* text) noexcept {
    static_cast<PluginTest*>(context)->log_.emplace_back(view_of(*text));
  }

  FakeGateway gateway_;
  const semafoor_entry* const entry_ = semafoor_entry_v1();
  semafoor_host host_ = [this] {
    semafoor_host host{};
    host.struct_size = sizeof host;
    host.context = this;
    host.log = &write_log;
    return host;
  }();
  semafoor_instance* instance_ = nullptr;
  std::string body_;
  std::string schema_;
  Problem problem_;
  std::vector<std::string> log_;
};

}  // namespace semafoor::kit::testing
