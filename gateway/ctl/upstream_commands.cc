// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/upstream_commands.h"

#include <iostream>

#include "gateway/ctl/answers.h"
#include "gateway/ctl/terminal.h"
#include "gateway/ctl/upstream_page.h"

namespace semafoor::ctl {

bool walk_upstream(const Common& common, const std::string& cbe, bool prepared_keys,
                   std::vector<v1::UpstreamStep>& steps, Failure& failure) {
  const auto client = AdminClient::connect(common.socket, failure);
  if (!client) return false;
  v1::TestUpstreamRequest request;
  request.mutable_organisation()->set_value(cbe);
  request.set_prepared_keys(prepared_keys);
  const bool colours = !common.json && shows_colours();
  const auto on_step = [&](const v1::UpstreamStep& step) {
    steps.push_back(step);
    // Each as it ends: a step may take its whole minute.
    if (!common.json) std::cout << step_lines(step, colours) << std::flush;
  };
  return client->test_upstream(request, on_step, failure);
}

int test_upstream(const Common& common, const std::string& cbe, bool prepared_keys) {
  Failure failure;
  std::vector<v1::UpstreamStep> steps;
  if (!walk_upstream(common, cbe, prepared_keys, steps, failure)) return fail(common, failure);
  std::cout << (common.json ? steps_document(cbe, steps) : "\n" + summary_line(steps));
  return count_steps(steps).failed == 0 ? kDone : kRefused;
}

}  // namespace semafoor::ctl
