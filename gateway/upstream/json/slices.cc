// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/json/slices.h"

#include <cstddef>

namespace semafoor::upstream {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  void skip_blank() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool at_end() const { return at_ >= text_.size(); }
  bool take(char c) {
    skip_blank();
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // A string with its quotes.
  std::optional<std::string_view> string() {
    skip_blank();
    const std::size_t start = at_;
    if (!skip_string()) return std::nullopt;
    return text_.substr(start, at_ - start);
  }

  // Any value: to the comma or bracket that ends it.
  std::optional<std::string_view> value() {
    skip_blank();
    const std::size_t start = at_;
    std::string open;
    while (!at_end()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!skip_string()) return std::nullopt;
        continue;
      }
      if (c == '{' || c == '[') {
        open += c;
        if (open.size() > static_cast<std::size_t>(kDeepestJson)) return std::nullopt;
      } else if (c == '}' || c == ']') {
        if (open.empty()) break;
        if (open.back() != (c == '}' ? '{' : '[')) return std::nullopt;
        open.pop_back();
      } else if (c == ',' && open.empty()) {
        break;
      }
      ++at_;
    }
    if (!open.empty()) return std::nullopt;
    std::string_view cut = text_.substr(start, at_ - start);
    while (!cut.empty() &&
           (cut.back() == ' ' || cut.back() == '\t' || cut.back() == '\n' || cut.back() == '\r')) {
      cut.remove_suffix(1);
    }
    if (cut.empty()) return std::nullopt;
    return cut;
  }

 private:
  bool skip_string() {
    if (at_end() || text_[at_] != '"') return false;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '\\') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::map<std::string, std::string_view>> object_members(std::string_view text) {
  Scanner scan(text);
  std::map<std::string, std::string_view> members;
  if (!scan.take('{')) return std::nullopt;
  if (!scan.take('}')) {
    do {
      const auto name = scan.string();
      if (!name || !scan.take(':')) return std::nullopt;
      const auto value = scan.value();
      if (!value) return std::nullopt;
      members.insert_or_assign(std::string(name->substr(1, name->size() - 2)), *value);
    } while (scan.take(','));
    if (!scan.take('}')) return std::nullopt;
  }
  scan.skip_blank();
  if (!scan.at_end()) return std::nullopt;
  return members;
}

std::optional<std::vector<std::string_view>> array_elements(std::string_view text) {
  Scanner scan(text);
  std::vector<std::string_view> elements;
  if (!scan.take('[')) return std::nullopt;
  if (!scan.take(']')) {
    do {
      const auto value = scan.value();
      if (!value) return std::nullopt;
      elements.push_back(*value);
    } while (scan.take(','));
    if (!scan.take(']')) return std::nullopt;
  }
  scan.skip_blank();
  if (!scan.at_end()) return std::nullopt;
  return elements;
}

std::vector<std::string_view> whole_elements(std::string_view text) {
  Scanner scan(text);
  std::vector<std::string_view> elements;
  if (!scan.take('[') || scan.take(']')) return elements;
  do {
    const auto value = scan.value();
    // "12" may be the beginning of 123.
    if (!value || scan.at_end()) return elements;
    elements.push_back(*value);
  } while (scan.take(','));
  return elements;
}

}  // namespace semafoor::upstream
