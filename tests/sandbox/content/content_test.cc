// SPDX-License-Identifier: Apache-2.0
#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/sandbox/content/documents.h"
#include "tests/sandbox/content/messages.h"
#include "tests/sandbox/content/numbers.h"
#include "tests/sandbox/content/random.h"
#include "tests/sandbox/fits.h"

namespace semafoor::sandbox::content {
namespace {

const Day kAnchor = Day(std::chrono::year(2026) / 11 / 20);

std::vector<Organisation> two_organisations(std::uint64_t seed = 1) {
  return make_organisations(seed, 2, 12);
}

TEST(Numbers, KnownExamplesOfTheReferenceVerify) {
  EXPECT_TRUE(valid_ssin("85073003328"));
  EXPECT_TRUE(valid_ssin("17073003384"));
  EXPECT_TRUE(valid_ssin("53480200724"));
  EXPECT_TRUE(valid_cbe("0212344876"));
  EXPECT_FALSE(valid_ssin("85073003329"));
  EXPECT_FALSE(valid_cbe("0212344877"));
  EXPECT_FALSE(valid_cbe("212344876"));
  EXPECT_FALSE(valid_ssin("8507300332x"));
}

TEST(Numbers, InventedNumbersVerifyDifferAndLookInvented) {
  std::set<std::string> seen;
  for (std::uint32_t i = 0; i < 20000; ++i) {
    auto ssin = invented_ssin(1, i);
    ASSERT_TRUE(valid_ssin(ssin)) << ssin;
    ASSERT_TRUE(seen.insert(ssin).second) << "index " << i;
    ASSERT_TRUE(ssin[0] == '9' || ssin[0] == '0') << ssin;
  }
  for (std::uint32_t i = 0; i < 2000; ++i) {
    ASSERT_TRUE(valid_cbe(invented_cbe(i)));
    ASSERT_EQ(invented_cbe(i).substr(0, 2), "01");
  }
  for (const auto& sender : sender_organisations()) EXPECT_TRUE(valid_cbe(sender.cbe));
}

TEST(Numbers, ANumberThatTakesThePlaceOfAnotherVerifies) {
  for (std::uint32_t index : {0U, 6U, 10U, 9969U}) {
    auto ssin = invented_ssin(1, index);
    auto next = next_ssin(ssin);
    EXPECT_TRUE(valid_ssin(next)) << ssin << " " << next;
    EXPECT_NE(next, ssin);
    EXPECT_EQ(next.substr(0, 2), ssin.substr(0, 2));
    EXPECT_LE(next.substr(2, 2), "12") << "a national number, also for a bis number";
  }
}

TEST(Numbers, DossierNumbersCompareWithoutPunctuationCaseAndLeadingZeros) {
  EXPECT_EQ(normalise_dossier_number("00vb.00-0 10"), "VB00010");
  for (const auto& organisation : two_organisations()) {
    for (const auto& person : organisation.persons) {
      for (const auto& dossier : person.dossiers) {
        EXPECT_EQ(normalise_dossier_number(dossier.number_as_sent), dossier.number);
        EXPECT_LE(dossier.number_as_sent.size(), 11U);
      }
    }
  }
}

TEST(Dates, BelgianTimeHasTheOffsetOfTheSeason) {
  EXPECT_EQ(local_iso(Day(std::chrono::year(2026) / 1 / 15) + std::chrono::hours(11)),
            "2026-01-15T12:00:00+01:00");
  EXPECT_EQ(local_iso(Day(std::chrono::year(2026) / 7 / 15) + std::chrono::hours(10)),
            "2026-07-15T12:00:00+02:00");
  // The hour that comes twice: 25 October 2026, 01:00 UTC.
  Moment change = Day(std::chrono::year(2026) / 10 / 25) + std::chrono::hours(1);
  EXPECT_EQ(local_iso(change - std::chrono::seconds(1)), "2026-10-25T02:59:59+02:00");
  EXPECT_EQ(local_iso(change), "2026-10-25T02:00:00+01:00");
  EXPECT_EQ(parse_moment("2026-10-25T02:00:00+01:00"), change);
  EXPECT_EQ(local_day(Day(std::chrono::year(2026) / 7 / 14) + std::chrono::hours(23)),
            Day(std::chrono::year(2026) / 7 / 15));
  EXPECT_FALSE(parse_day("2026-02-30"));
  EXPECT_FALSE(parse_day("2026-2-3"));
  EXPECT_FALSE(parse_moment("2026-10-25T02:00:00"));
  EXPECT_EQ(add_months(Day(std::chrono::year(2026) / 1 / 31), 1),
            Day(std::chrono::year(2026) / 2 / 28));
}

TEST(Digest, Base64UrlIsThatOfRfc4648WithoutPadding) {
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url(std::string_view("\xfb\xff", 2)), "-_8");
  EXPECT_EQ(base64url_decode("-_8"), std::string("\xfb\xff"));
  EXPECT_FALSE(base64url_decode("Zm8="));
  EXPECT_FALSE(base64url_decode("Z"));
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(File, BigFilesAreReadPieceByPieceAndAreTheSameBytes) {
  auto file = make_pdf({"groot"}, 3 << 20, 7);
  ASSERT_GE(file->size(), 3U << 20);
  EXPECT_TRUE(file->in_memory().empty());
  Sha256 hash;
  std::vector<char> piece(7777);
  for (std::uint64_t offset = 0; offset < file->size();) {
    auto count = file->read(offset, piece);
    hash.update({piece.data(), count});
    offset += count;
  }
  EXPECT_EQ(hash.finish(), file->digest());
  EXPECT_EQ(sha256(file->bytes()), file->digest());
  EXPECT_EQ(file->read(file->size(), piece), 0U);
}

// Follows the cross-reference table as a reader does.
void expect_pdf(const std::string& bytes) {
  ASSERT_TRUE(bytes.starts_with("%PDF-1."));
  ASSERT_TRUE(bytes.ends_with("%%EOF\n"));
  auto start = bytes.rfind("startxref\n");
  ASSERT_NE(start, std::string::npos);
  auto xref = std::stoull(bytes.substr(start + 10));
  ASSERT_EQ(bytes.substr(xref, 9), "xref\n0 7\n");
  for (std::size_t i = 1; i <= 6; ++i) {
    auto offset = std::stoull(bytes.substr(xref + 9 + i * 20, 10));
    auto head = std::to_string(i) + " 0 obj\n";
    EXPECT_EQ(bytes.substr(offset, head.size()), head);
  }
  // Every stream is as long as its dictionary says.
  for (auto at = bytes.find("/Length "); at != std::string::npos;
       at = bytes.find("/Length ", at + 1)) {
    auto length = std::stoull(bytes.substr(at + 8));
    auto data = bytes.find("stream\n", at) + 7;
    auto end = bytes.substr(data + length, 10);
    EXPECT_TRUE(end.starts_with("\nendstream") || end.starts_with("endstream")) << end;
  }
}

void expect_zip(const std::string& bytes, std::size_t entries) {
  auto* reader = archive_read_new();
  archive_read_support_format_zip(reader);
  ASSERT_EQ(archive_read_open_memory(reader, bytes.data(), bytes.size()), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  std::size_t count = 0;
  char buffer[4096];
  while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
    ++count;
    la_ssize_t got = 0;
    // Reading to the end checks the CRC.
    while ((got = archive_read_data(reader, buffer, sizeof buffer)) > 0) {
    }
    EXPECT_EQ(got, 0) << archive_error_string(reader);
  }
  EXPECT_EQ(count, entries);
  archive_read_free(reader);
}

void expect_rtf(const std::string& bytes) {
  ASSERT_TRUE(bytes.starts_with("{\\rtf1"));
  int depth = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\\') {
      ++i;
    } else if (bytes[i] == '{') {
      ++depth;
    } else if (bytes[i] == '}') {
      --depth;
      ASSERT_TRUE(depth > 0 || i + 2 == bytes.size()) << "text after the last group";
    } else {
      ASSERT_LT(static_cast<unsigned char>(bytes[i]), 0x80U) << "RTF is seven-bit";
    }
  }
  EXPECT_EQ(depth, 0);
}

