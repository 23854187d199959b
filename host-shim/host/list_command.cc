// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "host-shim/host/commands.h"

namespace semafoor::reference_host {
namespace {

using Row = std::vector<std::string>;

// How one kind of thing is listed and shown.
struct Kind {
  const char* what;
  const char* plugin;
  const char* method;
  // `what` is also the member of the answer that holds the things. Largest page the service gives;
  // 0: it has no pages.
  int largest_page;
  Row head;
  Row (*row)(const Json& item, const std::string& language);
};

std::string text(const Json& item, const char* key) {
  return as_text(item, key);
}
Json member(const Json& item, const char* key) {
  return item.value(key, Json());
}

Row message_row(const Json& m, const std::string& language) {
  return {text(m, "messageId"),
          moment(member(m, "receivedAt")),
          short_name(text(m, "family"), "MESSAGE_FAMILY_"),
          localized(member(m, "senderName"), language),
          localized(member(m, "subject"), language),
          std::to_string(m.value("attachments", Json::array()).size()),
          m.value("seen", false) ? "yes" : "no"};
}

Row signal_row(const Json& s, const std::string& language) {
  (void)language;
  std::string dossiers;
  for (const Json& dossier : s.value("dossiers", Json::array()))
    dossiers += (dossiers.empty() ? "" : ", ") + text(dossier, "reference");
  return {text(s, "signalId"),
          text(s, "signalReference"),
          text(s, "signalType"),
          text(member(s, "person"), "value"),
          period(member(s, "referencePeriod")),
          money(member(s, "amount")),
          short_name(text(s, "state"), "SIGNAL_STATE_"),
          dossiers.empty() ? short_name(text(s, "matchState"), "MATCH_STATE_") : dossiers,
          text(member(s, "assignee"), "name")};
}

Row feedback_row(const Json& f, const std::string& language) {
  std::string reason = text(f, "lastProblem");
  for (const Json& error : f.value("errors", Json::array()))
    reason = text(error, "code") + " " + localized(member(error, "description"), language);
  return {text(f, "clientId"),
          text(f, "signalId"),
          text(f, "code"),
          short_name(text(f, "state"), "FEEDBACK_STATE_"),
          moment(member(f, "submittedAt")),
          reason};
}

Row family_row(const Json& f, const std::string& language) {
  std::string types;
  for (const Json& type : f.value("messageTypeIds", Json::array()))
    types +=
        (types.empty() ? "" : " ") + (type.is_string() ? type.get<std::string>() : type.dump());
  return {short_name(text(f, "family"), "MESSAGE_FAMILY_"), localized(member(f, "name"), language),
          short_name(text(f, "origin"), "ORIGIN_"), types};
}

Row code_row(const Json& c, const std::string& language) {
  return {text(c, "code"),
          localized(member(c, "text"), language),
          c.value("requiresDecisionReference", false) ? "yes" : "no",
          day(member(c, "validFrom")),
          day(member(c, "validTo")),
          short_name(text(c, "origin"), "ORIGIN_")};
}

Row type_row(const Json& t, const std::string& language) {
  return {text(t, "code"), localized(member(t, "text"), language), text(t, "sourceFlow"),
          short_name(text(t, "origin"), "ORIGIN_")};
}

const std::array<Kind, 6>& kinds() {
  static const std::array<Kind, 6> kKinds{{
      {"messages",
       "ebox",
       "Mailbox/ListMessages",
       200,
       {"MESSAGE", "RECEIVED", "FAMILY", "SENDER", "SUBJECT", "FILES", "SEEN"},
       message_row},
      {"signals",
       "knipperlicht",
       "Signals/ListSignals",
       500,
       {"SIGNAL", "REFERENCE", "TYPE", "PERSON", "PERIOD", "AMOUNT", "STATE", "DOSSIER", "HANDLER"},
       signal_row},
      {"feedback",
       "feedback",
       "Feedback/ListFeedback",
       500,
       {"ANSWER", "SIGNAL", "CODE", "STATE", "SUBMITTED", "REASON"},
       feedback_row},
      {"families",
       "ebox",
       "Mailbox/ListFamilies",
       0,
       {"FAMILY", "NAME", "ORIGIN", "TYPES"},
       family_row},
      {"codes",
       "feedback",
       "Feedback/ListFeedbackCodes",
       0,
       {"CODE", "TEXT", "NEEDS DECISION", "FROM", "TO", "ORIGIN"},
       code_row},
      {"types",
       "knipperlicht",
       "Signals/ListSignalTypes",
       0,
       {"TYPE", "TEXT", "SOURCE", "ORIGIN"},
       type_row},
  }};
  return kKinds;
}

const Kind& kind_of(const std::string& what) {
  for (const Kind& kind : kinds()) {
    if (what == kind.what) return kind;
  }
  throw WrongUse("there is no list \"" + what +
                 "\"; there are messages, signals, feedback, families, codes and types");
}

Json filters_of(const ListRequest& request) {
  Json filters = Json::object();
  const auto names = [&](const char* key, const std::vector<std::string>& values,
                         const char* prefix) {
    for (const std::string& value : values) filters[key].push_back(full_name(value, prefix));
  };
  if (request.what == "messages") {
    names("families", request.families, "MESSAGE_FAMILY_");
    if (!request.search.empty()) filters["search"] = request.search;
    if (request.unseen) filters["unseenOnly"] = true;
  } else if (request.what == "signals") {
    names("states", request.states, "SIGNAL_STATE_");
    names("matchStates", request.match_states, "MATCH_STATE_");
  } else if (request.what == "feedback") {
    names("states", request.states, "FEEDBACK_STATE_");
    if (!request.signal.empty()) filters["signalId"] = request.signal;
  }
  if (!request.changed_since.empty()) filters["changedSince"] = request.changed_since;
  return filters;
}

}  // namespace

Json fetch_list(Session& session, Output& output, const ListRequest& request) {
  const Kind& kind = kind_of(request.what);
  Json filters = filters_of(request);
  if (kind.largest_page > 0) {
    const int wanted = request.page_size > 0 ? request.page_size
                       : request.all         ? kind.largest_page
                                             : 0;
    if (wanted > 0) filters["pageSize"] = wanted;
  }
  Json document = session.call(kind.plugin, kind.method, filters);
  const char* name = kind.what;
  if (!document.contains(name)) document[name] = Json::array();
  while (request.all && !as_text(document, "nextPageToken").empty()) {
    output.progress(request.what, static_cast<int64_t>(document[name].size()),
                    as_number(document.value("totalCount", Json(0))));
    filters["pageToken"] = document["nextPageToken"];
    Json page = session.call(kind.plugin, kind.method, filters);
    for (Json& item : page[name]) document[name].push_back(std::move(item));
    document["nextPageToken"] = as_text(page, "nextPageToken");
  }
  output.progress_done();
  return document;
}

ExitCode list(Session& session, Output& output, const ListRequest& request) {
  const Kind& kind = kind_of(request.what);
  const Json document = fetch_list(session, output, request);
  output.document(document);
  if (output.json()) return kDone;
  std::vector<Row> rows;
  for (const Json& item : document[kind.what]) rows.push_back(kind.row(item, output.language()));
  output.table(kind.head, rows);
  const int64_t total = as_number(document.value("totalCount", Json(0)));
  const auto shown = static_cast<int64_t>(rows.size());
  if (total > shown)
    output.line(std::to_string(shown) + " of " + std::to_string(total) + "; --all shows the rest");
  return kDone;
}

ExitCode show(Session& session, Output& output, const std::string& what, const std::string& id) {
  struct Getter {
    const char* what;
    const char* plugin;
    const char* method;
    const char* key;
  };
  for (const Getter& getter :
       {Getter{"message", "ebox", "Mailbox/GetMessage", "messageId"},
        Getter{"signal", "knipperlicht", "Signals/GetSignal", "signalId"},
        Getter{"feedback", "feedback", "Feedback/GetFeedback", "clientId"}}) {
    if (what != getter.what) continue;
    const Json document = session.call(getter.plugin, getter.method, {{getter.key, id}});
    output.document(document);
    output.line(document.value(getter.what, Json()).dump(2));
    return kDone;
  }
  throw WrongUse("only a message, a signal or feedback can be shown, not \"" + what + "\"");
}

}  // namespace semafoor::reference_host
