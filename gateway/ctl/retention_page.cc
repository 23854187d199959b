// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/retention_page.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "gateway/ctl/render.h"

namespace semafoor::ctl {
namespace {

constexpr char kForEver[] = "for-ever";
constexpr std::size_t kColumn = 42;

std::string days_text(int days) {
  return days == 0 ? kForEver : std::to_string(days) + " days";
}

std::string table(const google::protobuf::RepeatedPtrField<v1::RetentionInForce>& retentions) {
  std::string page;
  for (const auto& one : retentions)
    page += padded(family_name(one.family()), kColumn) + days_text(one.keep_days()) +
            (one.of_organisation() ? "  (of this organisation)" : "") + "\n";
  return page;
}

std::string kept(std::int64_t messages, const char* why) {
  return messages == 0 ? "" : "; " + std::to_string(messages) + " " + why;
}

}  // namespace

std::optional<v1::FamilyRetention> read_retention(const std::string& family,
                                                  const std::string& days, std::string& problem) {
  v1::FamilyRetention wanted;
  wanted.set_family(family_of(family));
  if (wanted.family() == v1::MESSAGE_FAMILY_UNSPECIFIED && family != "default") {
    problem = "There is no message family " + family + "; semafoorctl retention show names them.";
    return std::nullopt;
  }
  if (days.empty()) return wanted;
  if (days == kForEver) {
    wanted.set_for_ever(true);
    return wanted;
  }
  int number = 0;
  const char* const end = days.data() + days.size();
  const auto [stop, wrong] = std::from_chars(days.data(), end, number);
  if (wrong != std::errc() || stop != end || number <= 0) {
    problem = "Messages are kept for a number of days, as 365, or for-ever; not for " + days + ".";
    return std::nullopt;
  }
  wanted.set_keep_days(number);
  return wanted;
}

std::string retention_page(const v1::GetRetentionResponse& response) {
  return table(response.retentions());
}

std::string retention_page(const v1::SetRetentionResponse& response) {
  return table(response.retentions());
}

std::string preview_page(const v1::PreviewRetentionResponse& response) {
  if (response.previews().empty()) return "Everything is kept for ever.\n";
  std::string page;
  for (const auto& one : response.previews())
    page += padded(family_name(one.family()), kColumn) + days_text(one.keep_days()) + ": " +
            std::to_string(one.messages()) + " would be removed" +
            kept(one.kept_unfetched(), "stay: not all of them is fetched") +
            kept(one.kept_listed(), "stay: the provider still lists them") +
            kept(one.kept_for_signals(), "stay: for signals that are open") + "\n";
  return page;
}

}  // namespace semafoor::ctl
