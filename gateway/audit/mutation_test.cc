// SPDX-License-Identifier: Apache-2.0
//
// Whatever is done to a chain behind the gateway's back is found: any flipped bit, deletion, swap,
// insertion or cut tail, in the database and in an exported file; and against an anchor also a
// chain that was written anew by somebody who knows how. The last line is one JSON object.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <random>

#include "gateway/audit/test_chain.h"
#include "gateway/os/test_folder.h"

namespace semafoor::audit {
namespace {

constexpr int kRecords = 90;
constexpr std::size_t kAnchored = 70;

struct Count {
  int tried = 0;
  int found = 0;
};
std::map<std::string, Count>& counts() {
  static std::map<std::string, Count> all;
  return all;
}

class AuditMutations : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { chain_ = std::make_unique<TestChain>(kRecords); }
  static void TearDownTestSuite() { chain_.reset(); }
  AuditMutations() : rows_(chain_->rows()) {}
  ~AuditMutations() override {
    chain_->restore(rows_);
    EXPECT_EQ(chain_->verify().faults(), 0) << "put back as it was";
  }

  std::size_t any(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  static void count(const std::string& kind, bool found, const std::string& what) {
    ++counts()[kind].tried;
    if (found) ++counts()[kind].found;
    EXPECT_TRUE(found) << kind << " not found: " << what;
  }
  void expect_found(const std::string& kind, const std::string& what,
                    const AnchorsRead& anchors = {}) {
    count(kind, chain_->verify(anchors).faults() > 0, what);
  }
  // One record in the place of another, seen and then put back.
  void try_row(const std::string& kind, const Row& original, const Row& changed) {
    chain_->run("BEGIN");
    chain_->drop(original.number, original.number);
    // A number that another has is refused by the database itself.
    if (!chain_->put(changed)) {
      chain_->run("ROLLBACK");
      return;
    }
    chain_->run("COMMIT");
    expect_found(kind, "record " + std::to_string(original.number));
    chain_->run("BEGIN");
    chain_->drop(changed.number, changed.number);
    chain_->put(original);
    chain_->run("COMMIT");
  }
  void try_rows(const std::string& kind, const std::vector<Row>& rows, const std::string& what,
                const AnchorsRead& anchors = {}, bool with_counter = false) {
    chain_->restore(rows);
    if (!with_counter) chain_->set_head(rows_.back().number, rows_.back().hash);
    expect_found(kind, what, anchors);
    chain_->restore(rows_);
  }

  static std::unique_ptr<TestChain> chain_;
  const std::vector<Row> rows_;
  // Always the same: a failure can be had again.
  std::mt19937_64 random_{20261129};
};
std::unique_ptr<TestChain> AuditMutations::chain_;

std::string flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}
std::int64_t flipped(std::int64_t number, std::size_t bit) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << bit));
}

TEST_F(AuditMutations, AFlippedBitOfARecord) {
  for (int i = 0; i < 2'500; ++i) {
    const Row& row = rows_[any(rows_.size())];
    Row changed = row;
    changed.body = flipped(row.body, any(row.body.size() * 8));
    try_row("flipped bit of a record", row, changed);
  }
}

TEST_F(AuditMutations, AFlippedBitOfAHashNumberOrTime) {
  for (int i = 0; i < 500; ++i) {
    const Row& row = rows_[any(rows_.size())];
    Row changed = row;
    changed.hash = flipped(row.hash, any(256));
    try_row("flipped bit of a hash", row, changed);
    changed = row;
    changed.number = flipped(row.number, any(63));
    try_row("flipped bit of a number", row, changed);
    changed = row;
    changed.time_ms = flipped(row.time_ms, any(63));
    try_row("flipped bit of a time", row, changed);
  }
}

TEST_F(AuditMutations, AFlippedBitOfTheCounter) {
  for (std::size_t bit = 0; bit < 256; ++bit) {
    chain_->set_head(rows_.back().number, flipped(rows_.back().hash, bit));
    expect_found("flipped bit of the counter", "hash");
  }
  for (std::size_t bit = 0; bit < 63; ++bit) {
    chain_->set_head(flipped(rows_.back().number, bit), rows_.back().hash);
    expect_found("flipped bit of the counter", "number");
  }
}

TEST_F(AuditMutations, DeletedRecords) {
  for (std::size_t from = 0; from < rows_.size(); ++from)
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, 1 + any(20)}) {
      if (from + size > rows_.size()) continue;
      auto rows = rows_;
      const auto at = rows.begin() + static_cast<std::ptrdiff_t>(from);
      rows.erase(at, at + static_cast<std::ptrdiff_t>(size));
      if (rows.empty()) continue;
      try_rows("deleted records", rows, std::to_string(from) + "+" + std::to_string(size));
    }
}

TEST_F(AuditMutations, ACutTail) {
  for (std::size_t left = 1; left < rows_.size(); ++left) {
    auto rows = rows_;
    rows.resize(left);
    try_rows("cut tail", rows, std::to_string(left));
    // With the counter set back too it is a whole, shorter chain; an anchor knows better.
    if (left <= kAnchored)
      try_rows("cut tail with its counter, against an anchor", rows, std::to_string(left),
               anchors_at(rows_, {kAnchored}), true);
  }
}

