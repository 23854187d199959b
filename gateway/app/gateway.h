// SPDX-License-Identifier: Apache-2.0
//
// The rooms, wired once.
#pragma once

#include <memory>
#include <string>

#include "gateway/app/config.h"
#include "gateway/app/json_log.h"
#include "gateway/domain/result.h"

namespace semafoor::app {

class Gateway {
 public:
  // Opens the store (which recovers what a killed gateway left), starts the duties and then the
  // servers. Returns when it is ready to serve. `log` outlives the gateway.
  // Under `seal` everything is sealed; null: nothing is, which is an alarm for as long as it lasts.
  static Result<std::unique_ptr<Gateway>> start(const Config& config, JsonLog& log,
                                                const Seal& seal);
  // Stops, should stop() not have been called.
  virtual ~Gateway() = default;

  // Within a second: waiting calls end, running ones get a little time, duties give back what they
  // hold, the store writes what is queued. Idempotent.
  virtual void stop() = 0;
  // True when the store has answered since the last question: for the watchdog. Never blocks.
  virtual bool store_answers() = 0;
};

std::string gateway_version();

}  // namespace semafoor::app
