// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/xml/mended.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace semafoor::upstream::xml {
namespace {

constexpr std::string_view kSection = "<![CDATA[";
constexpr std::string_view kSectionEnd = "]]>";

// Where the text before `end` is whole: no half character, no half reference.
std::size_t whole_text(std::string_view text) {
  std::size_t end = text.size();
  std::size_t lead = end;
  while (lead > 0 && end - lead < 4 &&
         (static_cast<unsigned char>(text[lead - 1]) & 0xc0) == 0x80) {
    --lead;
  }
  if (lead > 0) {
    const auto first = static_cast<unsigned char>(text[lead - 1]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (end - (lead - 1) < length) end = lead - 1;
  }
  constexpr std::size_t kLongestReference = 12;
  const std::size_t from = end > kLongestReference ? end - kLongestReference : 0;
  const std::size_t reference = text.substr(from, end - from).rfind('&');
  if (reference != std::string_view::npos &&
      text.substr(from + reference, end - from - reference).find(';') == std::string_view::npos) {
    end = from + reference;
  }
  return end;
}

class Mender {
 public:
  Mender(std::string_view text, std::string_view tag) : text_(text), tag_(tag) {}

  std::string mend() {
    // Deeper than this nobody reads it, and each place that is kept costs its depth.
    constexpr std::size_t kDeepest = 200;
    while (at_ < text_.size()) {
      if (open_.size() > kDeepest) return std::string(text_);
      const std::size_t next = text_.find('<', at_);
      if (next == std::string_view::npos) {
        keep(at_ + whole_text(text_.substr(at_)), {});
        break;
      }
      keep(next, {});
      at_ = next;
      if (!markup()) break;
    }
    if (whole_) return std::string(text_);
    std::string result(text_.substr(0, cut_));
    result += section_end_;
    for (auto name = cut_open_.rbegin(); name != cut_open_.rend(); ++name) {
      result += "</" + std::string(*name) + ">";
    }
    return result;
  }

 private:
  // The document may be cut at `end`.
  void keep(std::size_t end, std::string_view section_end) {
    if (!tag_.empty() || open_.empty()) return;
    mark(end, section_end);
  }
  void mark(std::size_t end, std::string_view section_end) {
    cut_ = end;
    section_end_ = section_end;
    cut_open_ = open_;
  }

  // What begins with the '<' at at_. False: it breaks off.
  bool markup() {
    if (text_.substr(at_).starts_with(kSection)) {
      const std::size_t end = text_.find(kSectionEnd, at_);
      if (end != std::string_view::npos) return go_to(end + kSectionEnd.size());
      std::size_t last = at_ + whole_bytes(text_.substr(at_));
      while (last > at_ + kSection.size() && text_[last - 1] == ']') --last;
      keep(last, kSectionEnd);
      return false;
    }
    if (text_.substr(at_).starts_with("<!--")) return skip("-->");
    if (text_.substr(at_).starts_with("<?")) return skip("?>");
    const std::optional<std::size_t> end = end_of_tag();
    if (!end) return false;
    tag(text_.substr(at_ + 1, *end - at_ - 1));
    return go_to(*end + 1);
  }

  // In a section '&' is a character like any other.
  static std::size_t whole_bytes(std::string_view section) {
    std::size_t end = section.size();
    while (end > 0 && (static_cast<unsigned char>(section[end - 1]) & 0x80) != 0) --end;
    return end;
  }

  bool skip(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    return found != std::string_view::npos && go_to(found + end.size());
  }
  bool go_to(std::size_t at) {
    at_ = at;
    return true;
  }

  // The '>' of the tag; one in the value of an attribute is none.
  std::optional<std::size_t> end_of_tag() const {
    char quote = 0;
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i;
      }
    }
    return std::nullopt;
  }

  void tag(std::string_view inside) {
    if (inside.starts_with('/')) {
      if (open_.empty()) return;
      const std::string_view name = open_.back();
      open_.pop_back();
      if (open_.empty()) whole_ = true;
      if (!tag_.empty() && name == tag_) {
        mark(at_ + inside.size() + 2, {});
      }
      return;
    }
    if (inside.ends_with('/')) {
      if (open_.empty()) whole_ = true;
      return;
    }
    open_.push_back(inside.substr(0, inside.find_first_of(" \t\r\n")));
  }

  const std::string_view text_;
  const std::string_view tag_;
  std::size_t at_ = 0;
  std::vector<std::string_view> open_;
  bool whole_ = false;
  std::size_t cut_ = 0;
  std::string_view section_end_;
  std::vector<std::string_view> cut_open_;
};

}  // namespace

std::string mended(std::string_view cut, std::string_view tag) {
  return Mender(cut, tag).mend();
}

}  // namespace semafoor::upstream::xml
