// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/podmi_xml.h"

#include <array>

#include "tests/sandbox/content/dates.h"
#include "tests/sandbox/ksz/writer.h"

namespace semafoor::sandbox::ksz {
namespace {

constexpr std::array<std::pair<Operation, const char*>, 4> kOperations{{
    {Operation::fetch, "fetchMessages"},
    {Operation::acknowledge, "acknowledgeMessages"},
    {Operation::send, "sendFeedback"},
    {Operation::find, "findFeedback"},
}};

podmi::Feedback read_feedback(const Node& element, Fields& around) {
  podmi::Feedback feedback;
  if (!element) return feedback;
  Fields fields(element);
  feedback.client_reference = fields.text("uniqueId", 15);
  feedback.signal_reference = fields.text("signalReference", 20);
  feedback.code = fields.text("feedbackCode", 32);
  feedback.remark = fields.maybe("remark", 256, false);
  feedback.decision_reference = fields.maybe("decisionReference", 32, false);
  feedback.decision_date = fields.maybe("decisionDate", 32);
  feedback.agent = fields.maybe("agent", 36);
  // xs:date may have a zone; none of ours sends one.
  if (feedback.decision_date && !content::parse_day(*feedback.decision_date)) {
    fields.fail("decisionDate must be a date yyyy-mm-dd");
  }
  if (auto wrong = fields.end()) around.fail(*wrong);
  return feedback;
}

void write(Writer& writer, const podmi::SignalNotice& notice) {
  const auto& signal = notice.signal;
  writer.open("signal")
      .leaf("sequence", std::to_string(notice.sequence))
      .leaf("signalReference", signal.reference)
      .leaf("law", signal.law)
      .leaf("nisCode", signal.nis_code)
      .leaf("cbeNumber", signal.organisation)
      .leaf("ssin", signal.ssin);
  if (!signal.replaces_ssin.empty()) writer.leaf("replacesSsin", signal.replaces_ssin);
  writer.leaf("dossierNumber", signal.dossier_number);
  if (!signal.suffix.empty()) writer.leaf("suffix", signal.suffix);
  writer.leaf("formReference", signal.form_reference)
      .leaf("signalType", signal.type)
      .leaf("sourceFlow", signal.source_flow)
      .open("referencePeriod")
      .leaf("beginDate", content::iso_day(signal.from))
      .leaf("endDate", content::iso_day(signal.to))
      .close();
  if (signal.eurocents) writer.leaf("amountEurocents", std::to_string(*signal.eurocents));
  for (const auto& [name, value] : signal.fields) {
    writer.open("information").leaf("fieldName", name).leaf("fieldValue", value).close();
  }
  writer.leaf("detectionDate", content::iso_day(signal.detected_on))
      .leaf("repetition", std::to_string(notice.repetition))
      .leaf("cycle", signal.cycle)
      .close();
}

void write(Writer& writer, const podmi::ResultNotice& notice) {
  writer.raw(write_result(notice.client_reference, notice.verdict));
}

// As no schema allows it.
void write(Writer& writer, const podmi::Malformed& notice) {
  writer.open("signal")
      .leaf("sequence", std::to_string(notice.sequence))
      .leaf("ssin", "17")
      .close();
}

}  // namespace

const char* name_of(Operation operation) {
  for (const auto& [one, name] : kOperations) {
    if (one == operation) return name;
  }
  return "";
}

std::optional<Operation> operation_of(const Node& request, std::string_view space) {
  for (const auto& [one, name] : kOperations) {
    if (request.is(space, std::string(name) + "Request")) return one;
  }
  return std::nullopt;
}

Request read_request(Operation operation, Fields& fields) {
  Request request;
  request.operation = operation;
  switch (operation) {
    case Operation::fetch:
      request.cursor = fields.maybe("cursor", 512).value_or("");
      request.limit = static_cast<std::size_t>(fields.number("limit", 1, 500));
      break;
    case Operation::acknowledge:
      request.cursor = fields.text("cursor", 512);
      break;
    case Operation::send:
      request.feedback = read_feedback(fields.element("feedback"), fields);
      break;
    case Operation::find:
      request.feedback.client_reference = fields.text("uniqueId", 15);
      break;
  }
  return request;
}

std::string write_messages(const podmi::Mailbox::Batch& batch) {
  Writer writer;
  auto position = batch.first;
  for (const auto& event : batch.events) {
    writer.open("message")
        .leaf("ticket", event.id)
        .leaf("cursor", podmi::Mailbox::cursor_of(++position));
    std::visit([&](const auto& notice) { write(writer, notice); }, event.content);
    writer.close();
  }
  return writer.take();
}

std::string write_result(const std::string& unique_id, const podmi::Verdict& verdict) {
  Writer writer;
  writer.open("feedbackResult").leaf("uniqueId", unique_id);
  if (!verdict.authority_reference.empty()) writer.leaf("reference", verdict.authority_reference);
  writer.leaf("evaluation", verdict.evaluation);
  for (const auto& error : verdict.errors) {
    writer.open("error")
        .leaf("code", error.code)
        .leaf("description", error.nl, {{"language", "nl"}})
        .leaf("description", error.fr, {{"language", "fr"}})
        .leaf("description", error.de, {{"language", "de"}})
        .close();
  }
  return writer.take();
}

}  // namespace semafoor::sandbox::ksz
