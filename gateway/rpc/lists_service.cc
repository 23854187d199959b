// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "gateway/lists/lists.h"
#include "gateway/rpc/list_calls.h"
#include "gateway/rpc/listing.h"
#include "gateway/rpc/requests.h"
#include "gateway/rpc/services.h"
#include "semafoor/v1/lists.grpc.pb.h"

namespace semafoor::rpc {
namespace {

// A listing of what `id` names.
template <typename Request>
Result<store::EntryQuery> entries_under(const Request& request, const std::string& id,
                                        const char* field) {
  if (auto fine = check_id(id, field); !fine.ok()) return fine.error();
  return page_query<store::EntryQuery>(request);
}

Result<void> check_family(v1::MessageFamily family) {
  if (v1::MessageFamily_IsValid(family)) return {};
  return invalid("kind", "A message family is not known. Use those of ListFamilies.");
}

// Of a period its months, yyyymm.
struct Months {
  std::optional<int> from;
  std::optional<int> to;
};

Result<Months> months_of(const v1::Period& period) {
  auto from = day_of(period.has_from(), period.from(), "months.from");
  if (!from.ok()) return from.error();
  auto to = day_of(period.has_to(), period.to(), "months.to");
  if (!to.ok()) return to.error();
  Months months;
  if (*from) months.from = **from / 100;
  if (*to) months.to = **to / 100;
  return months;
}

Result<store::EntryQuery> query_of(const v1::ListStatementsRequest& request) {
  if (auto fine = check_family(request.kind()); !fine.ok()) return fine.error();
  auto query = page_query<store::EntryQuery>(request);
  if (!query.ok()) return query;
  auto months = months_of(request.months());
  if (!months.ok()) return months.error();
  query->from = months->from;
  query->to = months->to;
  return query;
}

Result<store::EntryQuery> query_of(const v1::ListNoticesRequest& request) {
  if (auto fine = check_family(request.kind()); !fine.ok()) return fine.error();
  auto query = page_query<store::EntryQuery>(request);
  if (!query.ok()) return query;
  auto person = person_of(request.has_person(), request.person(), "person");
  if (!person.ok()) return person.error();
  query->person = *std::move(person);
  auto dossier = dossier_of(request.dossier_number());
  if (!dossier.ok()) return dossier.error();
  query->subject = *std::move(dossier);
  return query;
}

Result<store::StatementLineQuery> query_of(const v1::ListStatementLinesRequest& request) {
  auto query = page_query<store::StatementLineQuery>(request);
  if (!query.ok()) return query;
  if (auto fine = check_length(request.statement_id(), 64, "statementId"); !fine.ok())
    return fine.error();
  if (auto fine = check_length(request.article(), 16, "article"); !fine.ok()) return fine.error();
  query->article = request.article();
  auto person = person_of(request.has_person(), request.person(), "person");
  if (!person.ok()) return person.error();
  query->person = *std::move(person);
  auto dossier = dossier_of(request.dossier_number());
  if (!dossier.ok()) return dossier.error();
  query->dossier = *std::move(dossier);
  auto months = months_of(request.months());
  if (!months.ok()) return months.error();
  query->month_from = months->from;
  query->month_to = months->to;
  if (request.statement_id().empty() && query->person.empty() && query->dossier.empty())
    return invalid("statementId",
                   "Lines of all statements were asked for. Name a statement, a person or a "
                   "dossier; article and months then narrow it.");
  return query;
}

// A page of a comparison.
struct CompareQuery {
  int limit = 100;
  std::string position;
};

Result<CompareQuery> query_of(const v1::CompareStatementsRequest& request) {
  auto query = page_query<CompareQuery>(request);
  if (!query.ok()) return query;
  if (auto fine = check_id(request.statement_id(), "statementId"); !fine.ok()) return fine.error();
  if (auto fine = check_length(request.before_statement_id(), 64, "beforeStatementId"); !fine.ok())
    return fine.error();
  return query;
}

class ListsService final : public v1::Lists::CallbackService {
 public:
  ListsService(Gate& gate, UseCases& rooms) : gate_(gate), rooms_(rooms) {}

