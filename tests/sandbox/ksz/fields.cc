// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/fields.h"

#include <charconv>

namespace semafoor::sandbox::ksz {
namespace {

std::string collapsed(std::string_view text) {
  std::string result;
  for (char c : trimmed(text)) {
    bool white = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!white) {
      result += c;
    } else if (result.back() != ' ') {
      result += ' ';
    }
  }
  return result;
}

}  // namespace

Fields::Fields(const Node& element, std::string space)
    : where_(element.name()), space_(std::move(space)), children_(element.children()) {
  if (element.has_stray_text()) fail("text between its elements");
}

void Fields::fail(const std::string& what) {
  if (wrong_.empty()) wrong_ = where_ + ": " + what;
}

Node Fields::next(const char* name) {
  if (at_ < children_.size() && children_[at_].is(space_, name)) return children_[at_++];
  return {};
}

std::optional<std::string> Fields::maybe(const char* name, std::size_t most, bool token) {
  auto child = next(name);
  if (!child) return std::nullopt;
  if (!child.children().empty()) {
    fail(std::string(name) + " has elements in it");
    return std::nullopt;
  }
  auto text = token ? collapsed(child.text()) : child.text();
  if (characters(text) > most || (token && text.empty())) {
    fail(std::string(name) + " must have 1 to " + std::to_string(most) + " characters");
  }
  return text;
}

std::string Fields::text(const char* name, std::size_t most) {
  auto found = maybe(name, most);
  if (!found) fail("no {" + space_ + "}" + name + " at its place");
  return found.value_or("");
}

std::int64_t Fields::number(const char* name, std::int64_t least, std::int64_t most) {
  auto digits = text(name, 20);
  std::int64_t value = least;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < least ||
      value > most) {
    fail(std::string(name) + " must be " + std::to_string(least) + " to " + std::to_string(most));
    return least;
  }
  return value;
}

Node Fields::maybe_element(const char* name) {
  return next(name);
}

Node Fields::element(const char* name) {
  auto found = next(name);
  if (!found) fail("no {" + space_ + "}" + name + " at its place");
  return found;
}

std::optional<std::string> Fields::end() {
  if (at_ < children_.size()) {
    fail("{" + children_[at_].space() + "}" + children_[at_].name() + " is not expected here");
  }
  if (wrong_.empty()) return std::nullopt;
  return wrong_;
}

}  // namespace semafoor::sandbox::ksz
