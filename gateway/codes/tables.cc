// SPDX-License-Identifier: Apache-2.0
#include "gateway/codes/tables.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <utility>

#include "gateway/data/data_file.h"
#include "gateway/domain/date.h"

namespace semafoor::codes {
namespace {

constexpr char kCodesSchema[] = "semafoor.feedback-codes/1";
constexpr char kTypesSchema[] = "semafoor.signal-types/1";
constexpr std::size_t kLongestCode = 64;
constexpr std::size_t kLongestVersion = 64;

struct KindName {
  v1::CodeTableKind kind;
  std::string_view name;
  std::string_view schema;
};
constexpr std::array kKinds{
    KindName{v1::CODE_TABLE_KIND_FEEDBACK_CODES, "feedback-codes", kCodesSchema},
    KindName{v1::CODE_TABLE_KIND_SIGNAL_TYPES, "signal-types", kTypesSchema},
};

// A check lists what is wrong and looks further than a reading, which ends at the first.
struct Check {
  std::vector<RowProblem>* problems = nullptr;
  // Null: not looked at.
  const std::set<std::string>* types = nullptr;
};

// Where what is wrong with a row goes.
class Row {
 public:
  Row(int number, const Check& check)
      : number_(number), problems_(check.problems), types_(check.types) {}

  void part(const std::function<void()>& visit) {
    if (problems_ == nullptr) return visit();
    if (auto wrong = data::wrong_in(visit)) {
      problems_->push_back({number_, code_, std::move(*wrong)});
      good_ = false;
    }
  }
  void is_of(const std::string& code) { code_ = code; }
  bool good() const { return good_; }
  bool strict() const { return problems_ != nullptr; }
  bool knows_type(const std::string& type) const {
    return types_ == nullptr || types_->contains(type);
  }

 private:
  const int number_;
  std::vector<RowProblem>* const problems_;
  const std::set<std::string>* const types_;
  std::string code_;
  bool good_ = true;
};

std::string code_text(const data::Node& node) {
  std::string code = node.text();
  const bool plain =
      std::all_of(code.begin(), code.end(), [](char c) { return c > ' ' && c < 127; });
  if (!plain || code.size() > kLongestCode)
    node.fail("a code has 1 to 64 visible characters of ASCII and no space");
  return code;
}

// Settings of before may have a list of the administrator with such codes.
void check_mark(const data::Node& node, const std::string& code, v1::Origin origin, bool strict) {
  const bool marked = code.starts_with("X-");
  if (origin == v1::ORIGIN_PROJECT && !marked)
    node.fail(
        "a code of the project starts with \"X-\", so that nobody takes it for an official one");
  if (origin == v1::ORIGIN_OFFICIAL && marked)
    node.fail("an official code does not start with \"X-\"");
  if (strict && origin == v1::ORIGIN_ADMINISTRATOR && marked)
    node.fail(
        "only codes of the project start with \"X-\"; set \"origin\" to \"project\", or give the "
        "code a name of its own");
}

v1::Law law_of(const data::Node& node) {
  const std::string word = node.text();
  if (word == "RMI") return v1::LAW_RMI;
  if (word == "LAW1965") return v1::LAW_1965;
  node.fail("expected RMI or LAW1965, found \"" + word + "\"");
}

// Code, texts and days: what rows of both kinds have.
template <typename Code>
void read_common(const data::Node& node, v1::Origin origin, Row& row, Code& code) {
  code.set_origin(origin);
  row.part([&] {
    const auto place = node.at("code");
    code.set_code(code_text(place));
    row.is_of(code.code());
    check_mark(place, code.code(), origin, row.strict());
  });
  row.part([&] { *code.mutable_text() = node.at("text").localized(); });
  row.part([&] { *code.mutable_valid_from() = node.at("validFrom").date(); });
  row.part([&] {
    const auto to = node.find("validTo");
    if (!to) return;
    *code.mutable_valid_to() = to->date();
    if (domain::date_number(code.valid_to()) < domain::date_number(code.valid_from()))
      to->fail("lies before validFrom");
  });
}

v1::FeedbackCode read_code(const data::Node& node, v1::Origin origin, Row& row) {
  v1::FeedbackCode code;
  row.part([&] {
    node.only({"code", "text", "explanation", "requiresDecisionReference", "keepsOpen", "validFrom",
               "validTo", "signalTypes", "laws"});
  });
  read_common(node, origin, row, code);
  row.part([&] {
    if (const auto explanation = node.find("explanation"))
      *code.mutable_explanation() = explanation->localized();
  });
  row.part([&] {
    code.set_requires_decision_reference(node.flag_or("requiresDecisionReference", false));
    code.set_keeps_open(node.flag_or("keepsOpen", false));
  });
  row.part([&] {
    if (const auto types = node.find("signalTypes"))
      for (const auto& type : types->items()) {
        code.add_signal_types(type.text());
        if (!row.knows_type(type.text()))
          type.fail("\"" + type.text() +
                    "\" is not on the list of signal types; load that list first, or correct it");
      }
  });
  row.part([&] {
    if (const auto laws = node.find("laws"))
      for (const auto& law : laws->items()) code.add_laws(law_of(law));
  });
  return code;
}

v1::SignalType read_type(const data::Node& node, v1::Origin origin, Row& row) {
  v1::SignalType type;
  row.part([&] { node.only({"code", "text", "sourceFlow", "validFrom", "validTo"}); });
  read_common(node, origin, row, type);
  row.part([&] { type.set_source_flow(node.at("sourceFlow").text()); });
  return type;
}

template <typename Code>
int last_day(const Code& code) {
  return code.has_valid_to() ? domain::date_number(code.valid_to())
                             : std::numeric_limits<int>::max();
}

template <typename Code>
bool overlap(const Code& one, const Code& other) {
  return domain::date_number(one.valid_from()) <= last_day(other) &&
         domain::date_number(other.valid_from()) <= last_day(one);
}

// `rows` by their code, to find those that stand twice.
template <typename Code>
class Seen {
 public:
  void add(const data::Node& node, Row& row, const Code& code) {
    auto& before = before_[code.code()];
    row.part([&] {
      for (const Code& other : before)
        if (overlap(code, other))
          node.at("code").fail("stands twice on the list, with days that overlap");
    });
    before.push_back(code);
  }