  grpc::ServerUnaryReactor* ListReadings(Context* context, const v1::ListReadingsRequest* request,
                                         v1::ListReadingsResponse* response) override {
    return on_pool(context, Method::list_readings, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return list_page(
                         asked, answer, page_query<store::EntryQuery>(asked),
                         [&](const auto& query) {
                           return rooms_.lists->readings(call.org(), query, asked.problems_only());
                         },
                         [](auto& to) { return to.add_readings(); });
                   });
  }

  grpc::ServerUnaryReactor* GetReading(Context* context, const v1::GetReadingRequest* request,
                                       v1::GetReadingResponse* response) override {
    return on_pool(context, Method::get_reading, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return reading(call, asked, answer);
                   });
  }

  grpc::ServerUnaryReactor* ListStatements(Context* context,
                                           const v1::ListStatementsRequest* request,
                                           v1::ListStatementsResponse* response) override {
    return on_pool(context, Method::list_statements, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return list_page(
                         asked, answer, query_of(asked),
                         [&](const auto& query) {
                           return rooms_.lists->statements(
                               call.org(), {query, asked.kind(), asked.current_only()});
                         },
                         [](auto& to) { return to.add_statements(); });
                   });
  }

  grpc::ServerUnaryReactor* GetStatement(Context* context, const v1::GetStatementRequest* request,
                                         v1::GetStatementResponse* response) override {
    return on_pool(context, Method::get_statement, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) -> Result<void> {
                     if (auto fine = check_id(asked.statement_id(), "statementId"); !fine.ok())
                       return fine;
                     auto stored = rooms_.lists->statement(call.org(), asked.statement_id());
                     if (!stored.ok()) return stored.error();
                     *answer.mutable_statement() = std::move(*stored->mutable_statement());
                     *answer.mutable_articles() = std::move(*stored->mutable_articles());
                     return {};
                   });
  }

  grpc::ServerUnaryReactor* ListStatementLines(Context* context,
                                               const v1::ListStatementLinesRequest* request,
                                               v1::ListStatementLinesResponse* response) override {
    return on_pool(context, Method::list_statement_lines, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return lines(call, asked, answer);
                   });
  }

  grpc::ServerUnaryReactor* CompareStatements(Context* context,
                                              const v1::CompareStatementsRequest* request,
                                              v1::CompareStatementsResponse* response) override {
    return on_pool(context, Method::compare_statements, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return compare(call, asked, answer);
                   });
  }

  grpc::ServerUnaryReactor* ListNotices(Context* context, const v1::ListNoticesRequest* request,
                                        v1::ListNoticesResponse* response) override {
    return on_pool(context, Method::list_notices, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return notices(call, asked, answer);
                   });
  }

  grpc::ServerUnaryReactor* ListSignalLists(Context* context,
                                            const v1::ListSignalListsRequest* request,
                                            v1::ListSignalListsResponse* response) override {
    return on_pool(
        context, Method::list_signal_lists, request, response,
        [this](const Call& call, const auto& asked, auto& answer) {
          return list_page(
              asked, answer, page_query<store::EntryQuery>(asked),
              [&](const auto& query) { return rooms_.lists->signal_lists(call.org(), query); },
              [](auto& to) { return to.add_lists(); });
        });
  }

  grpc::ServerUnaryReactor* ListSignalListRows(Context* context,
                                               const v1::ListSignalListRowsRequest* request,
                                               v1::ListSignalListRowsResponse* response) override {
    return on_pool(context, Method::list_signal_list_rows, request, response,
                   [this](const Call& call, const auto& asked, auto& answer) {
                     return rows(call, asked, answer);
                   });
  }

 private:
  template <typename Request, typename Response, typename Use>
  grpc::ServerUnaryReactor* on_pool(Context* context, Method method, const Request* request,
                                    Response* response, Use use) {
    const Need need{.organisation = &request->organisation(), .module = v1::MODULE_EBOX};
    return gate_.on_pool(*context, method, need,
                         [this, request, response, use](const Call& call) -> Result<void> {
                           if (rooms_.lists == nullptr) return no_lists();
                           return use(call, *request, *response);
                         });
  }

  // That somebody was shown data about these persons.
  Result<void> shown(const Call& call, const char* what, const char* kind, const std::string& id,
                     std::vector<std::string> persons, int number) {
    std::erase(persons, std::string());
    return rooms_.recorder.record({.org = call.org(),
                                   .entry = {.what = what,
                                             .act = call.act,
                                             .subject_kind = kind,
                                             .subject_id = id,
                                             .persons = std::move(persons),
                                             .detail = std::to_string(number) + " shown"}});
  }

  Result<void> reading(const Call& call, const v1::GetReadingRequest& request,
                       v1::GetReadingResponse& response) {
    const std::string& id = request.reading_id();
    auto listed = list_page(
        request, response, entries_under(request, id, "readingId"),
        [&](const auto& query) -> Result<store::Page<v1::BadListRow>> {
          auto found = rooms_.lists->reading(call.org(), id, query);
          if (!found.ok()) return found.error();
          *response.mutable_reading() = std::move(found->reading);
          return std::move(found->bad_rows);
        },
        [](auto& to) { return to.add_bad_rows(); });
    if (!listed.ok() || response.bad_rows().empty()) return listed;
    return shown(call, "list.bad_rows", "reading", id, {}, response.bad_rows_size());
  }

  Result<void> lines(const Call& call, const v1::ListStatementLinesRequest& request,
                     v1::ListStatementLinesResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) {
          return rooms_.lists->lines(call.org(), {query, request.statement_id()});
        },
        [](auto& to) { return to.add_lines(); });
    if (!listed.ok()) return listed;
    // Who searched for a person has consulted data about them, also where there is none.
    std::vector<std::string> persons{request.person().value()};
    for (const auto& line : response.lines()) persons.push_back(line.person().value());
    return shown(call, "statement.lines", "statement", request.statement_id(), std::move(persons),
                 response.lines_size());
  }

  Result<void> compare(const Call& call, const v1::CompareStatementsRequest& request,
                       v1::CompareStatementsResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) -> Result<store::Page<v1::StatementChange>> {
          auto found =
              rooms_.lists->compare(call.org(), request.statement_id(),
                                    request.before_statement_id(), query.limit, query.position);
          if (!found.ok()) return found.error();
          *response.mutable_before() = std::move(found->before);
          *response.mutable_now() = std::move(found->now);
          response.set_same(found->same);
          return std::move(found->changes);
        },
        [](auto& to) { return to.add_changes(); });
    if (!listed.ok()) return listed;
    std::vector<std::string> persons;
    for (const auto& change : response.changes()) persons.push_back(change.person().value());
    return shown(call, "statement.compare", "statement", request.statement_id(), std::move(persons),
                 response.changes_size());
  }

  Result<void> notices(const Call& call, const v1::ListNoticesRequest& request,
                       v1::ListNoticesResponse& response) {
    auto listed = list_page(
        request, response, query_of(request),
        [&](const auto& query) {
          return rooms_.lists->notices(call.org(), {query, request.kind()});
        },
        [](auto& to) { return to.add_notices(); });
    if (!listed.ok()) return listed;
    std::vector<std::string> persons{request.person().value()};
    for (const auto& notice : response.notices()) persons.push_back(notice.person().value());
    return shown(call, "notice.list", "notice", "", std::move(persons), response.notices_size());
  }

  Result<void> rows(const Call& call, const v1::ListSignalListRowsRequest& request,
                    v1::ListSignalListRowsResponse& response) {
    const std::string& id = request.list_id();
    audit::Reading reading{.org = call.org(),
                           .entry = {.what = "signal_list.rows",
                                     .act = call.act,
                                     .subject_kind = "signal_list",
                                     .subject_id = id}};
    auto listed = list_page(
        request, response, entries_under(request, id, "listId"),
        [&](const auto& query) -> Result<store::Page<v1::SignalListRow>> {
          auto found = rooms_.lists->signal_list_rows(call.org(), id, query);
          if (!found.ok()) return found.error();
          *response.mutable_list() = std::move(found->list);
          return std::move(found->rows);
        },
        [](auto& to) { return to.add_rows(); });
    if (!listed.ok() || response.rows().empty()) return listed;
    for (const auto& row : response.rows()) reading.signals.push_back(row.signal_id());
    reading.entry.detail = std::to_string(response.rows_size()) + " shown";
    return rooms_.recorder.record(std::move(reading));
  }

  Gate& gate_;
  UseCases& rooms_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_lists_service(Gate& gate, UseCases& rooms) {
  return std::make_unique<ListsService>(gate, rooms);
}

}  // namespace semafoor::rpc
