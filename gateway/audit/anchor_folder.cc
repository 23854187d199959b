// SPDX-License-Identifier: Apache-2.0
#include "gateway/audit/anchor_folder.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "gateway/audit/json_text.h"
#include "gateway/audit/timestamp.h"
#include "gateway/domain/date.h"
#include "gateway/domain/hex.h"
#include "gateway/store/files.h"

namespace semafoor::audit {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kAnchor[] = ".json";
constexpr char kStamp[] = ".tsr";

bool is_day(const std::string& name) {
  return name.size() == 10 && name.find_first_not_of("0123456789-") == std::string::npos;
}

}  // namespace

std::string day_of_ms(std::int64_t time_ms) {
  return domain::write_date(domain::date_of_ms(time_ms));
}

std::string anchor_text(const Anchor& anchor) {
  std::string text = R"({"semafoor_anchor":1,"day":")" + anchor.day + R"(","time_ms":)" +
                     std::to_string(anchor.time_ms) + R"(,"chains":[)";
  for (const v1::AuditHead& head : anchor.chains)
    text += (&head == anchor.chains.data() ? "" : ",") + std::string(R"({"organisation":")") +
            head.organisation().value() + R"(","number":)" + std::to_string(head.number()) +
            R"(,"hash":")" + domain::to_hex(head.hash()) + "\"}";
  return text + "]}\n";
}

std::optional<Anchor> read_anchor(const std::string& text) {
  const auto object = json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains("chains") || !object["chains"].is_array())
    return std::nullopt;
  Anchor anchor{.day = text_of(object, "day"), .time_ms = number_of(object, "time_ms")};
  for (const json& one : object["chains"]) {
    if (!one.is_object()) return std::nullopt;
    v1::AuditHead& head = anchor.chains.emplace_back();
    if (const auto org = text_of(one, "organisation"); !org.empty())
      head.mutable_organisation()->set_value(org);
    head.set_number(number_of(one, "number"));
    head.set_hash(domain::from_hex(text_of(one, "hash")).value_or(""));
  }
  if (anchor_text(anchor) != text) return std::nullopt;
  return anchor;
}

fs::path AnchorFolder::file_of(const std::string& day, const char* ending) const {
  return folder_ / (day + ending);
}

Result<bool> AnchorFolder::has(const std::string& day) const {
  auto found = store::read_small_file(file_of(day, kAnchor));
  if (!found) return found.error();
  return found->has_value();
}

Result<void> AnchorFolder::put(const Anchor& anchor) {
  if (auto made = store::make_folder(folder_); !made) return made;
  auto there = has(anchor.day);
  if (!there) return there.error();
  if (*there) return {};
  return store::write_small_file(file_of(anchor.day, kAnchor), anchor_text(anchor));
}

Result<std::string> AnchorFolder::text(const std::string& day) const {
  auto found = store::read_small_file(file_of(day, kAnchor));
  if (!found) return found.error();
  if (!*found)
    return Error{.kind = ErrorKind::not_found,
                 .code = "audit.anchor_unknown",
                 .message = "The anchor of " + day + " was to be read; there is none."};
  return std::move(**found);
}

Result<std::optional<std::string>> AnchorFolder::stamp(const std::string& day) const {
  return store::read_small_file(file_of(day, kStamp));
}

Result<void> AnchorFolder::put_stamp(const std::string& day, const std::string& answer) {
  return store::write_small_file(file_of(day, kStamp), answer);
}

Result<std::vector<std::string>> AnchorFolder::days() const {
  std::vector<std::string> all;
  std::error_code problem;
  for (fs::directory_iterator each(folder_, problem); !problem && each != fs::directory_iterator();
       each.increment(problem)) {
    const fs::path& file = each->path();
    if (file.extension() == kAnchor && is_day(file.stem().string()))
      all.push_back(file.stem().string());
  }
  if (problem && problem != std::errc::no_such_file_or_directory)
    return store::file_error("list", folder_, problem);
  std::sort(all.begin(), all.end());
  return all;
}

Result<AnchorsRead> AnchorFolder::read(const std::string& ca) const {
  auto all = days();
  if (!all) return all.error();
  AnchorsRead found;
  for (const std::string& day : *all) {
    auto bytes = text(day);
    if (!bytes) return bytes.error();
    const auto anchor = read_anchor(*bytes);
    if (!anchor || anchor->day != day) {
      found.problems.push_back("The anchor of " + day +
                               " is not as it was written. Compare it with a copy kept elsewhere, "
                               "or with the log of that day.");
      continue;
    }
    auto answer = stamp(day);
    if (!answer) return answer.error();
    if (*answer && !ca.empty()) {
      if (auto fine = check_timestamp(**answer, *bytes, ca); !fine)
        found.problems.push_back("The timestamp of the anchor of " + day +
                                 " does not hold: " + fine.error().message);
    }
    for (const v1::AuditHead& head : anchor->chains)
      found.chains[head.organisation().value()].push_back(
          {.number = head.number(), .hash = head.hash(), .day = day});
  }
  for (auto& [org, anchors] : found.chains)
    std::stable_sort(anchors.begin(), anchors.end(),
                     [](const Anchored& a, const Anchored& b) { return a.number < b.number; });
  return found;
}

}  // namespace semafoor::audit
