// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/podmi/xml_wire.h"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "gateway/domain/date.h"
#include "gateway/upstream/podmi/payload.h"
#include "gateway/upstream/xml/canonical.h"
#include "gateway/upstream/xml/reader.h"

namespace semafoor::upstream::podmi {
namespace {

using nlohmann::json;
using xml::Element;

constexpr std::size_t kLongestTicket = 36;
constexpr std::size_t kLongestCursor = 512;

// A whole number where it is one; otherwise the text, so that whoever checks refuses it.
json number_or_text(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size() && !text.empty()) return value;
  return text;
}

void take(json& data, const char* name, const Element& from, const char* element) {
  if (const auto found = from.child("", element)) data[name] = found->trimmed_text();
}
void take_number(json& data, const char* name, const Element& from, const char* element) {
  if (const auto found = from.child("", element)) {
    data[name] = number_or_text(found->trimmed_text());
  }
}

json signal_data(const Element& signal) {
  json data = json::object();
  take_number(data, "sequence", signal, "sequence");
  take(data, "signalReference", signal, "signalReference");
  take(data, "law", signal, "law");
  take(data, "nisCode", signal, "nisCode");
  take(data, "organisation", signal, "cbeNumber");
  take(data, "ssin", signal, "ssin");
  take(data, "replacesSsin", signal, "replacesSsin");
  take(data, "dossierNumber", signal, "dossierNumber");
  take(data, "suffix", signal, "suffix");
  take(data, "formReference", signal, "formReference");
  take(data, "signalType", signal, "signalType");
  take(data, "sourceFlow", signal, "sourceFlow");
  if (const auto period = signal.child("", "referencePeriod")) {
    json dates = json::object();
    take(dates, "from", *period, "beginDate");
    take(dates, "to", *period, "endDate");
    data["referencePeriod"] = std::move(dates);
  }
  take_number(data, "amountEurocents", signal, "amountEurocents");
  json fields = json::array();
  for (const Element& one : signal.children("", "information")) {
    json field = json::object();
    take(field, "name", one, "fieldName");
    if (const auto value = one.child("", "fieldValue")) field["value"] = value->text();
    fields.push_back(std::move(field));
  }
  if (!fields.empty()) data["fields"] = std::move(fields);
  take(data, "detectedOn", signal, "detectionDate");
  take_number(data, "repetition", signal, "repetition");
  take(data, "cycle", signal, "cycle");
  return data;
}

json result_data(const Element& result) {
  json data = json::object();
  take(data, "evaluation", result, "evaluation");
  take(data, "authorityReference", result, "reference");
  json errors = json::array();
  for (const Element& one : result.children("", "error")) {
    json error = json::object();
    take(error, "code", one, "code");
    json texts = json::object();
    for (const Element& text : one.children("", "description")) {
      texts[text.attribute("", "language").value_or("")] = text.text();
    }
    error["description"] = std::move(texts);
    errors.push_back(std::move(error));
  }
  if (!errors.empty()) data["errors"] = std::move(errors);
  return data;
}

Result<MailboxItem> read_item(const Element& message) {
  const auto reason = [](const std::string& what) {
    return Error{.kind = ErrorKind::data_loss, .code = "podmi.malformed", .message = what};
  };
  MailboxItem item{.source = kTickets,
                   .id = message.child_text("", "ticket"),
                   .type = {},
                   .cursor = message.child_text("", "cursor"),
                   .raw = {},
                   .sequence = 0};
  if (item.id.empty() || item.id.size() > kLongestTicket) return reason("has no usable ticket");
  if (item.cursor.empty() || item.cursor.size() > kLongestCursor) {
    return reason("has no usable cursor");
  }
  if (const auto signal = message.child("", "signal")) {
    item.type = kSignalCreated;
    const json number = number_or_text(signal->child_text("", "sequence"));
    if (number.is_number_integer() && number > 0) item.sequence = number.get<std::int64_t>();
  } else if (message.child("", "feedbackResult")) {
    item.type = kFeedbackResult;
  } else if (const auto others = message.children(); !others.empty()) {
    item.type = others.back().local_name();
  }
  Result<std::string> raw = xml::exclusive_canonical(message);
  if (!raw) return reason("has no canonical form");
  item.raw = std::move(*raw);
  return item;
}

}  // namespace

