// SPDX-License-Identifier: Apache-2.0
//
// Every document of the sandbox's e-Box, read: rows where there are some, a clear reason elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "gateway/documents/testing/collected.h"
#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/messages.h"

namespace semafoor {
namespace {

namespace content = sandbox::content;
using documents::testing::collect;

constexpr std::uint64_t kSeed = 7;

const std::vector<content::Organisation>& organisations() {
  static const auto kOrganisations = content::make_organisations(kSeed, 3, 60);
  return kOrganisations;
}

content::Day anchor() {
  return *content::parse_day("2026-11-01");
}

TEST(SandboxDocuments, EveryLineOfAStatementIsReadWithItsAmounts) {
  const std::map<content::Statement, documents::StatementLaw> kinds = {
      {content::Statement::leefloon, documents::StatementLaw::rmi},
      {content::Statement::equivalent_leefloon, documents::StatementLaw::law_1965},
      {content::Statement::employment, documents::StatementLaw::organic}};
  std::size_t lines = 0;
  for (const auto& organisation : organisations()) {
    for (const auto& [kind, law] : kinds) {
      const auto bytes =
          content::make_monthly_statement(kind, organisation, anchor(), 20'000, 3)->bytes();
      const auto read = collect(bytes, "maandstaat.txt");
      ASSERT_EQ(read.layouts, std::vector<std::string>{"MONTHLY-STATEMENT"});
      EXPECT_TRUE(read.bad_rows.empty());
      EXPECT_EQ(static_cast<std::ptrdiff_t>(read.statements.size()),
                std::count(bytes.begin(), bytes.end(), '\n'));
      for (const auto& line : read.statements) {
        EXPECT_EQ(line.law, law);
        EXPECT_EQ(line.nis, organisation.nis_code);
        EXPECT_EQ(line.month, 202611);
        const bool known = std::any_of(
            organisation.persons.begin(), organisation.persons.end(), [&](const auto& person) {
              return person.ssin == line.ssin &&
                     std::any_of(
                         person.dossiers.begin(), person.dossiers.end(),
                         [&](const auto& dossier) { return dossier.number == line.dossier; });
            });
        EXPECT_TRUE(known) << line.line;
        EXPECT_EQ(line.eurocents < 0,
                  line.type == documents::AmountType::recovery ||
                      line.type == documents::AmountType::recovery_regularisation);
      }
      lines += read.statements.size();
    }
  }
  EXPECT_GT(lines, 1000U);
}

TEST(SandboxDocuments, EveryAttachmentHasRowsOrAClearReason) {
  std::map<std::string, int> seen;
  const auto received = content::parse_moment("2026-11-03T08:00:00Z");
  ASSERT_TRUE(received);
  for (const auto& organisation : organisations()) {
    const auto signals = content::make_signals(kSeed, organisation, 25, anchor());
    for (std::uint32_t index = 0; index < 26; ++index) {
      const auto message =
          content::make_message({.seed = kSeed}, organisation, signals, index, *received);
      for (const auto& attachment : message.attachments) {
        const auto read = collect(attachment.file->bytes(), attachment.file_name);
        EXPECT_TRUE(read.bad_rows.empty())
            << attachment.file_name << ": " << read.bad_rows[0].problems[0].message << "\n"
            << read.bad_rows[0].text;
        for (const auto& layout : read.layouts) ++seen[layout];
        for (const auto& refusal : read.refusals) ++seen[refusal.code];
        if (attachment.file_name.ends_with(".csv") || attachment.file_name.ends_with(".txt")) {
          EXPECT_TRUE(read.refusals.empty()) << attachment.file_name << read.refusals[0].message;
        }
      }
    }
  }
  for (const auto* name : {"MONTHLY-STATEMENT", "X-DOSSIER-LIST", "X-KNIPPERLICHT-LIST",
                           "document.not_rows", "layout.unknown"})
    EXPECT_GT(seen[name], 0) << name;
  EXPECT_EQ(seen.size(), 5U);
}

}  // namespace
}  // namespace semafoor
