// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "gateway/audit/anchor_folder.h"
#include "gateway/duties/clock.h"
#include "gateway/store/store.h"
#include "gateway/upstream/http/http_client.h"

namespace semafoor::audit {

// Its standing is the same for every organisation.
inline constexpr char kAnchorDuty[] = "audit.anchor";

struct AnchoringOptions {
  std::int64_t first_delay_ms = 30'000;
  std::int64_t look_ms = 60'000;
  // After a try that failed.
  std::int64_t retry_ms = 900'000;
  // Days whose stamp is still asked for, when it failed before.
  int stamp_days = 30;
  // Of the authority (RFC 3161 over HTTP); empty: no stamps.
  std::string timestamp_url;
  // PEM: whom it is trusted by.
  std::string timestamp_ca;
};

// What happened, for the log. On the duty's thread.
struct AnchorTold {
  std::function<void(const Anchor&)> made;
  // A day's anchor was stamped at this time.
  std::function<void(const std::string& day, std::int64_t time_ms)> stamped;
  std::function<void(const Error&)> failed;
};

// Anchors each chain once a day of UTC, has the anchor stamped, and tries again what failed: an
// authority that is away stops nothing. One thread; store, clock, folder and client outlive the
// object.
class Anchoring {
 public:
  Anchoring(store::Store& store, duties::Clock& clock, AnchorFolder& folder,
            upstream::HttpClient& http, AnchoringOptions options, AnchorTold told);
  ~Anchoring();

  void start();
  // Idempotent.
  void stop();
  // What the thread does at each look.
  void look(const std::stop_token& stop = {});

 private:
  void run(const std::stop_token& stop);
  Result<bool> anchor();
  Result<bool> stamp(const std::stop_token& stop);
  Result<void> stamp_day(const std::string& day, const std::stop_token& stop);
  void note(const Result<void>& outcome);

  store::Store& store_;
  duties::Clock& clock_;
  AnchorFolder& folder_;
  upstream::HttpClient& http_;
  const AnchoringOptions options_;
  const AnchorTold told_;
  // In steady time.
  std::int64_t not_before_ms_ = 0;
  std::mutex mutex_;
  std::condition_variable_any bell_;
  std::jthread thread_;
};

}  // namespace semafoor::audit
