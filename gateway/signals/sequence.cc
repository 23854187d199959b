// SPDX-License-Identifier: Apache-2.0
#include "gateway/signals/sequence.h"

#include <charconv>
#include <iterator>
#include <vector>

namespace semafoor::signals {
namespace {

// A lying upstream must not make the record grow without bound: the oldest holes are given up
// first.
constexpr std::size_t kMostHoles = 200;
constexpr int kHolesInText = 10;

bool number_at(std::string_view& text, std::int64_t& value) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

// "<highest>" or "<highest>;<first>-<last>;<first>-<last>".
Sequence Sequence::parse(std::string_view text) {
  Sequence sequence;
  if (!number_at(text, sequence.highest_) || sequence.highest_ < 1) return {};
  while (!text.empty()) {
    std::int64_t first = 0;
    std::int64_t last = 0;
    if (text.front() != ';') return {};
    text.remove_prefix(1);
    if (!number_at(text, first) || text.empty() || text.front() != '-') return {};
    text.remove_prefix(1);
    if (!number_at(text, last)) return {};
    sequence.missing_[first] = last;
  }
  return sequence;
}

std::string Sequence::text() const {
  if (highest_ == 0) return "";
  std::string text = std::to_string(highest_);
  for (const auto& [first, last] : missing_) {
    text += ";" + std::to_string(first) + "-" + std::to_string(last);
  }
  return text;
}

void Sequence::see(std::int64_t number) {
  if (number < 1) return;
  if (highest_ == 0) {
    highest_ = number;
  } else if (number > highest_) {
    if (number > highest_ + 1) missing_[highest_ + 1] = number - 1;
    highest_ = number;
    if (missing_.size() > kMostHoles) missing_.erase(missing_.begin());
  } else {
    fill(number);
  }
}

void Sequence::fill(std::int64_t number) {
  auto hole = missing_.upper_bound(number);
  if (hole == missing_.begin()) return;
  hole = std::prev(hole);
  const auto [first, last] = *hole;
  if (number > last) return;
  missing_.erase(hole);
  if (first < number) missing_[first] = number - 1;
  if (number < last) missing_[number + 1] = last;
}

std::string Sequence::problem() const {
  if (missing_.empty()) return "";
  std::string text = "hole in sequence: ";
  std::int64_t count = 0;
  int written = 0;
  for (const auto& [first, last] : missing_) {
    count += last - first + 1;
    if (written == kHolesInText) text += ", ...";
    if (written++ >= kHolesInText) continue;
    if (written > 1) text += ", ";
    text += std::to_string(first);
    if (last > first) text += "-" + std::to_string(last);
  }
  return text + " (" + std::to_string(count) + (count == 1 ? " number" : " numbers") +
         "). Ask the authority to send these messages again.";
}

}  // namespace semafoor::signals
