// SPDX-License-Identifier: Apache-2.0
#include "gateway/data/data_file.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "gateway/domain/date.h"

namespace semafoor::data {
namespace {

struct DataError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Error invalid(const std::string& name, const std::string& problem) {
  return Error{
      .kind = ErrorKind::failed_precondition,
      .code = "data.invalid",
      .message = "Reading " + name + ": " + problem + ". Correct the file and start again."};
}

}  // namespace

Result<std::string> text_of(const std::filesystem::path& file, std::string_view builtin) {
  if (file.empty()) return std::string(builtin);
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  if (stream) content << stream.rdbuf();
  if (!stream || content.fail()) {
    return Error{.kind = ErrorKind::failed_precondition,
                 .code = "data.unreadable",
                 .message = "Reading " + file.string() +
                            ": it cannot be opened. Check that it exists and that the gateway's "
                            "account may read it."};
  }
  return content.str();
}

Node::Node(const nlohmann::json& value, std::string where)
    : value_(&value), where_(std::move(where)) {}

void Node::fail(const std::string& problem) const {
  throw DataError((where_.empty() ? std::string("the document") : where_) + ": " + problem);
}

std::optional<Node> Node::find(std::string_view key) const {
  if (!value_->is_object()) fail("expected an object");
  const auto found = value_->find(std::string(key));
  if (found == value_->end()) return std::nullopt;
  return Node(*found, where_.empty() ? std::string(key) : where_ + "." + std::string(key));
}

Node Node::at(std::string_view key) const {
  auto found = find(key);
  if (!found) fail("\"" + std::string(key) + "\" is missing");
  return *found;
}

std::vector<Node> Node::items() const {
  if (!value_->is_array()) fail("expected a list");
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < value_->size(); ++i) {
    nodes.emplace_back((*value_)[i], where_ + "[" + std::to_string(i) + "]");
  }
  return nodes;
}

void Node::only(const std::vector<std::string_view>& keys) const {
  if (!value_->is_object()) fail("expected an object");
  for (const auto& [key, unused] : value_->items()) {
    bool known = key == "comment";
    for (const auto allowed : keys) known = known || key == allowed;
    if (!known) fail("\"" + key + "\" is not known here");
  }
}

bool Node::is_object() const {
  return value_->is_object();
}

std::string Node::text() const {
  if (!value_->is_string()) fail("expected a text");
  auto text = value_->get<std::string>();
  if (text.empty()) fail("must not be empty");
  return text;
}

bool Node::flag() const {
  if (!value_->is_boolean()) fail("expected true or false");
  return value_->get<bool>();
}

int Node::whole(int lowest, int highest) const {
  const bool number = value_->is_number_integer();
  const auto value = number ? value_->get<std::int64_t>() : 0;
  // More than fits reads as less than nothing.
  if (!number || value < lowest || value > highest)
    fail("expected a whole number from " + std::to_string(lowest) + " to " +
         std::to_string(highest));
  return static_cast<int>(value);
}

v1::Date Node::date() const {
  const std::string written = text();
  const auto date = domain::parse_date(written);
  if (!date) fail("expected a date yyyy-mm-dd, found \"" + written + "\"");
  return *date;
}

v1::LocalizedText Node::localized() const {
  only({"nl", "fr", "de", "en"});
  v1::LocalizedText result;
  result.set_nl(at("nl").text());
  result.set_fr(at("fr").text());
  result.set_de(at("de").text());
  if (const auto english = find("en")) result.set_en(english->text());
  return result;
}

v1::Origin Node::origin() const {
  const std::string word = text();
  if (word == "official") return v1::ORIGIN_OFFICIAL;
  if (word == "project") return v1::ORIGIN_PROJECT;
  if (word == "administrator") return v1::ORIGIN_ADMINISTRATOR;
  fail("expected official, project or administrator, found \"" + word + "\"");
}

std::optional<std::string> Node::text(std::string_view key) const {
  const auto found = find(key);
  if (!found) return std::nullopt;
  return found->text();
}

bool Node::flag_or(std::string_view key, bool otherwise) const {
  const auto found = find(key);
  return found ? found->flag() : otherwise;
}

std::optional<std::string> wrong_in(const std::function<void()>& visit) {
  try {
    visit();
    return std::nullopt;
  } catch (const DataError& error) {
    return error.what();
  }
}

Result<void> read(std::string_view json, const std::string& name, std::string_view schema,
                  const std::function<void(const Node& root)>& visit) {
  try {
    const auto document = nlohmann::json::parse(json);
    const Node root(document, "");
    const std::string found = root.at("schema").text();
    if (found != schema) {
      root.at("schema").fail("expected \"" + std::string(schema) + "\", found \"" + found + "\"");
    }
    visit(root);
    return {};
  } catch (const nlohmann::json::parse_error& error) {
    return invalid(name, "it is not JSON (byte " + std::to_string(error.byte) + ")");
  } catch (const DataError& error) {
    return invalid(name, error.what());
  }
}

}  // namespace semafoor::data
