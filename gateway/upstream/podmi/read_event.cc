// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "gateway/domain/cbe_number.h"
#include "gateway/domain/date.h"
#include "gateway/domain/dossier_number.h"
#include "gateway/domain/ssin.h"
#include "gateway/upstream/json/encoding.h"
#include "gateway/upstream/podmi/event.h"

namespace semafoor::upstream::podmi {
namespace {

using nlohmann::json;

constexpr std::string_view kSignalCreated = "x-podmi-knipperlicht.v1.signals.notify.created";
constexpr std::string_view kFeedbackResult = "x-podmi-knipperlicht.v1.feedback.create.result";

const json kNothing;

const json& member(const json& object, const char* name) {
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

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

Error unusable(const MailboxItem& item, const char* code, const std::string& field,
               const std::string& what) {
  return Error{.kind = ErrorKind::data_loss,
               .code = code,
               .message = "Reading the event " + item.id + " of the mailbox: " + what +
                          ". It is kept aside; tell the sender.",
               .field = field};
}

Error unusable(const MailboxItem& item, const Checked& checked) {
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

Result<MailboxContent> read_signal(const MailboxItem& item, const json& data,
                                   const std::string& organisation) {
  if (text(data, "schema") != "X-signal/1") {
    return unusable(item, "podmi.unknown_type", "data.schema", "its schema is not X-signal/1");
  }
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
  const std::string cbe = text(data, "organisation");
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
  MailboxContent content;
  content.sequence = checked.integer("sequence", 1, INT64_MAX);
  if (!checked.ok()) return unusable(item, checked);
  signal.add_channels(v1::SIGNAL_CHANNEL_MUTATION);
  content.signal = std::move(signal);
  return content;
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

bool is_client_id(std::string_view id) {
  return !id.empty() && id.size() <= 36;
}

Result<MailboxContent> read_result(const MailboxItem& item, const json& event, const json& data,
                                   const std::string& organisation) {
  if (text(data, "schema") != "X-feedback-result/1") {
    return unusable(item, "podmi.unknown_type", "data.schema",
                    "its schema is not X-feedback-result/1");
  }
  if (text(event, "relatedtosource") != "urn:cbe:" + organisation) {
    return unusable(item, "podmi.malformed", "relatedtosource",
                    "it answers to another sender than this organisation");
  }
  MailboxContent::FeedbackResult result;
  result.client_id = text(event, "relatedto");
  if (!is_client_id(result.client_id)) {
    return unusable(item, "podmi.malformed", "relatedto",
                    "it does not name the answer that it belongs to");
  }
  Checked checked(data);
  const auto state = state_of(text(data, "evaluation"));
  if (!state || *state == v1::FEEDBACK_STATE_SENT) {
    checked.refuse("evaluation", "must be ACCEPTED, REFUSED or PARTIALLYACCEPTED");
  }
  result.state = state.value_or(v1::FEEDBACK_STATE_UNSPECIFIED);
  result.authority_reference = checked.bounded("authorityReference", 10, true);
  result.errors = read_errors(checked, data);
  if (!checked.ok()) return unusable(item, checked);
  MailboxContent content;
  content.result = std::move(result);
  return content;
}

// `data`, or `data_base64` decoded (CloudEvents JSON format 1.0, section 3.1).
json payload_of(const json& event) {
  const std::string encoded = text(event, "data_base64");
  if (encoded.empty()) return member(event, "data");
  const auto decoded = base64_decoded(encoded);
  return decoded ? json::parse(*decoded, nullptr, false) : json();
}

Error reason(const std::string& what) {
  return Error{.kind = ErrorKind::data_loss, .code = "podmi.malformed", .message = what};
}

}  // namespace

std::string cursor_of(std::string_view element) {
  return text(json::parse(element, nullptr, false), "xcursor");
}

Result<MailboxItem> read_item(std::string_view element) {
  const json event = json::parse(element, nullptr, false);
  if (!event.is_object()) return reason("is not a well-formed JSON object");
  // CloudEvents 1.0 section 3: required attributes; consumers accept every 1.x (Belgif guide).
  if (!text(event, "specversion").starts_with("1.")) {
    return reason("is not a CloudEvent of version 1");
  }
  MailboxItem item{.source = text(event, "source"),
                   .id = text(event, "id"),
                   .type = text(event, "type"),
                   .cursor = text(event, "xcursor"),
                   .raw = std::string(element)};
  constexpr std::size_t kLongest = 512;
  for (const auto& [name, value] :
       {std::pair("source", &item.source), std::pair("id", &item.id), std::pair("type", &item.type),
        std::pair("xcursor", &item.cursor)}) {
    if (value->empty() || value->size() > kLongest) {
      return reason(std::string("has no usable attribute ") + name);
    }
  }
  return item;
}

Result<MailboxContent> read_content(const MailboxItem& item, const std::string& organisation) {
  const bool signal = item.type == kSignalCreated;
  if (!signal && item.type != kFeedbackResult) {
    return unusable(item, "podmi.unknown_type", "type", "this version does not know its type");
  }
  const json event = json::parse(item.raw, nullptr, false);
  const json data = payload_of(event);
  if (!data.is_object()) {
    return unusable(item, "podmi.malformed", "data", "its data is not a JSON object");
  }
  return signal ? read_signal(item, data, organisation)
                : read_result(item, event, data, organisation);
}

std::optional<v1::FeedbackState> state_of(std::string_view evaluation) {
  if (evaluation == "RECEIVED") return v1::FEEDBACK_STATE_SENT;
  if (evaluation == "ACCEPTED") return v1::FEEDBACK_STATE_ACCEPTED;
  if (evaluation == "REFUSED") return v1::FEEDBACK_STATE_REFUSED;
  if (evaluation == "PARTIALLYACCEPTED") return v1::FEEDBACK_STATE_PARTIALLY_ACCEPTED;
  return std::nullopt;
}

Result<MailboxContent::FeedbackResult> read_status(std::string_view body,
                                                   const std::string& client_id) {
  const json data = json::parse(body, nullptr, false);
  if (!data.is_object()) return reason("is not a JSON object");
  Checked checked(data);
  MailboxContent::FeedbackResult result;
  result.client_id = client_id;
  if (text(data, "id") != client_id) checked.refuse("id", "is another answer's");
  const auto state = state_of(text(data, "status"));
  if (!state) checked.refuse("status", "is no known status");
  result.state = state.value_or(v1::FEEDBACK_STATE_UNSPECIFIED);
  result.authority_reference = checked.bounded("authorityReference", 10, true);
  result.errors = read_errors(checked, data);
  if (!checked.ok()) return reason("its member " + checked.path() + " " + checked.rule());
  return result;
}

}  // namespace semafoor::upstream::podmi
