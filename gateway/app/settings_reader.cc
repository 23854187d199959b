// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/settings_reader.h"

#include <stdexcept>

// The library asserts what a damaged file can break ("[@" and a control character): not the end of
// the program, but of the reading. With NDEBUG it would take the same for granted.
namespace semafoor::app {
constexpr void toml_must(bool held) {
  if (!held) throw std::logic_error("toml");
}
}  // namespace semafoor::app
#undef NDEBUG
#define TOML_ASSERT(condition) ::semafoor::app::toml_must(static_cast<bool>(condition))
#include <toml++/toml.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>

#include "gateway/os/utf8_path.h"

namespace semafoor::app {
namespace {

// Levenshtein.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string nearest(std::string_view wrong, const std::set<std::string>& known) {
  std::string best;
  std::size_t least = wrong.size() / 2 + 2;
  for (const std::string& one : known) {
    const std::size_t far = distance(wrong, one);
    if (far < least) {
      least = far;
      best = one;
    }
  }
  return best;
}

std::string list_of(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// JSON's escapes are TOML's too.
std::string in_quotes(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

struct SettingsReader::Section::State {
  const toml::table* table = nullptr;
  // As people write it: "upstream", "local.allow".
  std::string name;
  // Key in `in_force`; differs from the name where a table may stand several times.
  std::string shown;
  std::string file;
  Findings* findings = nullptr;
  std::set<std::string> known;

  const toml::node* find(const char* key) {
    known.insert(key);
    return table == nullptr ? nullptr : table->get(key);
  }
  void problem(std::size_t line, const std::string& key, const std::string& what) {
    findings->problems.push_back(
        {.file = file, .line = line, .key = name + "." + key, .message = what});
  }
  void wrong(const toml::node& node, const char* key, const std::string& allowed) {
    problem(node.source().begin.line, key, "the value is not allowed; " + allowed);
  }
  void show(const char* key, const std::string& value) { findings->in_force[shown][key] = value; }
};

struct SettingsReader::Document {
  toml::table root;
  std::string file;
  Findings* findings = nullptr;
  bool readable = true;
  std::set<std::string> known_sections;
  std::vector<std::shared_ptr<Section::State>> sections;
};

std::string Problem::text() const {
  std::string shown = file;
  if (line != 0) shown += ":" + std::to_string(line);
  const auto dot = key.rfind('.');
  if (dot != std::string::npos)
    shown += ": [" + key.substr(0, dot) + "] " + key.substr(dot + 1);
  else if (!key.empty())
    shown += ": " + key;
  return shown + ": " + message;
}

SettingsReader::SettingsReader(const std::string& text, std::string file_name, Findings& findings)
    : document_(std::make_unique<Document>()) {
  document_->file = std::move(file_name);
  document_->findings = &findings;
  try {
    document_->root = toml::parse(text, document_->file);
  } catch (const toml::parse_error& error) {
    document_->readable = false;
    findings.problems.push_back({.file = document_->file,
                                 .line = error.source().begin.line,
                                 .key = {},
                                 .message = "not TOML: " + std::string(error.description())});
  } catch (const std::logic_error&) {
    document_->readable = false;
    findings.problems.push_back({.file = document_->file,
                                 .line = 0,
                                 .key = {},
                                 .message =
                                     "not TOML: a name holds a character that none can "
                                     "have. Look for one that is no letter, digit, _ or -."});
  }
}

SettingsReader::~SettingsReader() = default;

SettingsReader::Section SettingsReader::section(const std::string& name) {
  Section section;
  section.state_ = std::make_shared<Section::State>();
  section.state_->name = section.state_->shown = name;
  section.state_->file = document_->file;
  section.state_->findings = document_->findings;
  document_->known_sections.insert(name);
  if (const toml::node* node = document_->root.get(name); node != nullptr) {
    section.state_->table = node->as_table();
    if (section.state_->table == nullptr)
      document_->findings->problems.push_back(
          {.file = document_->file,
           .line = node->source().begin.line,
           .key = name,
           .message = "it is a section; write [" + name + "] on a line of its own."});
  }
  document_->sections.push_back(section.state_);
  return section;
}

std::vector<SettingsReader::Section> SettingsReader::sections(const std::string& name,
                                                              const std::string& key) {
  std::vector<Section> found;
  Section::State* parent = nullptr;
  for (const auto& one : document_->sections)
    if (one->name == name) parent = one.get();
  const toml::node* node = parent == nullptr ? nullptr : parent->find(key.c_str());
  if (node == nullptr) return found;
  const toml::array* array = node->as_array();
  if (array == nullptr || !array->is_array_of_tables()) {
    parent->wrong(*node, key.c_str(), "write [[" + name + "." + key + "]] for each.");
    return found;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    Section section;
    section.state_ = std::make_shared<Section::State>(*parent);
    section.state_->table = array->get(i)->as_table();
    section.state_->name = name + "." + key;
    section.state_->shown = name + "." + key + "." + std::to_string(i + 1);
    section.state_->known.clear();
    document_->sections.push_back(section.state_);
    found.push_back(section);
  }
  return found;
}

void SettingsReader::finish() {
  if (!document_->readable) return;
  for (const auto& [key, node] : document_->root) {
    const std::string name(key.str());
    if (document_->known_sections.contains(name)) continue;
    const std::string near = nearest(name, document_->known_sections);
    document_->findings->problems.push_back(
        {.file = document_->file,
         .line = key.source().begin.line,
         .key = name,
         .message = "there is no such section; " +
                    (near.empty() ? "known are " + list_of(document_->known_sections) + "."
                                  : "did you mean [" + near + "]?")});
  }
  for (const auto& state : document_->sections) {
    if (state->table == nullptr) continue;
    for (const auto& [key, node] : *state->table) {
      const std::string name(key.str());
      if (state->known.contains(name)) continue;
      const std::string near = nearest(name, state->known);
      state->problem(
          key.source().begin.line, name,
          "there is no such key; " + (near.empty() ? "known are " + list_of(state->known) + "."
                                                   : "did you mean " + near + "?"));
    }
  }
}

void SettingsReader::Section::text(const char* key, std::string& value) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    if (const auto found = node->value_exact<std::string>())
      value = *found;
    else
      state_->wrong(*node, key, "a text in quotes is.");
  }
  state_->show(key, in_quotes(value));
}

void SettingsReader::Section::path(const char* key, std::filesystem::path& value) {
  std::string text_value = value.string();
  text(key, text_value);
  std::filesystem::path path = os::path_of(text_value);
  if (present(key) && !text_value.empty() && !path.is_absolute())
    complain(key, "an absolute path is.");
  else
    value = std::move(path);
}

void SettingsReader::Section::number(const char* key, std::int64_t& value, std::int64_t least,
                                     std::int64_t most) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    const auto found = node->value_exact<std::int64_t>();
    if (found && *found >= least && *found <= most)
      value = *found;
    else
      state_->wrong(
          *node, key,
          "a whole number from " + std::to_string(least) + " to " + std::to_string(most) + " is.");
  }
  state_->show(key, std::to_string(value));
}

