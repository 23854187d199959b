// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/upstream_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

constexpr std::size_t kOutcomeWidth = 8;
constexpr std::size_t kConnectionWidth = 14;
constexpr std::size_t kStepWidth = 12;
constexpr std::size_t kDurationWidth = 9;
constexpr std::size_t kLineWidth = 100;
constexpr char kIndent[] = "         ";

const char* word_of(v1::UpstreamStepOutcome outcome) {
  switch (outcome) {
    case v1::UPSTREAM_STEP_OUTCOME_OK:
      return "OK";
    case v1::UPSTREAM_STEP_OUTCOME_WARNING:
      return "WARNING";
    case v1::UPSTREAM_STEP_OUTCOME_FAILED:
      return "FAILED";
    case v1::UPSTREAM_STEP_OUTCOME_SKIPPED:
      return "skipped";
    default:
      return "?";
  }
}

const char* colour_of(v1::UpstreamStepOutcome outcome) {
  switch (outcome) {
    case v1::UPSTREAM_STEP_OUTCOME_OK:
      return "\x1b[32m";
    case v1::UPSTREAM_STEP_OUTCOME_WARNING:
      return "\x1b[33m";
    case v1::UPSTREAM_STEP_OUTCOME_FAILED:
      return "\x1b[31m";
    default:
      return "\x1b[2m";
  }
}

std::string duration_of(const v1::UpstreamStep& step) {
  if (step.outcome() == v1::UPSTREAM_STEP_OUTCOME_SKIPPED) return "";
  return std::to_string(step.duration_ms()) + " ms";
}

// Broken at blanks; each line after the first under the beginning of the text.
std::string folded(const std::string& label, const std::string& text) {
  const std::size_t begin = sizeof kIndent - 1 + label.size();
  std::string page = kIndent + label;
  std::size_t column = begin;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    if (column > begin && column + 1 + word.size() > kLineWidth) {
      page += "\n" + std::string(begin, ' ');
      column = begin;
    } else if (column > begin) {
      page += ' ';
      ++column;
    }
    page += word;
    column += word.size();
    at = end + 1;
  }
  return page + "\n";
}

nlohmann::json document_of(const v1::UpstreamStep& step) {
  return nlohmann::json::parse(to_json(step), nullptr, false);
}

std::string number_of(int count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

std::string step_lines(const v1::UpstreamStep& step, bool colours) {
  std::string outcome = padded(word_of(step.outcome()), kOutcomeWidth + 1);
  if (colours) outcome = colour_of(step.outcome()) + outcome + "\x1b[0m";
  std::string duration = duration_of(step);
  duration.insert(0, kDurationWidth - std::min(kDurationWidth, duration.size()), ' ');
  std::string line = outcome + padded(step.connection(), kConnectionWidth + 1) +
                     padded(step.step(), kStepWidth + 1) + duration + "  " + step.address();
  if (!step.detail().empty()) line += (step.address().empty() ? "" : "  ") + step.detail();
  line.erase(line.find_last_not_of(' ') + 1);
  std::string page = line + "\n";
  if (!step.problem().empty())
    page += folded("what happened: ", step.problem() + " (" + step.code() + ")");
  if (!step.advice().empty()) page += folded("what to do:    ", step.advice());
  return page;
}

StepCounts count_steps(const std::vector<v1::UpstreamStep>& steps) {
  StepCounts counts;
  for (const v1::UpstreamStep& step : steps) {
    switch (step.outcome()) {
      case v1::UPSTREAM_STEP_OUTCOME_OK:
        ++counts.ok;
        break;
      case v1::UPSTREAM_STEP_OUTCOME_WARNING:
        ++counts.warnings;
        break;
      case v1::UPSTREAM_STEP_OUTCOME_SKIPPED:
        ++counts.skipped;
        break;
      default:
        // What this program does not know is no success.
        ++counts.failed;
    }
  }
  return counts;
}

std::string summary_line(const std::vector<v1::UpstreamStep>& steps) {
  const StepCounts counts = count_steps(steps);
  std::string line = counts.failed == 0 ? "All is well: " : "Not well: ";
  if (counts.failed > 0) line += number_of(counts.failed, "step failed, ", "steps failed, ");
  line += std::to_string(counts.ok) + " OK";
  if (counts.warnings > 0) line += ", " + number_of(counts.warnings, "warning", "warnings");
  if (counts.skipped > 0) line += ", " + std::to_string(counts.skipped) + " skipped";
  std::string where;
  for (const v1::UpstreamStep& step : steps) {
    if (step.outcome() == v1::UPSTREAM_STEP_OUTCOME_FAILED)
      where += (where.empty() ? ". See " : ", ") + step.connection() + " " + step.step();
  }
  return line + where + ".\n";
}

std::string steps_document(const std::string& cbe, const std::vector<v1::UpstreamStep>& steps) {
  const StepCounts counts = count_steps(steps);
  nlohmann::json document = {{"organisation", cbe},
                             {"passed", counts.failed == 0},
                             {"counts",
                              {{"ok", counts.ok},
                               {"warnings", counts.warnings},
                               {"failed", counts.failed},
                               {"skipped", counts.skipped}}},
                             {"steps", nlohmann::json::array()}};
  for (const v1::UpstreamStep& step : steps) document["steps"].push_back(document_of(step));
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace semafoor::ctl
