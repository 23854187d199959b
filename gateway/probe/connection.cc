// SPDX-License-Identifier: Apache-2.0
#include "gateway/probe/connection.h"

#include <exception>
#include <utility>

#include "gateway/domain/masking.h"
#include "gateway/probe/advice.h"
#include "gateway/probe/deadline.h"

namespace semafoor::probe {
namespace {

using Clock = std::chrono::steady_clock;

v1::UpstreamStep outcome(v1::UpstreamStepOutcome outcome, std::string detail) {
  v1::UpstreamStep step;
  step.set_outcome(outcome);
  step.set_detail(std::move(detail));
  return step;
}

v1::UpstreamStep taken(const PlannedStep& planned, const std::stop_token& stop) {
  try {
    return planned.look(stop);
  } catch (const std::exception& problem) {
    return step_failed({.kind = ErrorKind::internal,
                        .code = "probe.broken",
                        .message = std::string("The step ended in an exception: ") +
                                   problem.what() + ". Report it."});
  }
}

// Texts of upstreams are masked where they are read; once more, should a room have forgotten.
void mask(v1::UpstreamStep& step) {
  step.set_detail(domain::mask_national_numbers(step.detail()));
  step.set_problem(domain::mask_national_numbers(step.problem()));
}

bool goes_on(const v1::UpstreamStep& step) {
  return step.outcome() == v1::UPSTREAM_STEP_OUTCOME_OK ||
         step.outcome() == v1::UPSTREAM_STEP_OUTCOME_WARNING;
}

Error too_late(const std::string& connection, const std::string& step,
               std::chrono::milliseconds limit) {
  return {.kind = ErrorKind::deadline_exceeded,
          .code = "upstream.timeout",
          .message = "Testing the connection " + connection + ": it was not at its end within " +
                     std::to_string(limit.count() / 1000) + " s, and was given up at the step " +
                     step + ".",
          .retryable = true};
}

}  // namespace

v1::UpstreamStep step_ok(std::string detail) {
  return outcome(v1::UPSTREAM_STEP_OUTCOME_OK, std::move(detail));
}

v1::UpstreamStep step_warning(std::string detail, std::string code, std::string problem) {
  v1::UpstreamStep step = outcome(v1::UPSTREAM_STEP_OUTCOME_WARNING, std::move(detail));
  step.set_code(std::move(code));
  step.set_problem(std::move(problem));
  return step;
}

v1::UpstreamStep step_failed(const Error& error) {
  v1::UpstreamStep step = outcome(v1::UPSTREAM_STEP_OUTCOME_FAILED, {});
  step.set_code(error.code);
  step.set_problem(error.message);
  return step;
}

v1::UpstreamStep step_skipped(std::string why) {
  return outcome(v1::UPSTREAM_STEP_OUTCOME_SKIPPED, std::move(why));
}

bool walk(const std::string& connection, const std::vector<PlannedStep>& steps,
          std::chrono::milliseconds limit, const Sink& tell, const std::stop_token& stop) {
  const Deadline deadline(stop, limit);
  std::string skipped;
  for (const PlannedStep& planned : steps) {
    v1::UpstreamStep step;
    if (!skipped.empty()) {
      step = step_skipped(skipped);
    } else {
      const Clock::time_point begin = Clock::now();
      step = taken(planned, deadline.token());
      if (stop.stop_requested()) return false;
      const bool failed = step.outcome() == v1::UPSTREAM_STEP_OUTCOME_FAILED;
      if (failed && deadline.expired()) {
        const std::string address = step.address();
        step = step_failed(too_late(connection, planned.name, limit));
        step.set_address(address);
      }
      if (step.duration_ms() == 0) {
        step.set_duration_ms(
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
      }
      if (!goes_on(step)) {
        skipped = failed ? "not tried: the step " + planned.name + " failed" : step.detail();
      }
    }
    step.set_connection(connection);
    step.set_step(planned.name);
    if (step.advice().empty() && !step.code().empty()) {
      step.set_advice(advice_for(connection, step.code()));
    }
    mask(step);
    if (!tell(step)) return false;
  }
  return !stop.stop_requested();
}

}  // namespace semafoor::probe