std::string name_of(Operation operation) {
  switch (operation) {
    case Operation::fetch_messages:
      return "fetchMessages";
    case Operation::acknowledge_messages:
      return "acknowledgeMessages";
    case Operation::send_feedback:
      return "sendFeedback";
    case Operation::find_feedback:
      return "findFeedback";
  }
  return {};
}

void write_fetch(xml::Writer& writer, const std::string& cursor, int limit) {
  if (!cursor.empty()) writer.leaf("cursor", cursor);
  writer.leaf("limit", std::to_string(limit));
}

void write_acknowledge(xml::Writer& writer, const std::string& cursor) {
  writer.leaf("cursor", cursor);
}

void write_feedback(xml::Writer& writer, const v1::FeedbackItem& item,
                    const std::string& signal_reference, const std::string& organisation) {
  const auto leaf = [&writer](const char* name, const std::string& value) {
    if (!value.empty()) writer.leaf(name, value);
  };
  writer.open("feedback")
      .leaf("uniqueId", item.client_reference())
      .leaf("signalReference", signal_reference)
      .leaf("feedbackCode", item.code());
  leaf("remark", item.remark());
  leaf("decisionReference", item.decision_reference());
  if (item.has_decision_date()) {
    writer.leaf("decisionDate", domain::write_date(item.decision_date()));
  }
  leaf("agent", pseudonym(organisation, item.submitted_by().id()));
  writer.close();
}

void write_find(xml::Writer& writer, const v1::FeedbackItem& item) {
  writer.leaf("uniqueId", item.client_reference());
}

MailboxBatch read_messages(const Element& response) {
  MailboxBatch batch;
  for (const Element& message : response.children("", "message")) {
    // One that is no message must not be delivered for ever.
    if (std::string position = message.child_text("", "cursor");
        !position.empty() && position.size() <= kLongestCursor) {
      batch.cursor = std::move(position);
    }
    Result<MailboxItem> item = read_item(message);
    if (item) {
      batch.items.push_back(std::move(*item));
    } else {
      auto raw = xml::exclusive_canonical(message);
      batch.rejected.push_back({"A message of the mailbox of POD MI " + item.error().message,
                                raw ? std::move(*raw) : message.text()});
    }
  }
  return batch;
}

Result<MailboxContent> read_message(const MailboxItem& item, const std::string& organisation) {
  const Result<xml::Document> document = xml::read(item.raw);
  if (!document) {
    return unusable(item, "podmi.malformed", "",
                    "it is not XML (" + document.error().message + ")");
  }
  const Element message = document->root();
  if (const auto signal = message.child("", "signal")) {
    return signal_of(item, signal_data(*signal), organisation);
  }
  if (const auto result = message.child("", "feedbackResult")) {
    MailboxContent::FeedbackResult named;
    named.client_reference = result->child_text("", "uniqueId");
    if (named.client_reference.empty() || named.client_reference.size() > 15) {
      return unusable(item, "podmi.malformed", "feedbackResult.uniqueId",
                      "it does not name the answer that it belongs to");
    }
    return result_of(item, result_data(*result), std::move(named));
  }
  return unusable(item, "podmi.unknown_type", "message",
                  "it holds neither a signal nor a result that this version knows");
}

Result<std::optional<MailboxContent::FeedbackResult>> read_outcome(const Element& response,
                                                                   const v1::FeedbackItem& item) {
  const auto result = response.child("", "feedbackResult");
  if (!result) return std::optional<MailboxContent::FeedbackResult>();
  if (result->child_text("", "uniqueId") != item.client_reference()) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "podmi.malformed",
                 .message = "its member uniqueId is another answer's"};
  }
  auto outcome =
      standing_of(result_data(*result), "evaluation",
                  {.client_id = item.client_id(), .client_reference = item.client_reference()});
  if (!outcome) return std::move(outcome).error();
  return std::optional(std::move(*outcome));
}

}  // namespace semafoor::upstream::podmi
