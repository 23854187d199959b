// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/channel_page.h"

#include <array>
#include <utility>

#include "gateway/ctl/render.h"
#include "gateway/domain/date.h"

namespace semafoor::ctl {
namespace {

constexpr std::array<std::pair<const char*, v1::ChannelMode>, 3> kNames{
    {{"lists", v1::CHANNEL_MODE_LISTS},
     {"parallel", v1::CHANNEL_MODE_PARALLEL},
     {"electronic", v1::CHANNEL_MODE_ELECTRONIC}}};
constexpr std::size_t kYearMonth = 7;

// "NAMED_AGAIN" -> "named again".
std::string words(std::string name, std::size_t prefix) {
  name.erase(0, prefix);
  for (char& c : name)
    c = c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

std::string state_name(v1::ReturnState state) {
  return words(v1::ReturnState_Name(state), std::string("RETURN_STATE_").size());
}

std::string counted(std::int64_t number, const std::string& what) {
  return std::to_string(number) + " " + what;
}

std::string state_text(const v1::ChannelState& channel) {
  std::string text = "Channel: " + channel_name(channel.mode());
  if (channel.has_since())
    text += ", since " + moment(channel.since());
  else
    text += " (nobody ever said; every organisation begins so)";
  return text + "\n";
}

std::string unfilled_text(const v1::ListReturn& its) {
  std::string text;
  for (const auto& one : its.unfilled())
    text += "  " + counted(one.rows(), one.missing() ? "rows MISSING: " : "rows left out: ") +
            one.reason().en() + " [" + one.reason_code() + "]\n";
  if (its.unreadable_rows() > 0)
    text += "  " + counted(its.unreadable_rows(),
                           "rows of the list could not be read and are not on the return\n");
  return text;
}

}  // namespace

v1::ChannelMode channel_of(const std::string& name) {
  for (const auto& [word, mode] : kNames)
    if (name == word) return mode;
  return v1::CHANNEL_MODE_UNSPECIFIED;
}

std::string channel_name(v1::ChannelMode mode) {
  for (const auto& [word, one] : kNames)
    if (mode == one) return word;
  return "unknown";
}

std::string channel_page(const v1::GetChannelResponse& response) {
  std::string page = state_text(response.channel());
  page += counted(response.answers_for_list(), "answers wait for a half-yearly list, ") +
          counted(response.answers_returned(), "stand on one that went back\n");
  for (const auto& one : response.channel().changes())
    page +=
        "  " + moment(one.changed_at()) + "  " + channel_name(one.from()) + " -> " +
        channel_name(one.to()) + "  by " + one.changed_by() + ": " + one.reason() +
        (one.answers_queued() == 0 ? ""
                                   : " (" + counted(one.answers_queued(), "answers queued") + ")") +
        "\n";
  return page;
}

std::string channel_page(const v1::SetChannelResponse& response) {
  std::string page = state_text(response.channel());
  if (response.unchanged()) return page + "It was so already; nothing was changed.\n";
  if (response.answers_queued() > 0)
    page += counted(response.answers_queued(),
                    "answers that waited for a list go by the feedback flow now.\n");
  return page;
}

std::string reconciliation_page(const v1::GetReconciliationResponse& response) {
  std::string page =
      "month     both  mutation only  list only  in the way  lists  unreadable rows\n";
  for (const auto& one : response.months())
    page += padded(month_text(one.month()), 10) + padded(std::to_string(one.both()), 6) +
            padded(std::to_string(one.mutation_only()), 15) +
            padded(std::to_string(one.list_only()), 11) +
            padded(std::to_string(one.in_the_way()), 12) + padded(std::to_string(one.lists()), 7) +
            std::to_string(one.unreadable_rows()) + "\n";
  page += "\nAdvice: " + response.advice_text().en() + "\n";
  for (const auto& one : response.obstacles())
    page += "  " + (one.has_month() ? month_text(one.month()) + ": " : std::string()) +
            one.text().en() + (one.count() == 0 ? "" : " (" + std::to_string(one.count()) + ")") +
            " [" + one.code() + "]\n";
  if (response.differences().empty()) return page;
  page += "\n" + std::to_string(response.differences_size()) + " of " +
          counted(response.total_differences(), "signals that came by one way only:\n");
  for (const auto& one : response.differences())
    page += "  " + one.signal_id() + "  " +
            (one.side() == v1::ARRIVAL_SIDE_MUTATION_ONLY ? "mutation" : "list") +
            (one.harmless() ? "  " : "  IN THE WAY  ") + one.reason().en() + " [" +
            one.reason_code() + "]\n";
  return page;
}

std::string return_line(const v1::ListReturn& its) {
  std::string line = month_text(its.cycle()) + "  " + state_name(its.state()) + "  " +
                     counted(its.filled(), "of ") + counted(its.rows(), "rows with a code  ") +
                     its.return_id();
  if (its.has_left_at()) line += "  left " + moment(its.left_at()) + " by " + its.left_by().name();
  if (its.named_again() > 0) line += "  " + counted(its.named_again(), "named again");
  if (!its.last_problem().empty()) line += "\n  " + its.last_problem();
  return line + "\n";
}

std::string returns_page(const v1::ListReturnsResponse& response) {
  std::string page;
  for (const auto& one : response.returns()) page += return_line(one);
  for (const auto& one : response.unreturned())
    page += month_text(one.cycle()) + "  not prepared  " + counted(one.rows(), "rows  list ") +
            one.list_id() +
            (one.unreadable_rows() == 0
                 ? ""
                 : "  " + counted(one.unreadable_rows(), "rows could not be read")) +
            "\n";
  return page.empty() ? "No half-yearly list came yet.\n" : page;
}

std::string return_page(const v1::PrepareReturnResponse& response) {
  const auto& its = response.list_return();
  std::string page = return_line(its) + unfilled_text(its);
  for (const auto& row : response.missing())
    page += "    line " + std::to_string(row.line()) + "  signal " + row.signal_id() + "  [" +
            row.reason_code() + "]\n";
  if (its.state() != v1::RETURN_STATE_PREPARED) return page;
  return page + (its.way() == v1::RETURN_WAY_REPLY
                     ? "It can go back as a reply (--send), or as a file (--file).\n"
                     : "It goes back as a file (--file), to be uploaded and confirmed.\n");
}

bool read_month(const std::string& text, bool last_day, v1::Date& date) {
  const auto first = domain::parse_date(text + "-01");
  if (!first || text.size() != kYearMonth) return false;
  date = *first;
  if (last_day) date.set_day(domain::last_day_of_month(date.year(), date.month()));
  return true;
}

}  // namespace semafoor::ctl