void expect_xml(std::string bytes) {
  ASSERT_TRUE(bytes.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
  auto comment = bytes.find("<!--");
  auto comment_end = bytes.find("-->");
  ASSERT_LT(comment, comment_end);
  EXPECT_EQ(bytes.substr(comment + 4, comment_end - comment - 4).find("--"), std::string::npos);
  bytes.erase(comment, comment_end + 3 - comment);
  std::vector<std::string> open;
  for (auto at = bytes.find('<'); at != std::string::npos; at = bytes.find('<', at + 1)) {
    auto end = bytes.find_first_of(" >", at);
    auto name = bytes.substr(at + 1, end - at - 1);
    if (name[0] == '?') continue;
    if (name[0] != '/') {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty());
    EXPECT_EQ("/" + open.back(), name);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

// The number of fields of every record, quotes understood.
std::set<std::size_t> csv_widths(const std::string& bytes) {
  std::set<std::size_t> widths;
  std::size_t fields = 1;
  bool quoted = false;
  for (char c : bytes) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ';') ++fields;
    if (c == '\n') widths.insert(std::exchange(fields, 1));
  }
  EXPECT_FALSE(quoted);
  return widths;
}

class Documents : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Documents, AreWellFormedAndAsLongAsWanted) {
  auto at_least = GetParam();
  const Lines lines{"Één (haak) \\ {accolade}", "Ligne à lire; \"citée\" & <balise>"};
  auto pdf = make_pdf(lines, at_least, 1);
  expect_pdf(pdf->bytes());
  auto doc = make_doc(lines, at_least, 2);
  expect_rtf(doc->bytes());
  auto xml = make_xml("document", {{"a", lines[1]}, {"b", "x"}}, at_least, 3);
  expect_xml(xml->bytes());
  auto csv = make_csv({"a", "b"}, {{"1", "x;y"}, {"2", "een \"woord\""}}, at_least, 4);
  EXPECT_THAT(csv_widths(csv->bytes()), testing::ElementsAre(3U));
  auto zip = make_zip({{"a.txt", "hallo"}, {"b/c.csv", "1;2\r\n"}}, at_least, 5);
  expect_zip(zip->bytes(), at_least > 1000 ? 3 : 2);
  for (const auto& file : {pdf, doc, xml, csv, zip}) EXPECT_GE(file->size() + 512, at_least);
  EXPECT_EQ(make_zip({{"a.txt", "hallo"}, {"b/c.csv", "1;2\r\n"}}, at_least, 5)->digest(),
            zip->digest());
}

