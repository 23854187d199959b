// SPDX-License-Identifier: Apache-2.0
#include "gateway/feedback/code_list.h"

#include <set>
#include <utility>

#include "gateway/data/data_file.h"
#include "gateway/domain/date.h"
#include "gateway/feedback/digests.h"

namespace semafoor::feedback {
namespace {

v1::Law law_of(const data::Node& node) {
  const std::string word = node.text();
  if (word == "RMI") return v1::LAW_RMI;
  if (word == "LAW1965") return v1::LAW_1965;
  node.fail("expected RMI or LAW1965, found \"" + word + "\"");
}

v1::FeedbackCode code_of(const data::Node& node, v1::Origin origin) {
  node.only({"code", "text", "explanation", "requiresDecisionReference", "keepsOpen", "validFrom",
             "validTo", "signalTypes", "laws"});
  v1::FeedbackCode code;
  code.set_code(node.at("code").text());
  code.set_origin(origin);
  const bool marked = code.code().starts_with("X-");
  if (origin == v1::ORIGIN_PROJECT && !marked) {
    node.at("code").fail(
        "a code of the project starts with \"X-\", so that nobody takes it for an official one");
  }
  if (origin == v1::ORIGIN_OFFICIAL && marked) {
    node.at("code").fail("an official code does not start with \"X-\"");
  }
  *code.mutable_text() = node.at("text").localized();
  if (const auto explanation = node.find("explanation")) {
    *code.mutable_explanation() = explanation->localized();
  }
  code.set_requires_decision_reference(node.flag_or("requiresDecisionReference", false));
  code.set_keeps_open(node.flag_or("keepsOpen", false));
  *code.mutable_valid_from() = node.at("validFrom").date();
  if (const auto to = node.find("validTo")) {
    *code.mutable_valid_to() = to->date();
    if (domain::date_number(code.valid_to()) < domain::date_number(code.valid_from()))
      to->fail("lies before validFrom");
  }
  if (const auto types = node.find("signalTypes")) {
    for (const auto& type : types->items()) code.add_signal_types(type.text());
  }
  if (const auto laws = node.find("laws")) {
    for (const auto& law : laws->items()) code.add_laws(law_of(law));
  }
  return code;
}

}  // namespace

Result<CodeList> CodeList::load(const std::filesystem::path& file) {
  auto text = data::text_of(file, data::builtin_feedback_codes());
  if (!text) return text.error();
  return parse(*text, file.empty() ? "the built-in feedback codes" : file.string());
}

Result<CodeList> CodeList::parse(std::string_view json, const std::string& name) {
  CodeList list;
  const auto read =
      data::read(json, name, "semafoor.feedback-codes/1", [&](const data::Node& root) {
        root.only({"schema", "version", "origin", "codes"});
        const auto origin = root.at("origin").origin();
        std::set<std::string> seen;
        for (const auto& node : root.at("codes").items()) {
          auto code = code_of(node, origin);
          if (!seen.insert(code.code()).second) node.at("code").fail("stands twice on the list");
          list.codes_.push_back(std::move(code));
        }
        if (list.codes_.empty()) root.at("codes").fail("must not be empty");
        list.version_ = root.at("version").text() + "-" + sha256_hex(json).substr(0, 12);
      });
  if (!read) return read.error();
  return list;
}

std::vector<v1::FeedbackCode> CodeList::valid_on(int day) const {
  std::vector<v1::FeedbackCode> valid;
  for (const auto& code : codes_) {
    if (domain::date_number(code.valid_from()) > day) continue;
    if (code.has_valid_to() && domain::date_number(code.valid_to()) < day) continue;
    valid.push_back(code);
  }
  return valid;
}

const v1::FeedbackCode* CodeList::find(std::string_view code) const {
  for (const auto& known : codes_) {
    if (known.code() == code) return &known;
  }
  return nullptr;
}

}  // namespace semafoor::feedback
