// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/podmi/payload.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/ssin.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/json/members.h"

namespace semafoor::upstream::podmi {
namespace {

// The months of the half-yearly lists (POD MI).
constexpr int kMarch = 3;
constexpr int kOctober = 10;

using nlohmann::json;

bool all_digits(std::string_view value) {
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The bounds of the schemas count characters, not bytes.
std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// Reads the members of one payload and remembers the first that is wrong: its path and its rule,
// never its value.
class Checked {
 public:
  explicit Checked(const json& data) : data_(data) {}

  void refuse(const std::string& path, const std::string& rule) {
    if (path_.empty()) {
      path_ = path;
      rule_ = rule;
    }
  }

  // Text of 1 … `most` characters; `optional` allows absence.
  std::string bounded(const char* name, std::size_t most, bool optional = false) {
    return bounded_in(data_, name, name, most, optional);
  }

  std::string bounded_in(const json& object, const char* name, const std::string& path,
                         std::size_t most, bool optional = false) {
    const json& value = member(object, name);
    if (value.is_null() && optional) return {};
    std::string content = value.is_string() ? value.get<std::string>() : std::string();
    if (content.empty() && !(optional && value.is_string())) refuse(path, "must be a text");
    if (characters(content) > most) {
      refuse(path, "must have at most " + std::to_string(most) + " characters");
    }
    return content;
  }

  v1::Date date(const json& object, const char* name, const std::string& path) {
    const auto parsed = domain::parse_date(text(object, name));
    if (!parsed) {
      refuse(path, "must be a date (yyyy-mm-dd)");
      return {};
    }
    return *parsed;
  }

  std::int64_t integer(const char* name, std::int64_t least, std::int64_t most) {
    const json& value = member(data_, name);
    const bool in_range = value.is_number_integer() &&
                          !(value.is_number_unsigned() &&
                            value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) &&
                          value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
    if (!in_range) {
      refuse(name, "must be a whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
      return 0;
    }
    return value.get<std::int64_t>();
  }

  bool ok() const { return path_.empty(); }
  const std::string& path() const { return path_; }
  const std::string& rule() const { return rule_; }

 private:
  const json& data_;
  std::string path_;
  std::string rule_;
};

Error refused(const MailboxItem& item, const Checked& checked) {
  return unusable(item, "podmi.malformed", "data." + checked.path(),
                  "its member data." + checked.path() + " " + checked.rule());
}

v1::Period read_period(Checked& checked, const json& data) {
  const json& period = member(data, "referencePeriod");
  v1::Period result;
  *result.mutable_from() = checked.date(period, "from", "referencePeriod.from");
  // An absent end is an open one (common.proto).
  if (!member(period, "to").is_null()) {
    *result.mutable_to() = checked.date(period, "to", "referencePeriod.to");
    if (text(period, "to") < text(period, "from")) {
      checked.refuse("referencePeriod.to", "must not lie before referencePeriod.from");
    }
  }
  return result;
}

void read_fields(Checked& checked, const json& data, v1::Signal& signal) {
  const json& fields = member(data, "fields");
  if (fields.is_null()) return;
  if (!fields.is_array() || fields.size() > 500) {
    checked.refuse("fields", "must be a list of at most 500 fields");
    return;
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string path = "fields[" + std::to_string(i) + "].";
    v1::ObservedField& field = *signal.add_fields();
    // Bounds of KSZ CommonV3: name 64, value 256.
    field.set_name(checked.bounded_in(fields[i], "name", path + "name", 64));
    field.set_value(checked.bounded_in(fields[i], "value", path + "value", 256, true));
  }
}

std::vector<v1::FeedbackError> read_errors(Checked& checked, const json& data) {
  std::vector<v1::FeedbackError> errors;
  const json& list = member(data, "errors");
  if (list.is_null()) return errors;
  if (!list.is_array() || list.size() > 100) {
    checked.refuse("errors", "must be a list of at most 100 errors");
    return errors;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = "errors[" + std::to_string(i) + "].";
    v1::FeedbackError error;
    error.set_code(checked.bounded_in(list[i], "code", path + "code", 6));
    const json& description = member(list[i], "description");
    error.mutable_description()->set_nl(text(description, "nl"));
    error.mutable_description()->set_fr(text(description, "fr"));
    error.mutable_description()->set_de(text(description, "de"));
    errors.push_back(std::move(error));
  }
  return errors;
}

void read_judgement(Checked& checked, const json& data,
                    const std::optional<v1::FeedbackState>& state,
                    MailboxContent::FeedbackResult& result) {
  result.state = state.value_or(v1::FEEDBACK_STATE_UNSPECIFIED);
  result.authority_reference = checked.bounded("authorityReference", 10, true);
  result.errors = read_errors(checked, data);
}

}  // namespace

Error unusable(const MailboxItem& item, const char* code, const std::string& field,
               const std::string& what) {
  return Error{.kind = ErrorKind::data_loss,
               .code = code,
               .message = "Reading the message " + item.id + " of the mailbox: " + what +
                          ". It is kept aside; tell the sender.",
               .field = field};
}

Result<MailboxContent> signal_of(const MailboxItem& item, const json& data,
                                 const std::string& organisation) {
  Checked checked(data);
  v1::Signal signal;
  signal.set_signal_reference(checked.bounded("signalReference", 20));
  const std::string law = text(data, "law");
  if (law == "RMI") {
    signal.set_law(v1::LAW_RMI);
  } else if (law == "LAW1965") {
    signal.set_law(v1::LAW_1965);
  } else {
    checked.refuse("law", "must be RMI or LAW1965");
  }
  const std::string nis_code = text(data, "nisCode");
  if (nis_code.size() != 5 || !all_digits(nis_code)) {
    checked.refuse("nisCode", "must be five digits");
  }
  const std::string cbe = domain::padded_cbe(text(data, "organisation"));
  if (!domain::is_valid_cbe(cbe)) {
    checked.refuse("organisation", "must be an enterprise number of ten digits");
  } else if (cbe != organisation) {
    // A signal of another organisation in this mailbox must not become visible here.
    checked.refuse("organisation", "must be the organisation of the mailbox");
  }
  signal.mutable_organisation()->set_value(cbe);
  const std::string person = text(data, "ssin");
  if (!domain::is_valid_ssin(person)) {
    checked.refuse("ssin", "must be a national number with a valid check number");
  }
  signal.mutable_person()->set_value(person);
  MailboxContent content;
  if (!member(data, "replacesSsin").is_null()) {
    content.replaced_ssin = text(data, "replacesSsin");
    if (!domain::is_valid_ssin(content.replaced_ssin)) {
      checked.refuse("replacesSsin", "must be a national number with a valid check number");
    }
  }
  signal.set_dossier_number(checked.bounded("dossierNumber", 11));
  signal.set_dossier_number_normalised(domain::normalised_dossier(signal.dossier_number()));
  const json& suffix = member(data, "suffix");
  if (!suffix.is_null()) {
    const std::string digits = text(data, "suffix");
    if (digits.size() != 2 || !all_digits(digits)) {
      checked.refuse("suffix", "must be two digits");
    } else if (law == "RMI") {
      checked.refuse("suffix", "belongs to the law of 1965 only");
    }
    signal.set_suffix(digits);
  }
  if (!member(data, "formReference").is_null()) {
    signal.set_form_reference(checked.bounded("formReference", 12));
  }
  signal.set_signal_type(checked.bounded("signalType", 64));
  signal.set_source_flow(checked.bounded("sourceFlow", 64, true));
  *signal.mutable_reference_period() = read_period(checked, data);
  if (!member(data, "amountEurocents").is_null()) {
    signal.mutable_amount()->set_eurocents(
        checked.integer("amountEurocents", -100'000'000'000, 100'000'000'000));
  }
  read_fields(checked, data, signal);
  *signal.mutable_detected_on() = checked.date(data, "detectedOn", "detectedOn");
  checked.integer("repetition", 0, 10'000);
  const std::string cycle = text(data, "cycle");
  if (cycle != "MONTHLY" && cycle != "MARCH" && cycle != "OCTOBER") {
    checked.refuse("cycle", "must be MONTHLY, MARCH or OCTOBER");
  }
  if (cycle == "MARCH") content.recall_month = kMarch;
  if (cycle == "OCTOBER") content.recall_month = kOctober;
  checked.integer("sequence", 1, INT64_MAX);
  if (!checked.ok()) return refused(item, checked);
  signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  content.signal = std::move(signal);
  return content;
}

Result<MailboxContent> result_of(const MailboxItem& item, const json& data,
                                 MailboxContent::FeedbackResult named) {
  Checked checked(data);
  const auto state = state_of(text(data, "evaluation"));
  if (!state || *state == v1::FEEDBACK_STATE_SENT) {
    checked.refuse("evaluation", "must be ACCEPTED, REFUSED or PARTIALLYACCEPTED");
  }
  read_judgement(checked, data, state, named);
  if (!checked.ok()) return refused(item, checked);
  MailboxContent content;
  content.result = std::move(named);
  return content;
}

Result<MailboxContent::FeedbackResult> standing_of(const json& data, const char* member_name,
                                                   MailboxContent::FeedbackResult named) {
  Checked checked(data);
  const auto state = state_of(text(data, member_name));
  if (!state) checked.refuse(member_name, "is no known one");
  read_judgement(checked, data, state, named);
  if (checked.ok()) return named;
  return Error{.kind = ErrorKind::data_loss,
               .code = "podmi.malformed",
               .message = "its member " + checked.path() + " " + checked.rule()};
}

std::optional<v1::FeedbackState> state_of(std::string_view evaluation) {
  if (evaluation == "RECEIVED") return v1::FEEDBACK_STATE_SENT;
  if (evaluation == "ACCEPTED") return v1::FEEDBACK_STATE_ACCEPTED;
  if (evaluation == "REFUSED") return v1::FEEDBACK_STATE_REFUSED;
  if (evaluation == "PARTIALLYACCEPTED") return v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED;
  return std::nullopt;
}

std::string pseudonym(const std::string& organisation, const std::string& agent) {
  if (agent.empty()) return {};
  std::string digest = sha256("X-feedback/1 agent\n" + organisation + "\n" + agent);
  digest[6] = static_cast<char>((digest[6] & 0x0f) | 0x80);
  digest[8] = static_cast<char>((digest[8] & 0x3f) | 0x80);
  std::string text = hex(digest.substr(0, 16));
  for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return text;
}

}  // namespace semafoor::upstream::podmi