INSTANTIATE_TEST_SUITE_P(Sizes, Documents, testing::Values(0U, 4000U, 100U << 10, 2U << 20));

TEST(MonthlyStatement, LinesHaveTheWidthsOfThePublicDescription) {
  auto organisations = two_organisations();
  auto text =
      make_monthly_statement(Statement::leefloon, organisations[0], kAnchor, 5000, 1)->bytes();
  ASSERT_GE(text.size(), 5000U);
  ASSERT_EQ(text.size() % 113, 0U);
  constexpr const char* kLine =
      "1[0-9]{5}202611[A-Z0-9 ]{11}  [0-9]{11}F[0-9]{8}   "
      "[1-6]2026110120261130X[0-9]{5}[+-][0-9]{9}.{30}";
  for (std::size_t at = 0; at < text.size(); at += 113) {
    auto one = text.substr(at, 111);
    ASSERT_THAT(one, Fits(kLine));
    EXPECT_EQ(text.substr(at + 111, 2), "\r\n");
    EXPECT_TRUE(valid_ssin(one.substr(25, 11)));
  }
  auto other =
      make_monthly_statement(Statement::equivalent_leefloon, organisations[0], kAnchor, 0, 1)
          ->bytes();
  EXPECT_EQ(other.substr(0, 1), "2");
  EXPECT_EQ(other.substr(23, 2), "00");
}

