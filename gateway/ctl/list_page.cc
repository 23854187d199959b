// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/list_page.h"

#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

std::string state_name(v1::ReadingState state) {
  switch (state) {
    case v1::READING_STATE_READ:
      return "read";
    case v1::READING_STATE_PARTLY:
      return "partly";
    case v1::READING_STATE_NO_ROWS:
      return "no rows";
    case v1::READING_STATE_FAILED:
      return "failed";
    default:
      return "unknown";
  }
}

std::string counts(std::int64_t rows, std::int64_t bad) {
  return std::to_string(rows) + " rows" + (bad == 0 ? "" : ", " + std::to_string(bad) + " bad");
}

std::string reading_line(const v1::ListReading& reading) {
  std::string line = padded(reading.reading_id(), 38) + padded(moment(reading.received_at()), 22) +
                     padded(state_name(reading.state()), 9) +
                     padded(family_name(reading.family()), 38) +
                     counts(reading.rows(), reading.bad_rows());
  if (!reading.problem_code().empty()) line += ", " + reading.problem_code();
  return line + "\n";
}

template <typename Readings>
std::string lines_of(const Readings& readings) {
  std::string page;
  for (const v1::ListReading& reading : readings) page += reading_line(reading);
  return page;
}

std::string more(const std::string& token) {
  return token.empty() ? "" : "More: --page-token " + token + "\n";
}

std::string became(const v1::ListReading& reading) {
  std::string text;
  if (!reading.statement_id().empty()) text += "  became a monthly statement\n";
  if (!reading.signal_list_ids().empty())
    text += "  became a list of knipperlichten, " + std::to_string(reading.new_signals()) +
            " of them new\n";
  if (reading.notices() > 0) text += "  became " + std::to_string(reading.notices()) + " notices\n";
  return text;
}

std::string part_text(const v1::ReadingPart& part) {
  std::string text = "  " + part.name() + ": " + part.kind();
  if (!part.encoding().empty()) text += ", " + part.encoding();
  if (!part.layout().name().empty())
    text += ", layout " + part.layout().name() + " " + part.layout().version();
  text += ", " + counts(part.rows(), part.bad_rows()) + "\n";
  if (!part.problem_code().empty())
    text += "    " + part.problem_code() + ": " + part.problem() + "\n";
  return text;
}

}  // namespace

std::string readings_page(const v1::GetListReadingsResponse& response) {
  const std::string page = lines_of(response.readings()) + more(response.next_page_token());
  return page.empty() ? "No document was read as a list.\n" : page;
}

std::string reading_page(const v1::GetListReadingsResponse& response) {
  std::string page;
  for (const v1::ListReading& reading : response.readings()) {
    page += reading_line(reading) + "  message " + reading.message_id() + ", read " +
            moment(reading.read_at()) +
            (reading.times() > 1 ? ", " + std::to_string(reading.times()) + " times" : "") + "\n" +
            became(reading);
    for (const v1::ReadingPart& part : reading.parts()) page += part_text(part);
  }
  return page;
}

std::string bad_rows_page(const v1::GetListReadingsResponse& response) {
  std::string page;
  for (const v1::BadListRow& row : response.bad_rows()) {
    page += row.part() + " line " + std::to_string(row.line()) + "\n";
    for (const v1::RowProblem& problem : row.problems())
      page += "  " + problem.code() + ": " + problem.message() + "\n";
  }
  if (page.empty()) return "Every row was read.\n";
  for (const v1::ListReading& reading : response.readings())
    if (reading.bad_rows() > response.total_count())
      page += "Kept are the first " + std::to_string(response.total_count()) + " of " +
              std::to_string(reading.bad_rows()) + ".\n";
  return page + more(response.next_page_token());
}

std::string again_page(const v1::ReadListsAgainResponse& response) {
  const std::string page = lines_of(response.readings());
  return page.empty() ? "There was nothing to read again.\n" : page;
}

}  // namespace semafoor::ctl
