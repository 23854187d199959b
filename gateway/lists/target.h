// SPDX-License-Identifier: Apache-2.0
//
// What the rows of a document become. One object for one reading, inside its transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/documents/budget_articles.h"
#include "gateway/documents/document.h"
#include "gateway/domain/result.h"
#include "gateway/lists/signal_sink.h"
#include "gateway/store/store.h"
#include "semafoor/v1/lists.pb.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::lists {

// What all rows of a document share. Outlives the target.
struct DocumentFacts {
  store::Org org;
  // Of the organisation; empty: rows are not held to them.
  std::vector<std::string> nis_codes;
  v1::Message message;
  v1::Attachment attachment;
  std::int64_t now_ms = 0;
};

class Target {
 public:
  virtual ~Target() = default;
  // The first part is 1.
  virtual Result<void> begins(const documents::Part& part, int number) = 0;
  // Of a row among all rows, bad ones too; the first is 1.
  struct Place {
    std::int64_t in_part = 0;
    std::int64_t in_document = 0;
  };
  // `line`: of a statement, else null. A problem: the row is a bad one. An error fails the
  // transaction.
  virtual Result<std::optional<documents::Problem>> row(const documents::Row& row,
                                                        const documents::StatementLine* line,
                                                        const Place& place) = 0;
  // Of the part; `bad` of its rows could not be used.
  virtual Result<void> ends(std::int64_t bad) = 0;
  // Of the document: what it became, into its reading, whose counts are there.
  virtual Result<void> finish(v1::ListReading& reading) = 0;
};

// `number`: of the lines in the store, when the statement takes the place of another one; else 0.
std::unique_ptr<Target> make_statement_target(store::Transaction& tx, const DocumentFacts& facts,
                                              const documents::BudgetArticles& articles,
                                              std::int64_t number);
std::unique_ptr<Target> make_signal_target(store::Transaction& tx, const DocumentFacts& facts,
                                           const SignalSink& sink);
std::unique_ptr<Target> make_notice_target(store::Transaction& tx, const DocumentFacts& facts);

// "lists.other_organisation": the row names another one.
std::optional<documents::Problem> other_nis(const std::string& nis, const DocumentFacts& facts);
std::optional<documents::Problem> other_cbe(const std::string& cbe, const DocumentFacts& facts);

// By what a layout's code means; the organic law is none of v1::Law.
v1::Law law_of(const std::string& meaning);

// An event of the module e-Box about what was read.
Result<void> tell(store::Transaction& tx, const store::Org& org, const char* type,
                  const std::string& subject, std::int64_t version);

}  // namespace semafoor::lists