TEST(Messages, EveryFamilyComesWithOneMainContentAndTheKindsOfTheEbox) {
  auto organisations = two_organisations();
  auto signals = make_signals(1, organisations[0], 12, kAnchor);
  auto messages = make_messages({}, organisations[0], signals, 26, kAnchor);
  std::set<std::string> types, kinds, ids;
  for (const auto& message : messages) {
    types.insert(message.type_id);
    ASSERT_NE(find_family(message.type_id), nullptr);
    EXPECT_FALSE(message.subject.empty());
    EXPECT_GT(message.expires, message.received);
    EXPECT_TRUE(ids.insert(message.id).second);
    int main = 0;
    for (const auto& attachment : message.attachments) {
      main += attachment.main_content ? 1 : 0;
      EXPECT_TRUE(ids.insert(attachment.id).second);
      EXPECT_GT(attachment.file->size(), 0U);
      kinds.insert(attachment.media_type);
      auto bytes = attachment.file->bytes();
      if (attachment.media_type == "application/pdf") expect_pdf(bytes);
      if (attachment.media_type == "application/msword") expect_rtf(bytes);
      if (attachment.media_type == "text/xml") expect_xml(bytes);
      if (attachment.media_type == "text/csv") {
        EXPECT_EQ(csv_widths(bytes).size(), 1U) << message.type_id;
      }
    }
    EXPECT_EQ(main, 1);
  }
  EXPECT_EQ(types.size(), families().size());
  EXPECT_THAT(kinds,
              testing::UnorderedElementsAre("application/pdf", "application/msword", "text/xml",
                                            "text/csv", "application/zip", "text/plain"));
}

TEST(Messages, SameSeedSameBytesOtherSeedOtherBytes) {
  auto digest_of_all = [](std::uint64_t seed) {
    Sha256 hash;
    for (const auto& organisation : two_organisations(seed)) {
      auto signals = make_signals(seed, organisation, 5, kAnchor);
      for (const auto& message : make_messages({seed}, organisation, signals, 13, kAnchor)) {
        hash.update(message.id);
        for (const auto& attachment : message.attachments) {
          hash.update(attachment.file_name);
          hash.update(attachment.file->bytes());
        }
      }
    }
    return to_hex(hash.finish());
  };
  EXPECT_EQ(digest_of_all(1), digest_of_all(1));
  EXPECT_NE(digest_of_all(1), digest_of_all(2));
}

TEST(Signals, EachIsAnotherOneByItsNaturalKey) {
  auto organisations = two_organisations();
  std::set<std::string> references, keys;
  for (const auto& signal : make_signals(1, organisations[0], 1000, kAnchor)) {
    EXPECT_LE(signal.reference.size(), 20U);
    EXPECT_EQ(signal.form_reference.size(), 12U);
    EXPECT_TRUE(valid_ssin(signal.ssin));
    EXPECT_TRUE(known_signal_type(signal.type));
    EXPECT_LE(signal.dossier_number.size(), 11U);
    EXPECT_EQ(signal.suffix.empty(), signal.law == "RMI");
    EXPECT_TRUE(references.insert(signal.reference).second);
    EXPECT_TRUE(keys.insert(signal.ssin + signal.law + signal.dossier_number + signal.type +
                            iso_day(signal.from))
                    .second)
        << signal.reference;
  }
}

TEST(People, SomePersonsHaveNoDossierAndSomeHaveTwo) {
  auto organisations = two_organisations();
  std::map<std::size_t, int> counts;
  std::set<std::string> references;
  for (const auto& person : organisations[0].persons) {
    ++counts[person.dossiers.size()];
    for (const auto& dossier : person.dossiers) {
      EXPECT_TRUE(references.insert(dossier.reference).second);
    }
  }
  EXPECT_GT(counts[0], 0);
  EXPECT_GT(counts[1], 0);
  EXPECT_GT(counts[2], 0);
  auto json = to_json(organisations, 1);
  EXPECT_EQ(json["organisations"].size(), 2U);
  EXPECT_EQ(json["organisations"][0]["persons"][4]["dossiers"].size(), 0U);
}

}  // namespace
}  // namespace semafoor::sandbox::content