TEST_F(AuditMutations, SwappedRecords) {
  for (int i = 0; i < 200; ++i) {
    const std::size_t a = any(rows_.size());
    const std::size_t b = (a + 1 + any(rows_.size() - 1)) % rows_.size();
    auto rows = rows_;
    std::swap(rows[a].body, rows[b].body);
    try_rows("swapped records", rows, "bodies");
    std::swap(rows[a].hash, rows[b].hash);
    try_rows("swapped records", rows, "bodies and hashes");
    std::swap(rows[a].time_ms, rows[b].time_ms);
    try_rows("swapped records", rows, "all but numbers");
  }
}

TEST_F(AuditMutations, InsertedRecords) {
  for (int i = 0; i < 200; ++i) {
    const std::size_t at = any(rows_.size());
    auto rows = rows_;
    const Row copy = rows[any(rows.size())];
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), copy);
    for (std::size_t later = 0; later < rows.size(); ++later)
      rows[later].number = static_cast<std::int64_t>(later) + 1;
    try_rows("inserted records", rows, "at " + std::to_string(at));
    try_rows("inserted records", rows, "with the counter, at " + std::to_string(at), {}, true);
    // At the end, hashed as it should be.
    auto longer = rows_;
    longer.push_back(copy);
    longer.back().number = static_cast<std::int64_t>(longer.size());
    try_rows("inserted records", rewritten(longer, longer.size() - 1, copy.body), "at the end");
  }
}

TEST_F(AuditMutations, AChainThatWasWrittenAnewAgainstAnAnchor) {
  const auto anchors = anchors_at(rows_, {20, kAnchored});
  EXPECT_EQ(chain_->verify(anchors).anchors(), 2);
  for (std::size_t at = 0; at <= kAnchored; ++at) {
    v1::AuditRecord record;
    ASSERT_TRUE(record.ParseFromString(rows_[at].body));
    record.mutable_actor()->set_id("somebody else");
    const auto rows = rewritten(rows_, at, record.SerializeAsString());
    chain_->restore(rows);
    EXPECT_EQ(chain_->verify().faults(), 0) << "without an anchor nobody can tell";
    const auto found = chain_->verify(anchors);
    count("written anew, against an anchor", found.faults() > 0, std::to_string(at));
    EXPECT_EQ(found.findings(0).fault(), v1::AUDIT_FAULT_REWRITTEN);
    std::string file = chain_->file();
    count("written anew, a file against an anchor", !file_is_whole(file, anchors),
          std::to_string(at));
  }
}

TEST_F(AuditMutations, AnythingInAnExportedFile) {
  const std::string file = chain_->file();
  ASSERT_TRUE(file_is_whole(file));
  for (int i = 0; i < 2'000; ++i)
    count("flipped bit of a file", !file_is_whole(flipped(file, any(file.size() * 8))), "");
  for (int i = 0; i < 300; ++i)
    count("cut file", !file_is_whole(file.substr(0, any(file.size()))), "");
  count("cut file", !file_is_whole(file.substr(0, file.size() - 1)), "its last byte");
  std::vector<std::string> lines;
  std::istringstream stream(file);
  for (std::string line; std::getline(stream, line);) lines.push_back(line + "\n");
  const auto joined = [](const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += part;
    return text;
  };
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto changed = lines;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    count("deleted line of a file", !file_is_whole(joined(changed)), std::to_string(i));
    changed = lines;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(any(lines.size() + 1)), lines[i]);
    count("inserted line of a file", !file_is_whole(joined(changed)), std::to_string(i));
    changed = lines;
    std::swap(changed[i], changed[(i + 1 + any(lines.size() - 1)) % lines.size()]);
    count("swapped lines of a file", !file_is_whole(joined(changed)), std::to_string(i));
  }
}

TEST_F(AuditMutations, AFlippedBitOfAnAnchor) {
  const auto folder = os::make_test_folder("anchors");
  Anchor anchor{.day = "2026-11-28", .time_ms = 1'795'824'000'000};
  v1::AuditHead& head = anchor.chains.emplace_back();
  head.mutable_organisation()->set_value(kTestOrg);
  head.set_number(rows_[kAnchored].number);
  head.set_hash(rows_[kAnchored].hash);
  const std::string text = anchor_text(anchor);
  AnchorFolder anchors(folder);
  ASSERT_TRUE(anchors.put(anchor).ok());
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::ofstream(folder / "2026-11-28.json", std::ios::binary) << flipped(text, bit);
    const auto read = anchors.read("");
    ASSERT_TRUE(read.ok());
    // Of the time nothing can be told without a stamp; it proves nothing either.
    const auto said = read_anchor(flipped(text, bit));
    if (said && said->day == anchor.day && said->time_ms != anchor.time_ms) continue;
    expect_found("flipped bit of an anchor", std::to_string(bit), *read);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace

void tell() {
  int tried = 0;
  int found = 0;
  std::string kinds;
  for (const auto& [kind, count] : counts()) {
    tried += count.tried;
    found += count.found;
    kinds +=
        (kinds.empty() ? "" : ",") + std::string("\"") + kind + "\":" + std::to_string(count.tried);
  }
  std::printf("{\"suite\":\"audit\",\"mutations\":%d,\"found\":%d,\"kinds\":{%s}}\n", tried, found,
              kinds.c_str());
}

}  // namespace semafoor::audit

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const int code = RUN_ALL_TESTS();
  semafoor::audit::tell();
  return code;
}