 private:
  std::map<std::string, std::vector<Code>> before_;
};

struct Shape {
  const char* schema;
  const char* items;
};

// What both kinds of file have around their rows.
template <typename Code, typename ReadRow>
Result<void> read_table(std::string_view json, const std::string& name, const Shape& shape,
                        const Check& check, std::string& version, v1::Origin& origin,
                        std::vector<Code>& codes, const ReadRow& read_row) {
  return data::read(json, name, shape.schema, [&](const data::Node& root) {
    Row whole(0, check);
    whole.part([&] { root.only({"schema", "version", "origin", shape.items}); });
    whole.part([&] {
      version = root.at("version").text();
      if (version.size() > kLongestVersion) root.at("version").fail("at most 64 bytes");
    });
    whole.part([&] { origin = root.at("origin").origin(); });
    Seen<Code> seen;
    int number = 0;
    for (const auto& node : root.at(shape.items).items()) {
      Row row(++number, check);
      auto code = read_row(node, origin, row);
      if (row.good()) seen.add(node, row, code);
      if (row.good()) codes.push_back(std::move(code));
    }
    whole.part([&] {
      if (number == 0) root.at(shape.items).fail("must not be empty");
    });
  });
}

Result<FeedbackTable> read_codes(std::string_view json, const std::string& name,
                                 const Check& check) {
  FeedbackTable table;
  auto read = read_table(json, name, {kCodesSchema, "codes"}, check, table.version, table.origin,
                         table.codes, &read_code);
  if (!read) return read.error();
  return table;
}

}  // namespace

Result<FeedbackTable> read_feedback_codes(std::string_view json, const std::string& name,
                                          std::vector<RowProblem>* problems) {
  return read_codes(json, name, {.problems = problems});
}

Result<TypeTable> read_signal_types(std::string_view json, const std::string& name,
                                    std::vector<RowProblem>* problems) {
  TypeTable table;
  auto read = read_table(json, name, {kTypesSchema, "types"}, {.problems = problems}, table.version,
                         table.origin, table.types, &read_type);
  if (!read) return read.error();
  return table;
}

KnownTypes known_types(const std::vector<v1::SignalType>& types) {
  std::set<std::string> names;
  for (const auto& type : types) names.insert(type.code());
  return names;
}

Result<Checked> check(std::string_view json, const std::string& name, const KnownTypes& types) {
  Checked checked;
  for (const auto& kind : kKinds)
    if (json.find(kind.schema) != std::string_view::npos) checked.table.set_kind(kind.kind);
  if (checked.table.kind() == v1::CODE_TABLE_KIND_FEEDBACK_CODES) {
    auto table =
        read_codes(json, name, {.problems = &checked.problems, .types = types ? &*types : nullptr});
    if (!table) return table.error();
    checked.codes = std::move(table->codes);
    checked.table.set_version(table->version);
    checked.table.set_origin(table->origin);
  } else if (checked.table.kind() == v1::CODE_TABLE_KIND_SIGNAL_TYPES) {
    auto table = read_signal_types(json, name, &checked.problems);
    if (!table) return table.error();
    checked.types = std::move(table->types);
    checked.table.set_version(table->version);
    checked.table.set_origin(table->origin);
  } else {
    return Error{.kind = ErrorKind::invalid_argument,
                 .code = "codes.unknown_kind",
                 .message = "Reading " + name +
                            ": it is no table of feedback codes or signal types. Its \"schema\" is "
                            "\"" +
                            kCodesSchema + "\" or \"" + kTypesSchema + "\"."};
  }
  checked.table.set_rows(static_cast<int>(checked.codes.size() + checked.types.size()));
  return checked;
}

std::string_view name_of(v1::CodeTableKind kind) {
  for (const auto& known : kKinds)
    if (known.kind == kind) return known.name;
  return "";
}

v1::CodeTableKind kind_of(std::string_view name) {
  for (const auto& known : kKinds)
    if (known.name == name) return known.kind;
  return v1::CODE_TABLE_KIND_UNSPECIFIED;
}

template <typename Code>
bool valid_on(const Code& code, int day) {
  return domain::date_number(code.valid_from()) <= day && day <= last_day(code);
}
template bool valid_on(const v1::FeedbackCode&, int);
template bool valid_on(const v1::SignalType&, int);

}  // namespace semafoor::codes
