// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/codes_page.h"

#include <nlohmann/json.hpp>

#include "gateway/ctl/render.h"
#include "gateway/domain/belgian_time.h"
#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

constexpr std::size_t kColumn = 20;

std::string origin_name(v1::Origin origin) {
  switch (origin) {
    case v1::ORIGIN_OFFICIAL:
      return "official";
    case v1::ORIGIN_PROJECT:
      return "project";
    case v1::ORIGIN_ADMINISTRATOR:
      return "administrator";
    default:
      return "unknown origin";
  }
}

std::string table_text(const v1::CodeTable& table) {
  return std::string(codes::name_of(table.kind())) + " " + table.version() + " (" +
         origin_name(table.origin()) + ", " + std::to_string(table.rows()) + " rows" +
         (table.table_id().empty() ? ", of the settings)" : ")");
}

std::string from_text(const v1::Instant& from) {
  if (from.unix_ms() == 0) return "since ever";
  return domain::write_date(domain::belgian_day(from.unix_ms()));
}

std::string timeline_text(const google::protobuf::RepeatedPtrField<v1::CodeTablePeriod>& periods) {
  std::string page;
  for (const auto& period : periods) {
    page += "  " + padded(from_text(period.from()), 12) + table_text(period.table());
    if (period.prepared()) page += "  PREPARED";
    if (!period.reason().empty()) page += "  back again: " + period.reason();
    if (period.reason().empty() && !period.table().reason().empty())
      page += "  " + period.table().loaded_by() + ": " + period.table().reason();
    page += "\n";
  }
  return page;
}

template <typename Code>
std::string days_text(const Code& code) {
  return domain::write_date(code.valid_from()) + " to " +
         (code.has_valid_to() ? domain::write_date(code.valid_to()) : "-         ");
}

std::string texts(const v1::LocalizedText& text, const char* what) {
  std::string page;
  for (const auto& [language, words] : {std::pair("nl", text.nl()), std::pair("fr", text.fr()),
                                        std::pair("de", text.de()), std::pair("en", text.en())})
    if (!words.empty())
      page += "  " + padded(std::string(what) + " " + language, kColumn) + words + "\n";
  return page;
}

template <typename Code>
std::string head(const Code& code) {
  return code.code() + "  " + days_text(code) + "  " + origin_name(code.origin()) + "\n" +
         texts(code.text(), "text");
}

std::string full(const v1::FeedbackCode& code) {
  std::string page = head(code) + texts(code.explanation(), "explanation");
  if (code.requires_decision_reference()) page += "  needs the reference of a decision\n";
  if (code.keeps_open()) page += "  leaves the signal open\n";
  for (const auto& type : code.signal_types()) page += "  only for signal type " + type + "\n";
  for (const int law : code.laws())
    page += "  only for " + v1::Law_Name(static_cast<v1::Law>(law)) + "\n";
  return page;
}

std::string full(const v1::SignalType& type) {
  return head(type) + "  " + padded("source", kColumn) + type.source_flow() + "\n";
}

std::string change_name(v1::CodeChange change) {
  switch (change) {
    case v1::CODE_CHANGE_NEW:
      return "new";
    case v1::CODE_CHANGE_GONE:
      return "gone";
    default:
      return "changed";
  }
}

std::string place(const codes::RowProblem& problem) {
  std::string text = problem.row == 0 ? "the table" : "row " + std::to_string(problem.row);
  return problem.code.empty() ? text : text + " " + problem.code;
}

}  // namespace

std::string check_page(const std::string& file, const codes::Checked& checked) {
  std::string page = file + ": " + table_text(checked.table) + "\n";
  for (const auto& problem : checked.problems)
    page += "  " + place(problem) + ": " + problem.what + "\n";
  if (checked.problems.empty()) return page + "All rows are good.\n";
  return page + std::to_string(checked.problems.size()) +
         " things are wrong; the gateway would refuse it.\n";
}

std::string check_json(const std::string& file, const codes::Checked& checked) {
  nlohmann::json problems = nlohmann::json::array();
  for (const auto& one : checked.problems)
    problems.push_back({{"row", one.row}, {"code", one.code}, {"what", one.what}});
  const nlohmann::json document{{"file", file},
                                {"kind", codes::name_of(checked.table.kind())},
                                {"version", checked.table.version()},
                                {"origin", origin_name(checked.table.origin())},
                                {"goodRows", checked.table.rows()},
                                {"good", checked.problems.empty()},
                                {"problems", problems}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string codes_page(const v1::ListCodesResponse& response) {
  std::string page = table_text(response.table()) + "\n";
  for (const auto& code : response.codes())
    page += "  " + padded(code.code(), kColumn) + days_text(code) + "  " + code.text().nl() + "\n";
  for (const auto& type : response.types())
    page += "  " + padded(type.code(), kColumn) + days_text(type) + "  " + type.text().nl() + "\n";
  return page + "In force:\n" + timeline_text(response.timeline());
}

std::string code_page(const v1::ListCodesResponse& response, const std::string& code) {
  std::string page;
  for (const auto& one : response.codes())
    if (one.code() == code) page += full(one);
  for (const auto& one : response.types())
    if (one.code() == code) page += full(one);
  return page;
}

std::string loaded_page(const v1::LoadCodesResponse& response) {
  return (response.period().prepared() ? "Prepared from " + from_text(response.period().from())
                                       : std::string("In force now")) +
         ": " + table_text(response.period().table()) + "\n" + timeline_text(response.timeline());
}

std::string withdrawn_page(const v1::WithdrawCodesResponse& response) {
  return "Withdrawn: " + table_text(response.withdrawn().table()) + ", which was to come on " +
         from_text(response.withdrawn().from()) + "\n" + timeline_text(response.timeline());
}

std::string rolled_back_page(const v1::RollbackCodesResponse& response) {
  return "In force again: " + table_text(response.period().table()) + "\n" +
         timeline_text(response.timeline());
}

std::string comparison_page(const v1::CompareCodesResponse& response) {
  std::string page = "now:  " + table_text(response.current()) +
                     "\nnext: " + table_text(response.next()) +
                     (response.has_from() ? ", from " + from_text(response.from()) : "") + "\n";
  for (const auto& difference : response.differences()) {
    page += "  " + padded(change_name(difference.change()), 9) + difference.code();
    for (const auto& field : difference.fields()) page += " " + field;
    page += "\n";
  }
  if (response.differences().empty()) page += "  no code differs\n";
  for (const auto& one : response.answers())
    page += "  " + one.organisation().value() + ": " + std::to_string(one.count()) +
            " answers with " + one.code() + " are " + v1::FeedbackState_Name(one.state()) +
            "; they were right when they were given, and go out\n";
  for (const auto& one : response.signals())
    page += "  " + one.organisation().value() + ": " + std::to_string(one.count()) +
            " signals of type " + one.signal_type() + " wait; their type would have no text\n";
  return page;
}

}  // namespace semafoor::ctl