void SettingsReader::Section::boolean(const char* key, bool& value) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    if (const auto found = node->value_exact<bool>())
      value = *found;
    else
      state_->wrong(*node, key, "true or false is.");
  }
  state_->show(key, value ? "true" : "false");
}

void SettingsReader::Section::mode(const char* key, unsigned& value) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    const auto found = node->value_exact<std::string>();
    const bool octal = found && (found->size() == 3 || found->size() == 4) &&
                       found->find_first_not_of("01234567") == std::string::npos;
    if (octal && std::stoul(*found, nullptr, 8) <= 0777)
      value = static_cast<unsigned>(std::stoul(*found, nullptr, 8));
    else
      state_->wrong(*node, key, "octal digits as a text are: \"0660\".");
  }
  std::ostringstream shown;
  shown << '"' << '0' << std::oct << value << '"';
  state_->show(key, shown.str());
}

void SettingsReader::Section::one_of(const char* key, std::string& value,
                                     const std::vector<std::string>& allowed) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    const auto found = node->value_exact<std::string>();
    if (found && std::find(allowed.begin(), allowed.end(), *found) != allowed.end())
      value = *found;
    else
      state_->wrong(*node, key,
                    "one of these is: " + list_of({allowed.begin(), allowed.end()}) + ".");
  }
  state_->show(key, in_quotes(value));
}

void SettingsReader::Section::texts(const char* key, std::vector<std::string>& value) {
  if (const toml::node* node = state_->find(key); node != nullptr) {
    const toml::array* array = node->as_array();
    std::vector<std::string> found;
    if (array != nullptr)
      for (const toml::node& element : *array)
        if (const auto text_value = element.value_exact<std::string>())
          found.push_back(*text_value);
    if (array != nullptr && found.size() == array->size())
      value = std::move(found);
    else
      state_->wrong(*node, key, "a list of texts is: [\"...\", \"...\"].");
  }
  std::string shown;
  for (const std::string& one : value) shown += (shown.empty() ? "" : ", ") + in_quotes(one);
  state_->show(key, "[" + shown + "]");
}

void SettingsReader::Section::complain(const char* key, const std::string& what) {
  const toml::node* node = state_->find(key);
  if (node != nullptr)
    state_->wrong(*node, key, what);
  else
    state_->problem(0, key, what);
}

bool SettingsReader::Section::present(const char* key) const {
  return state_->table != nullptr && state_->table->contains(key);
}

}  // namespace semafoor::app
